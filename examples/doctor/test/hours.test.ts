import { HealthBridge } from "@healthbridge/client-sdk";
import type { Appointment, Availability } from "@healthbridge/schema/client";
import { describe, expect, test } from "vitest";
import { draftOf, type HoursDraft } from "../src/hours/hours-draft.ts";
import {
  copiedDay,
  ofKind,
  visitKind,
  withDay,
  withException,
  withoutException,
  withSession,
} from "../src/hours/hours-edit.ts";
import { faultsOf } from "../src/hours/hours-faults.ts";
import { asksFor, itemsOf, operationsOf, withRule } from "../src/hours/hours-operations.ts";
import { previewOf, unfitIn } from "../src/hours/hours-preview.ts";

const DOCTOR = "Y2xpbmljbGluaWNj.3";
const TODAY = "2026-11-30";
const availability: Availability = {
  id: DOCTOR,
  zone: "Africa/Nairobi",
  slotMinutes: 20,
  bufferMinutes: 0,
  weekly: [
    {
      day: 1,
      hours: [
        { from: "08:00", to: "12:00" },
        { from: "14:00", to: "16:00", slotMinutes: 60, places: 8 },
      ],
    },
    { day: 5, hours: [{ from: "20:00", to: "02:00", overnight: true }] },
  ],
  exceptions: [
    { date: "2026-11-20", hours: [] },
    { date: "2026-12-07", hours: [] },
    { date: "2026-12-08", hours: [{ from: "10:00", to: "11:00" }], extra: true },
    { date: "2026-12-09", hours: [], extra: true },
  ],
};
const saved = { availability, rules: { noticeMinutes: 60, overbooking: "staff" as const } };
const draft = draftOf(saved, "UTC", TODAY);
const operations = (changed: HoursDraft) => operationsOf(DOCTOR, saved, changed, TODAY);

describe("a draft of hours", () => {
  test("shows what is saved: every session of the week, and what is not over of the dates that differ", () => {
    expect(draft.weekly.map((sessions) => sessions.length)).toEqual([2, 0, 0, 0, 1, 0, 0]);
    expect(draft.exceptions.map(({ date, kind }) => [date, kind])).toEqual([
      ["2026-12-07", "off"],
      ["2026-12-08", "extra"],
    ]);
  });

  test("asks for nothing where nothing was changed", () => {
    expect(asksFor(operations(draft))).toBe(false);
  });

  test("asks for the week alone where that was changed, with what goes on overnight", () => {
    const changed = withDay(draft, 1, [{ from: "22:00", to: "06:00" }]);
    const { set, except, rules } = operations(changed);
    expect(set?.weekly).toContainEqual({ day: 2, hours: [{ from: "22:00", to: "06:00", overnight: true }] });
    expect([except, rules]).toEqual([undefined, undefined]);
    expect(HealthBridge.check("availability.set", set)).toBeUndefined();
  });

  test("asks for the dates that were changed, and for a date as usual where an exception was taken away", () => {
    const closed = withException(draft, { date: "2026-12-10", kind: "off", sessions: [] });
    const { set, except } = operations(withoutException(closed, "2026-12-07"));
    expect(set).toBeUndefined();
    expect(except?.dates).toEqual([
      { date: "2026-12-10", hours: [] },
      { date: "2026-12-07", hours: [], extra: true },
    ]);
    expect(HealthBridge.check("availability.except", except)).toBeUndefined();
  });

  test("asks for all rules where one was changed: the server forgets what is left out", () => {
    const { rules } = operations({ ...draft, rules: withRule(draft.rules, "horizonDays", 28) });
    expect(rules?.rules).toEqual({ noticeMinutes: 60, overbooking: "staff", horizonDays: 28 });
    const emptied = operations({ ...draft, rules: withRule(draft.rules, "noticeMinutes", undefined) });
    expect(emptied.rules?.rules).toEqual({ overbooking: "staff" });
  });

  test("asks for all of it in one list, which is kept as a whole: the week before the dates that differ from it", () => {
    const changed = withException(withDay(draft, 1, [{ from: "08:00", to: "12:00" }]), {
      date: "2026-12-10",
      kind: "off",
      sessions: [],
    });
    const asked = operations({ ...changed, rules: withRule(draft.rules, "horizonDays", 28) });
    expect(itemsOf(asked)).toEqual([
      { type: "availability.set", input: asked.set },
      { type: "availability.except", input: asked.except },
      { type: "doctor.setRules", input: asked.rules },
    ]);
    expect(itemsOf(operations(draft))).toEqual([]);
  });

  test("of a doctor who has had no hours asks for a week", () => {
    const none = { availability: undefined, rules: undefined };
    const first = withDay(draftOf(none, "Africa/Nairobi", TODAY), 0, withSession([]));
    const { set } = operationsOf(DOCTOR, none, first, TODAY);
    expect(set).toMatchObject({ zone: "Africa/Nairobi", weekly: [{ day: 1 }] });
    expect(HealthBridge.check("availability.set", set)).toBeUndefined();
  });
});

