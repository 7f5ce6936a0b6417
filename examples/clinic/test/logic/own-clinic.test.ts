import { describe, expect, test } from "vitest";
import { ownClinic } from "../../src/logic/own-clinic.ts";

const LODWAR = "Y2xpbmljY2xpbmlj.1";
const KAKUMA = "Y2xpbmljY2xpbmlj.2";

describe("whose desk it is", () => {
  test("the one she chose, as long as she works for it", () => {
    expect(ownClinic([LODWAR, KAKUMA], KAKUMA)).toBe(KAKUMA);
    expect(ownClinic([LODWAR], KAKUMA)).toBe(LODWAR);
  });

  test("the first where she has not chosen yet; nobody's before anybody has signed in", () => {
    expect(ownClinic([LODWAR, KAKUMA], undefined)).toBe(LODWAR);
    expect(ownClinic([], KAKUMA)).toBeUndefined();
  });
});
