import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { markPng, markSvg } from "../vite/mark.ts";

const SIZE = 64;

/** The colour of a point of an unfiltered PNG with one block of data. */
function points(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const at = bytes.indexOf("IDAT");
  const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  return (x: number, y: number): readonly number[] => [
    ...rows.subarray(y * (SIZE * 3 + 1) + 1 + x * 3).subarray(0, 3),
  ];
}

describe("the icon", () => {
  test("is a picture of its size that fills its square, so that any mask can be laid over it", () => {
    const png = Buffer.from(markPng(SIZE));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([SIZE, SIZE]);
    const colour = points(png);
    for (const [x, y] of [
      [0, 0],
      [SIZE - 1, 0],
      [0, SIZE - 1],
      [SIZE - 1, SIZE - 1],
    ] as const)
      expect(colour(x, y)).toEqual([11, 103, 92]);
  });

  test("shows the bridge and its cross", () => {
    const colour = points(markPng(SIZE));
    const scaled = (value: number): number => Math.floor(SIZE * 0.14 + value * 0.72);
    expect(colour(scaled(32), scaled(46))).toEqual([255, 255, 255]);
    expect(colour(scaled(32), scaled(16))).toEqual([255, 210, 122]);
  });

  test("is the mark of the screens", () => {
    const screens = readFileSync(join(import.meta.dirname, "../src/pictures.tsx"), "utf8");
    const paths = [...markSvg().matchAll(/ d="([^"]+)"/g)].map(([, d = ""]) => d);
    expect(paths).toHaveLength(2);
    for (const path of paths) expect(screens).toContain(path);
  });
});
