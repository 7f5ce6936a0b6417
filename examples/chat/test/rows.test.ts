import { describe, expect, it } from "vitest";
import { apart, cut, widthOf, wrap } from "../src/rows.ts";
import { harmless } from "../src/words.ts";

describe("rows of a screen", () => {
  it("break at spaces, within words that are too long, and at line breaks", () => {
    expect(wrap("she drinks a little", 10)).toEqual(["she drinks", "a little"]);
    expect(wrap("a abcdefghijkl b", 5)).toEqual(["a", "abcde", "fghij", "kl b"]);
    expect(wrap("one\n\ntwo", 10)).toEqual(["one", "", "two"]);
    expect(wrap("   set in", 10)).toEqual(["   set in"]);
  });

  it("are as wide as they look: signs that join, and signs that take two places", () => {
    expect(["é", "किताब", "👩‍⚕️", "漢字"].map(widthOf)).toEqual([1, 3, 2, 4]);
    for (const row of wrap("漢字漢字漢字", 5)) expect(widthOf(row)).toBeLessThanOrEqual(5);
  });

  it("have two texts at their ends; the left one gives way", () => {
    expect(apart("left", "right", 12)).toBe("left   right");
    expect(apart("a long text on the left", "right", 12)).toBe("a lo…  right");
    expect(cut("abcdef", 4)).toBe("abc…");
  });

  it("hold nothing that moves a cursor, changes a colour or turns the writing direction", () => {
    expect(harmless("a\u001b[2Jb\u0007\u202ec\u0085d\r\ne\tf")).toBe("a[2Jbcd\ne f");
  });
});
