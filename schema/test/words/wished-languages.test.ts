import { expect, test } from "vitest";
import { wishedLanguages } from "../../src/words/wished-languages.ts";

test.each([
  ["", []],
  ["*", []],
  ["sw", ["sw"]],
  ["sw-KE,en", ["sw-KE", "en"]],
  ["en;q=0.5, luo, sw-KE; Q = 0.8", ["luo", "sw-KE", "en"]],
  ["sw;q=0, en, hi;q=0.5", ["en", "hi"]],
  ["en;q=0.5, *;q=0.1", ["en"]],
  ["fr;q=much, en;q=0.9", ["fr", "en"]],
  [" , ;q=1,en", ["en"]],
])("the languages wished by '%s'", (header, wished) => {
  expect(wishedLanguages(header)).toEqual(wished);
});
