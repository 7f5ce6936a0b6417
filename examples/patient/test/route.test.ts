import { expect, test } from "vitest";
import { HOME, hashOf, readRoute, type Route, tabOf, upFrom } from "../src/logic/route.ts";

const ROUTES: readonly Route[] = [
  { screen: "appointments" },
  { screen: "appointment", id: "doctordoctordoct.12" },
  { screen: "move", id: "doctordoctordoct.12" },
  { screen: "find" },
  { screen: "doctor", id: "-_ctordoctordoct.1" },
  { screen: "book", doctor: "doctordoctordoct.1", start: "2026-11-30T09:20+03:00" },
  {
    screen: "book",
    doctor: "doctordoctordoct.1",
    start: "2026-11-30T09:20+03:00",
    patient: "patientpatientpa.1",
  },
  { screen: "messages" },
  { screen: "conversation", id: "doctordoctordoct.3" },
  { screen: "intake", id: "doctordoctordoct.3" },
  { screen: "family" },
  { screen: "more" },
];

test.each(ROUTES)("an address leads to where it was made for: $screen", (route) => {
  expect(readRoute(hashOf(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/nowhere", "#/doctor", "#/book/only-a-doctor", "#/appointment/%E0%A4%A"])(
  "an address that leads nowhere is the first screen: %j",
  (hash) => {
    expect(readRoute(hash)).toEqual(HOME);
  },
);

test("each screen belongs to a tab of the bar", () => {
  expect(tabOf({ screen: "doctor", id: "d" })).toBe("find");
  expect(tabOf({ screen: "conversation", id: "c" })).toBe("messages");
  expect(tabOf({ screen: "intake", id: "c" })).toBe("appointments");
  expect(tabOf({ screen: "family" })).toBe("more");
});

test("the arrow leads up, wherever she came from, and nowhere from the tabs themselves", () => {
  expect(upFrom({ screen: "book", doctor: "d", start: "2026-11-30T09:20+03:00" })).toEqual({
    screen: "doctor",
    id: "d",
  });
  expect(upFrom({ screen: "doctor", id: "d" })).toEqual({ screen: "find" });
  expect(upFrom({ screen: "conversation", id: "a" })).toEqual({ screen: "appointment", id: "a" });
  expect(upFrom({ screen: "appointment", id: "a" })).toEqual({ screen: "appointments" });
  expect(upFrom({ screen: "family" })).toEqual({ screen: "more" });
  expect(upFrom({ screen: "find" })).toBeUndefined();
});
