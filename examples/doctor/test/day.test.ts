import type { DoctorDay } from "@healthbridge/client-sdk/schedule";
import { describe, expect, test } from "vitest";
import { agendaOf, figuresOf, type Visit, waitingRoom } from "../src/day/agenda.ts";
import { dateIn, endTimeOf, mondayOf } from "../src/day/dates.ts";
import { withDaysOff } from "../src/day/days-off.ts";
import { emptyDay } from "../src/day/empty-day.ts";
import { actionsFor, wordOf } from "../src/day/visit.ts";
import { columnsOf, frameOf, hoursOfFrame } from "../src/day/week-layout.ts";

const DATE = "2026-12-02";
const at = (time: string) => `${DATE}T${time}+03:00`;
const visit = (time: string, more: Partial<Visit> = {}): Visit => ({
  id: `dmlzaXR2aXNpdHZp.${time.replace(":", "")}`,
  doctor: "Y2xpbmljbGluaWNj.3",
  clinic: "Y2xpbmljbGluaWNj.1",
  patient: "cGF0aWVudHBhdGll.1",
  start: at(time),
  minutes: 20,
  zone: "Africa/Nairobi",
  status: "booked",
  ...more,
});
type State = NonNullable<DoctorDay["slots"]>[number]["state"];
const slot = (time: string, state: State, minutes = 20) => ({ start: at(time), minutes, state });
const day = (slots: DoctorDay["slots"], ...appointments: Visit[]): DoctorDay => ({
  date: DATE,
  slots,
  appointments,
});
const now = (time: string) => Date.parse(at(time));

describe("a day", () => {
  test("shows who comes, and what is free in between as one line", () => {
    const slots = [
      slot("08:00", "free"),
      slot("08:20", "free"),
      slot("08:40", "busy"),
      slot("09:00", "free"),
    ];
    const entries = agendaOf(day(slots, visit("08:40")), 0);
    expect(entries.map(({ is, start, minutes }) => [is, start.slice(11, 16), minutes])).toEqual([
      ["free", "08:00", 40],
      ["visit", "08:40", 20],
      ["free", "09:00", 20],
    ]);
  });

  test("parts what is free before and after a pause, and leaves out what was", () => {
    const slots = [slot("12:40", "free"), slot("14:00", "free")];
    expect(agendaOf(day(slots), 0).length).toBe(2);
    expect(agendaOf(day(slots), now("13:00")).length).toBe(1);
  });

  test("leaves who came without an appointment to the waiting room, behind those who have one", () => {
    const walkIn = visit("08:05", { status: "arrived", queue: 1 });
    const here = visit("10:00", { status: "arrived" });
    expect(agendaOf(day([], walkIn, here), 0).length).toBe(1);
    expect(waitingRoom([walkIn, here, visit("09:00")])).toEqual([here, walkIn]);
  });

  test("counts what is seen, here, free, and not yet sent", () => {
    const visits = [visit("08:00", { status: "fulfilled" }), visit("08:20", { waiting: true })];
    expect(figuresOf(day([slot("09:00", "free"), slot("09:20", "held")], ...visits), 0)).toEqual({
      visits: 2,
      seen: 1,
      here: 0,
      unsent: 1,
      free: 1,
      slots: 2,
    });
  });
});

describe("a day without a sheet", () => {
  const marked = (until?: string) =>
    withDaysOff([day(undefined), { ...day(undefined), date: "2026-11-29" }], { from: "2026-11-30", until });

  test("is off where the server has planned that far, and unknown where nobody here can tell", () => {
    expect(marked("2027-01-25").map(({ slots }) => slots)).toEqual([[], undefined]);
    expect(marked(DATE)[0]?.slots).toBeUndefined();
    expect(marked()[0]?.slots).toBeUndefined();
  });
});

