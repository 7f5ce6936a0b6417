import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../src/css/tokens.css"), "utf8");
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");
const colours = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name, value]) => [name, value]),
  );

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const TEXT: ReadonlyArray<readonly [text: string, ground: string]> = [
  ...["bg", "surface", "sunken"].flatMap((ground) => [["text", ground] as const, ["muted", ground] as const]),
  ...["bg", "surface", "primary-soft", "sunken"].map((ground) => ["primary", ground] as const),
  ...["surface", "primary-soft"].map((ground) => ["primary-strong", ground] as const),
  ["on-primary", "primary"],
  ["on-primary", "primary-strong"],
  ["on-trouble", "trouble"],
  ["bg", "text"],
  ["text", "primary-soft"],
  ["muted", "primary-soft"],
  ...["sure", "waiting", "trouble", "info"].flatMap((tone) => [
    [tone, `${tone}-soft`] as const,
    [tone, "surface"] as const,
    [tone, "bg"] as const,
    ["text", `${tone}-soft`] as const,
  ]),
];
const EDGES: ReadonlyArray<readonly [edge: string, ground: string]> = [
  ["edge", "surface"],
  ["edge", "bg"],
  ["focus", "bg"],
  ["focus", "surface"],
  ["primary", "surface"],
  ["sure", "surface"],
];

describe.each([
  ["light", colours(light)],
  ["dark", { ...colours(light), ...colours(dark) }],
])("the colours in %s", (_, palette) => {
  const measured = ([one, other]: readonly [string, string]): number =>
    contrast(palette[one] ?? "", palette[other] ?? "");

  test.each(TEXT)("%s can be read on %s (WCAG AA)", (...pair) => {
    expect(measured(pair)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(EDGES)("%s can be told from %s (WCAG AA for controls)", (...pair) => {
    expect(measured(pair)).toBeGreaterThanOrEqual(3);
  });
});

test("the dark palette says every colour anew", () => {
  expect(Object.keys(colours(dark)).toSorted()).toEqual(Object.keys(colours(light)).toSorted());
});

test("whoever wishes less motion gets none of ours", () => {
  const [, still = ""] = css.split("prefers-reduced-motion: reduce");
  expect(still).toContain("--quick: 0s");
  expect(still).toContain("--calm: 0s");
});
