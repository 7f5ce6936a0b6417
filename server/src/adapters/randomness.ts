import { randomBytes } from "node:crypto";

/** Cryptographic randomness. */
export interface Randomness {
  bytes(count: number): Uint8Array;
}

export const systemRandomness: Randomness = {
  bytes: (count) => randomBytes(count),
};
