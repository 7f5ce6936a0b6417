import type { Outcome } from "@healthbridge/client-sdk";
import type { Text } from "@healthbridge/example-design/shell";
import { describe, expect, test } from "vitest";
import { foundPatients } from "../src/day/patient-search.ts";
import { numberIn } from "../src/hours/number-in.ts";
import { outsideHours } from "../src/hours/outside.ts";
import { isToldHere, type Known, tellOutcome } from "../src/shared/outcome-words.ts";
import { ageOn } from "../src/shared/names.ts";
import { addressOf, placeOf } from "../src/shared/route.ts";
import { en } from "../src/words/en.ts";

const DOCTOR = "Y2xpbmljbGluaWNj.3";
const VISIT = "dmlzaXR2aXNpdHZp.1";
const PATIENT = "cGF0aWVudHBhdGll.1";
const appointment = {
  id: VISIT,
  doctor: DOCTOR,
  clinic: "Y2xpbmljbGluaWNj.1",
  patient: PATIENT,
  start: "2026-12-02T09:00+03:00",
  minutes: 20,
  zone: "Africa/Nairobi",
  status: "booked" as const,
};

describe("places", () => {
  test.each(["#/day", "#/day/2026-12-02", "#/week/2026-11-30", "#/hours", "#/talk", `#/talk/${VISIT}`])(
    "%s is there and back",
    (hash) => {
      expect(addressOf(placeOf(hash))).toBe(hash);
    },
  );

  test("are the day where an address names none", () => {
    expect([placeOf(""), placeOf("#/nowhere"), placeOf("#/day/tomorrow")]).toEqual([
      { at: "day" },
      { at: "day" },
      { at: "day" },
    ]);
  });
});

describe("an age", () => {
  test("is a year more on the birthday", () => {
    expect([ageOn("2016-02-29", "2026-02-28"), ageOn("2016-02-29", "2026-03-01")]).toEqual([9, 10]);
  });
});

describe("looking for a patient", () => {
  const patients = [
    { id: "1", name: "Wanjirũ Kamau", cardNumber: "OP/1001", phone: "+254700010001" },
    { id: "2", name: "Otieno Ouma" },
  ];

  test("finds every word in any order, with and without accents, and by card and telephone", () => {
    const ids = (typed: string) => foundPatients(patients, typed).map(({ id }) => id);
    expect([ids("kamau wanjiru"), ids("op/1001"), ids("0010001"), ids("ouma")]).toEqual([
      ["1"],
      ["1"],
      ["1"],
      ["2"],
    ]);
  });

  test("finds nobody while too little was typed", () => {
    expect(foundPatients(patients, " o ")).toEqual([]);
  });
});

describe("a number in a text", () => {
  const bounds = { step: 5, min: 5, max: 240 };
  test.each([
    ["", undefined],
    [" 20 ", 20],
    ["22", "wrong"],
    ["300", "wrong"],
    ["2.5", "wrong"],
    ["twenty", "wrong"],
  ])("%j", (text, expected) => {
    expect(numberIn(text, bounds)).toBe(expected);
  });
});

describe("appointments outside the hours", () => {
  const sheet = (letter: string) => ({
    id: `${DOCTOR}/2026-12-02`,
    zone: "Africa/Nairobi",
    runs: [
      [Date.parse(appointment.start) / 60_000, 180, 20, 20, letter] as [
        number,
        number,
        number,
        number,
        string,
      ],
    ],
  });
  const now = Date.parse("2026-12-01T09:00+03:00");

  test("are those whose time is no longer offered, until they are over or over with", () => {
    const found = (letter: string, at = now) => outsideHours([appointment], () => sheet(letter), at).length;
    expect([found("o"), found("b"), found("o", Date.parse(appointment.start) + 1)]).toEqual([1, 0, 0]);
    expect(outsideHours([{ ...appointment, status: "cancelled" }], () => sheet("o"), now)).toEqual([]);
  });
});

describe("what became of it", () => {
  const known: Known = {
    get: ((kind: string, id: string) =>
      kind === "patient" && id === PATIENT
        ? { id, name: "Apua Lopeyok" }
        : kind === "appointment" && id === VISIT
          ? appointment
          : undefined) as Known["get"],
  };
  const speech = {
    language: "en" as const,
    t: (key: keyof typeof en, values: Readonly<Record<string, string | number>> = {}) => {
      const text: Text = en[key];
      const form =
        typeof text === "string" ? text : values["n"] === 1 ? (text["one"] ?? text.other) : text.other;
      return form.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
    },
    day: (start: string) => start.slice(5, 10),
    time: (start: string) => start.slice(11, 16),
    when: String,
    number: String,
    amount: String,
    money: String,
    and: (items: readonly string[]) => items.join(" and "),
  };
  const outcome = (more: Partial<Outcome>): Outcome => ({
    id: "b3BlcmF0aW9ub3Bl.1",
    type: "appointment.reschedule",
    input: { appointment: VISIT },
    status: "applied",
    lane: "normal",
    madeAt: 0,
    ...more,
  });

  test("names whom a refusal is about, and why", () => {
    const refused = outcome({ status: "rejected", problem: { code: "slot_taken" } });
    expect(tellOutcome(refused, known, speech)).toBe(
      "Not done: moving Apua Lopeyok, 12-02, 09:00. Why: the time was taken by somebody else.",
    );
  });

  test("is a whole sentence also where it is about nobody, or about somebody whose card is not here", () => {
    const refused = (more: Partial<Outcome>) =>
      tellOutcome(outcome({ status: "rejected", problem: { code: "forbidden" }, ...more }), known, speech);
    expect(refused({ type: "availability.set", input: { doctor: DOCTOR } })).toBe(
      "Not done: the new week. Why: you may not do this.",
    );
    expect(refused({ type: "appointment.walkIn", input: { patient: "bm90aGVyZW5vdGhl.1" } })).toBe(
      "Not done: a number for a patient whose card is not here yet. Why: you may not do this.",
    );
    const queue = outcome({ input: { patient: "bm90aGVyZW5vdGhl.1" }, output: { queue: 4 } });
    expect(tellOutcome(queue, known, speech)).toBe("A patient whose card is not here yet has number 4.");
  });

  test("has words for refusals of a later server", () => {
    const refused = outcome({
      type: "appointment.teleport",
      status: "rejected",
      problem: { code: "no_beam" },
    });
    expect(tellOutcome(refused, known, speech)).toContain("the server did not take it");
  });

  test("names the appointments that no longer fit new hours, and counts the others", () => {
    const unfit = Array.from({ length: 6 }, () => ({ appointment: VISIT, start: appointment.start }));
    const saved = outcome({
      type: "availability.set",
      input: { doctor: DOCTOR },
      output: { unfit, more: 3 },
    });
    const told = tellOutcome(saved, known, speech);
    expect(told).toContain("9 appointments no longer fit and are kept: Apua Lopeyok (12-02, 09:00)");
    expect(told).toContain("5 more");
  });

  test("leaves lines and marks of conversations to chat, and tells of what else is done with them", () => {
    const told = ["message.send", "conversation.markRead", "conversation.handOver", "appointment.cancel"];
    expect(told.map((type) => isToldHere({ type }))).toEqual([false, false, true, true]);
  });

  test("says a walk-in's number", () => {
    const given = outcome({
      type: "appointment.walkIn",
      input: { patient: PATIENT },
      output: { queue: 4, start: appointment.start },
    });
    expect(tellOutcome(given, known, speech)).toBe("Apua Lopeyok has number 4.");
  });
});
