import { describe, expect, test } from "vitest";
import { dayHref, dayRouteOf, hrefOf, routeOf } from "../src/route.ts";

describe("where in the app one is", () => {
  test.each([
    ["", { screen: "day", rest: "" }],
    ["#/patients/cGF0aWVudHBhdGll.1", { screen: "patients", rest: "cGF0aWVudHBhdGll.1" }],
    ["#/day/2026-12-01", { screen: "day", rest: "2026-12-01" }],
    ["#/somewhere", { screen: "day", rest: "" }],
  ])("%s", (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  test.each([
    [{ date: undefined, patient: undefined }, "#/day"],
    [{ date: "2026-12-01", patient: undefined }, "#/day/2026-12-01"],
    [{ date: undefined, patient: "p.1" }, "#/day/for/p.1"],
    [{ date: "2026-12-01", patient: "p.1" }, "#/day/for/p.1/2026-12-01"],
  ])("a day is written as it is read: %j", (day, href) => {
    expect(dayHref(day)).toBe(href);
    expect(dayRouteOf(routeOf(href).rest)).toEqual(day);
  });

  test("a date that is none leads to today", () => {
    expect(dayRouteOf("tomorrow").date).toBeUndefined();
    expect(hrefOf("more")).toBe("#/more");
  });
});
