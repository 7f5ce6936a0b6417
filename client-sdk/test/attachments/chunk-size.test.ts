import { expect, test } from "vitest";
import { ChunkSize } from "../../src/attachments/chunk-size.ts";

/** Sends so many pieces over a line of so many bytes per second with such a round trip, ms; answers their sizes. */
function sizes(speed: number, roundTrip: number, pieces = 12): readonly number[] {
  const chunk = new ChunkSize();
  return Array.from({ length: pieces }, () => {
    const { bytes } = chunk;
    chunk.took(bytes, roundTrip + (bytes * 1_000) / speed);
    return bytes;
  });
}

test("a piece is 4 kB on a slow line, and stays so", () => {
  expect(new Set(sizes(6_250, 600))).toEqual(new Set([4_096]));
  expect(new Set(sizes(1_000, 2_000))).toEqual(new Set([4_096]));
});

test("it grows with the line, up to a second of it or 256 kB", () => {
  expect(sizes(125_000, 200).at(-1)).toBeGreaterThan(60_000);
  expect(sizes(125_000, 200).at(-1)).toBeLessThanOrEqual(125_000);
  expect(sizes(12_500_000, 4).at(-1)).toBe(262_144);
});

test("a line that broke is tried with little; one that has slowed down as well", () => {
  const chunk = new ChunkSize();
  for (let piece = 0; piece < 8; piece += 1) chunk.took(chunk.bytes, 10);
  expect(chunk.bytes).toBe(262_144);
  chunk.took(chunk.bytes, 60_000);
  expect(chunk.bytes).toBe(4_096);
  for (let piece = 0; piece < 8; piece += 1) chunk.took(chunk.bytes, 10);
  chunk.failed();
  expect(chunk.bytes).toBe(4_096);
  for (let piece = 0; piece < 3; piece += 1) chunk.took(chunk.bytes, 10);
  expect(chunk.bytes).toBe(131_072);
  for (let piece = 0; piece < 8; piece += 1) chunk.took(chunk.bytes, 10);
  expect(chunk.bytes).toBe(262_144);
});

test("no piece counts as lost before half a minute, and a large one on a slow line gets three times what it should take", () => {
  const chunk = new ChunkSize();
  expect(chunk.patience).toBe(30_000);
  chunk.took(4_096, 20_000);
  expect(chunk.patience).toBeCloseTo(60_000, -1);
});
