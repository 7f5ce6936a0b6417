import { expect, test } from "vitest";
import { KeptWhileIn } from "../../src/logic/kept-while-in.ts";
import { ROSE } from "../support/day.ts";

test("what was begun is there again for who began it, at the same desk alone", () => {
  const kept = new KeptWhileIn<readonly string[]>();
  const [hers, anothers] = [{}, {}];
  kept.keep(["Anne"], hers, ROSE.clinic);
  kept.keep(["Anne", "Ben"], hers, ROSE.clinic);
  expect(kept.of(hers, ROSE.clinic)).toEqual(["Anne", "Ben"]);
  expect(kept.of(hers, "Y2xpbmljY2xpbmlj.2")).toBeUndefined();
  expect(kept.of(hers)).toBeUndefined();
  expect(kept.of(anothers, ROSE.clinic)).toBeUndefined();
});
