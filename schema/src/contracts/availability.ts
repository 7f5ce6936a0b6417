import * as z from "zod/mini";
import { Availability, DateHours } from "../shapes/availability.ts";
import { EntityId } from "../shapes/ids.ts";
import { Start } from "../shapes/time.ts";
import type { Contract } from "./contract.ts";

const { id: _id, exceptions: _exceptions, sheetsUntil: _until, ...week } = Availability.shape;

/** Appointments that stand outside the new hours, or beyond the places of their session. They are kept: somebody has to move or cancel them. Present only where there are some. */
export const UnfitOutput = z.object({
  unfit: z.array(z.object({ appointment: EntityId, start: Start })),
  /** how many more there are */
  more: z.optional(z.int()),
});
export type UnfitOutput = z.infer<typeof UnfitOutput>;

export const AVAILABILITY_CONTRACTS = {
  "availability.set": {
    input: z.strictObject({ ...week, doctor: EntityId }),
    output: UnfitOutput,
    problems: ["not_found", "zone_unknown"],
    rest: { method: "put", path: "/v1/doctors/:doctor/availability", summary: "Set a doctor's week" },
  },
  "availability.except": {
    input: z.strictObject({
      doctor: EntityId,
      dates: z.array(DateHours).check(z.minLength(1), z.maxLength(60)),
    }),
    output: UnfitOutput,
    problems: ["not_found", "conflict"],
    rest: {
      method: "post",
      path: "/v1/doctors/:doctor/availability/exceptions",
      summary: "Open or close single dates",
    },
  },
  "availability.extend": {
    input: z.strictObject({ doctor: EntityId }),
    problems: ["not_found", "forbidden"],
  },
} as const satisfies Readonly<Record<string, Contract>>;
