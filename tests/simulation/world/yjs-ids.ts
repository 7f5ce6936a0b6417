/** Yjs draws its ids from the platform itself. Loaded before it: from then on they come from where they are told to. */
import { webcrypto } from "node:crypto";
import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";

let source: SeededRandom | undefined;

Reflect.set(webcrypto, "getRandomValues", (array: Uint32Array): Uint32Array => {
  if (source === undefined) throw new Error("nobody has said where the ids of Yjs come from");
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  bytes.set(source.bytes(bytes.length));
  return array;
});

/** Says where the ids of Yjs come from in this thread: from a run's own chance. */
export function drawYjsIdsFrom(random: SeededRandom): void {
  source = random;
}
