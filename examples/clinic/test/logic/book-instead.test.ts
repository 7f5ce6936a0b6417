import { describe, expect, test } from "vitest";
import { bookInstead } from "../../src/logic/book-instead.ts";
import { at, ROSE } from "../support/day.ts";

const ANNE = "cGF0aWVudHBhdGll.91";

describe("asking for another time instead of the refused one", () => {
  test("says the same about the visit: why, which kind, how soon", () => {
    const refused = {
      doctor: ROSE.id,
      patient: ANNE,
      start: at("09:00"),
      reason: "cough",
      visit: "first",
      urgency: "urgent",
      ifTaken: [{ wish: "sameDay" }],
    };
    expect(bookInstead(refused, at("09:20"))).toEqual({
      doctor: ROSE.id,
      patient: ANNE,
      start: at("09:20"),
      reason: "cough",
      visit: "first",
      urgency: "urgent",
    });
  });

  test("makes nothing up", () => {
    const refused = { doctor: ROSE.id, patient: ANNE, urgency: "at once", visit: 7 };
    expect(bookInstead(refused, at("09:20"))).toEqual({
      doctor: ROSE.id,
      patient: ANNE,
      start: at("09:20"),
    });
    expect(bookInstead({ doctor: ROSE.id }, at("09:20"))).toBeUndefined();
  });
});
