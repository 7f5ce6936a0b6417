import * as Y from "yjs";

/** Whether somebody who is as far as one state vector says has everything that another says. */
export function covers(vector: Uint8Array, other: Uint8Array): boolean {
  const known = Y.decodeStateVector(vector);
  for (const [client, clock] of Y.decodeStateVector(other))
    if ((known.get(client) ?? 0) < clock) return false;
  return true;
}