describe("a day of which there is nothing to show", () => {
  test.each([
    ["has no hours", [], DATE, "dayEmptyMore"],
    ["has had hours, and nothing of them is left", [slot("08:00", "free")], DATE, "dayNothingLeft"],
    ["comes with the next connection", undefined, DATE, "dayNotHeld"],
    ["is over, and nothing of it will come", undefined, "2026-12-03", "dayOver"],
  ] as const)("%s", (_, slots, today, more) => {
    expect(emptyDay({ date: DATE, slots }, today).more).toBe(more);
  });
});

describe("a week's picture", () => {
  test("shows whole hours around all there is, and a usual day where there is nothing", () => {
    expect(frameOf([day([slot("09:20", "free")], visit("16:50"))])).toEqual({ from: 540, to: 1_080 });
    expect(frameOf([day(undefined)])).toEqual({ from: 480, to: 1_020 });
    expect(hoursOfFrame({ from: 540, to: 660 })).toEqual([
      { hour: 9, top: 0 },
      { hour: 10, top: 0.5 },
    ]);
  });

  test("puts what overlaps side by side, and what does not below each other", () => {
    const crowded = day([], visit("09:00", { minutes: 60 }), visit("09:20"), visit("09:40"), visit("10:00"));
    const [column] = columnsOf([crowded], { from: 540, to: 660 }, 0);
    expect(column?.blocks.map(({ top, lane, lanes }) => [top, lane, lanes])).toEqual([
      [0, 0, 2],
      [20 / 120, 1, 2],
      [40 / 120, 1, 2],
      [0.5, 0, 1],
    ]);
  });

  test("says of a day whose sheet is not held that it is not", () => {
    expect(columnsOf([day(undefined)], { from: 540, to: 660 }, 0)[0]?.held).toBe(false);
  });
});

describe("an appointment", () => {
  test("is never called booked before it is", () => {
    expect(wordOf(visit("09:00", { waiting: true }))).toBe("unsent");
    expect(wordOf(visit("09:00", { status: "pending", awaits: "clinic" }))).toBe("toConfirm");
    expect(wordOf(visit("09:00"))).toBe("booked");
  });

  test.each([
    ["the day before", "booked", {}, "2026-12-01T09:00+03:00", ["move", "cancel"]],
    ["in the morning", "booked", {}, at("08:00"), ["checkIn", "complete", "move", "cancel"]],
    ["once it has begun", "booked", {}, at("09:10"), ["checkIn", "complete", "missed", "move", "cancel"]],
    ["when she is here", "arrived", {}, at("09:10"), ["complete", "undoCheckIn", "cancel"]],
    ["when she came without one", "arrived", { queue: 4 }, at("09:10"), ["complete", "cancel"]],
    ["to be confirmed", "pending", { awaits: "clinic" }, at("08:00"), ["confirm", "cancel"]],
    ["when she was missed and comes after all", "noshow", {}, at("10:00"), ["checkIn", "complete"]],
    ["seen", "fulfilled", {}, at("10:00"), []],
  ] as const)("%s can be %s", (_, status, more, when, expected) => {
    expect(actionsFor(visit("09:00", { status, ...more }), Date.parse(when))).toEqual(expected);
  });
});

describe("dates", () => {
  test("are those of the doctor's wall", () => {
    expect(dateIn("Africa/Nairobi", now("00:30"))).toBe(DATE);
    expect(dateIn("America/New_York", now("00:30"))).toBe("2026-12-01");
    expect(dateIn("No/Where", Date.parse("2026-12-02T10:00Z"))).toBe(DATE);
  });

  test("know their Monday, and when something ends over midnight", () => {
    expect([mondayOf("2026-12-02"), mondayOf("2026-11-30"), mondayOf("2026-12-06")]).toEqual([
      "2026-11-30",
      "2026-11-30",
      "2026-11-30",
    ]);
    expect(endTimeOf({ start: at("23:50"), minutes: 20 })).toBe("00:10");
  });
});
