import type { RawData } from "ws";

/** A message's text, as `ws` hands it over unless told otherwise. */
export function textOf(data: RawData): string {
  if (!Buffer.isBuffer(data)) throw new Error("a message came in pieces");
  return data.toString();
}