describe("editing", () => {
  test("puts a session behind the last, and never more than six on a day", () => {
    expect(withSession([{ from: "08:00", to: "12:00" }])[1]).toEqual({ from: "13:00", to: "15:00" });
    const six = Array.from({ length: 9 }).reduce<ReturnType<typeof withSession>>(
      (list) => withSession(list),
      [],
    );
    expect(six.length).toBe(6);
  });

  test("copies a day to others", () => {
    expect(copiedDay(draft, 0, [1, 2]).weekly[2]).toEqual(draft.weekly[0]);
  });

  test("gives a date hours when it is not off any longer, and takes them when it is", () => {
    const other = ofKind({ date: "2026-12-10", kind: "off", sessions: [] }, "other");
    expect(other.sessions.length).toBe(1);
    expect(ofKind(other, "off").sessions).toEqual([]);
  });

  test("names kinds of visit as they are kept", () => {
    expect(["Follow up", " First visit! ", "2nd"].map(visitKind)).toEqual(["follow-up", "first-visit", "nd"]);
  });
});

describe("what has to be put right", () => {
  const monday = (...sessions: HoursDraft["weekly"][number]) => faultsOf(withDay(draft, 0, sessions));

  test("is nothing where all is well", () => {
    expect(faultsOf(draft)).toEqual([]);
  });

  test.each([
    ["time", [{ from: "", to: "12:00" }]],
    ["time", [{ from: "08:03", to: "12:00" }]],
    ["short", [{ from: "08:00", to: "08:15" }]],
    [
      "overlap",
      [
        { from: "08:00", to: "12:00" },
        { from: "11:00", to: "13:00" },
      ],
    ],
    [
      "overlap",
      [
        { from: "20:00", to: "02:00" },
        { from: "22:00", to: "23:00" },
      ],
    ],
  ])("%s", (what, sessions) => {
    expect(monday(...sessions)).toMatchObject([{ what, where: { day: 0 } }]);
  });

  test("is also a date without hours that is not off, and visits of one name", () => {
    const date = withException(draft, { date: "2026-12-10", kind: "other", sessions: [] });
    const visits = [
      { kind: "first", minutes: 40 },
      { kind: "first", minutes: 20 },
      { kind: "", minutes: 5 },
    ];
    expect(faultsOf({ ...date, rules: { visits } }).map(({ what }) => what)).toEqual([
      "empty",
      "visitTwice",
      "visitName",
    ]);
  });
});

describe("a preview", () => {
  const preview = (changed: HoursDraft) =>
    previewOf({ doctor: DOCTOR, draft: changed, from: "2026-12-07", days: 7, holidays: [] });

  test("shows the week that comes out of a draft", () => {
    expect(preview(withoutException(draft, "2026-12-07"))?.map(({ slots }) => slots.length)).toEqual([
      14, 3, 0, 0, 12, 6, 0,
    ]);
  });

  test("is none while a time zone or a time makes no sense", () => {
    expect(preview({ ...draft, zone: "Nowhere/Atall" })).toBeUndefined();
  });

  test("names the appointments that would stand outside of it", () => {
    const sheet = {
      id: `${DOCTOR}/2026-12-08`,
      zone: "Africa/Nairobi",
      runs: [
        [Date.parse("2026-12-08T10:00+03:00") / 60_000, 180, 20, 20, "bbf"] as [
          number,
          number,
          number,
          number,
          string,
        ],
      ],
    };
    const at = (id: string, time: string, status: Appointment["status"] = "booked"): Appointment => ({
      id,
      doctor: DOCTOR,
      clinic: "Y2xpbmljbGluaWNj.1",
      patient: "cGF0aWVudHBhdGll.1",
      start: `2026-12-08T${time}+03:00`,
      minutes: 20,
      zone: "Africa/Nairobi",
      status,
    });
    const appointments = [at("b", "10:20"), at("a", "10:00"), at("c", "10:00", "cancelled")];
    const later = withException(draft, {
      date: "2026-12-08",
      kind: "other",
      sessions: [{ from: "10:20", to: "11:00" }],
    });
    const unfit = unfitIn(preview(later) ?? [], appointments, () => sheet);
    expect(unfit.map(({ id }) => id)).toEqual(["a"]);
  });
});
