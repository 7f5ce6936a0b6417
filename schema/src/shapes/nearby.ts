import * as z from "zod/mini";

/** What is looked up for the wish `anyDoctor`. */
export const Nearby = z.object({
  /** from whose clinic distance is counted; she is not among those found */
  doctor: z.string(),
  km: z.number(),
  /** one of these */
  specialities: z.array(z.string()),
  language: z.optional(z.string()),
  /** first and last date */
  from: z.string(),
  to: z.string(),
});
export type Nearby = z.infer<typeof Nearby>;

/** What a key of the look-up `nearby` asks for (`nearbyKey` writes it). */
export function readNearby(key: string): Nearby {
  const wanted: unknown = JSON.parse(key);
  return Nearby.parse(wanted);
}
