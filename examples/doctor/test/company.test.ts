import { describe, expect, test } from "vitest";
import { ALONE, companyAt, HERE_MS, heardOf, lasts, TYPING_MS } from "../src/presence/company.ts";

const CONVERSATION = "Y29udmVyc2F0aW9u.1";
const says = (by: string, does: "typing" | "here" | "away") => ({ conversation: CONVERSATION, by, does });

describe("who is in a conversation", () => {
  test("types for some seconds, and is there for some minutes more", () => {
    const typing = heardOf(ALONE, says("apua", "typing"), 1_000);
    expect([typing.typing.has("apua"), typing.here.has("apua")]).toEqual([true, true]);
    const after = companyAt(typing, 1_000 + TYPING_MS);
    expect([after.typing.size, after.here.size]).toEqual([0, 1]);
    expect(companyAt(after, 1_000 + HERE_MS).here.size).toBe(0);
  });

  test("types no longer once she is there without typing, and is gone once she says so", () => {
    const typing = heardOf(ALONE, says("apua", "typing"), 0);
    expect(heardOf(typing, says("apua", "here"), 10).typing.size).toBe(0);
    expect(heardOf(typing, says("apua", "away"), 10)).toEqual(ALONE);
  });

  test("is looked at again when the next of it is over", () => {
    expect(lasts(ALONE, 0)).toBeUndefined();
    const both = heardOf(heardOf(ALONE, says("apua", "here"), 0), says("grace", "typing"), 5_000);
    const wait = lasts(both, 6_000) ?? 0;
    expect(companyAt(both, 6_000 + wait - 1)).not.toBe(both);
    expect(companyAt(both, 6_000 + wait - 2)).toBe(both);
  });
});
