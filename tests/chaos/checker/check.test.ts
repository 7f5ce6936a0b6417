import { describe, expect, test } from "vitest";
import { check, RULES } from "./check.ts";
import {
  appointment,
  cleanRun,
  DOCTOR,
  evidenceOf,
  type HandMade,
  heard,
  message,
  NINE,
  operation,
  patient,
  queued,
  STREAM,
} from "./hand-made.ts";
import { change, insert, type Planted } from "./plant.ts";
import { close, PLANTED_IN_DOCUMENTS, stays } from "./planted-in-documents.ts";

/** The rules that a run breaks. */
function broken(run: HandMade): readonly string[] {
  return [...new Set(check(evidenceOf(run)).violations.map(({ rule }) => rule))];
}

const booked = (number: number) => run2(number, {});
function run2(number: number, more: Parameters<typeof appointment>[1]) {
  return appointment(number, { reason: `kingfisher d1-${number}`, ...more });
}

test("a run in which everything is as it should be breaks no rule", () => {
  expect(check(evidenceOf(cleanRun()))).toMatchObject({
    violations: [],
    queued: 6,
    acknowledged: 6,
    applied: 5,
    messages: 2,
    conversations: 1,
    edits: { documents: 1, kept: 5, stored: 6, byVisitors: 1, refused: 2, compared: 6 },
  });
});

/** One fault each, and the rule that must name it. */
const PLANTED: readonly Planted[] = [
  ["I1", "two active bookings overlap", (run) => void run.rows.appointments.push(booked(9))],
  [
    "I1",
    "a patient is in two places",
    (run) => void run.rows.appointments.push(run2(9, { doctor_id: "another.1", start_at: NINE + 600_000 })),
  ],
  [
    "I1",
    "an overlap was seen during the run and is gone",
    (run) => void run.rig.push({ at: 2_700, e: "poll", overlaps: 1, counters: {} }),
  ],
  [
    "I1",
    "the day sheet shows a booked slot as free",
    (run) => {
      run.rows.sheets = run.rows.sheets.map((row) => ({ ...row, runs: row.runs.replace("bff", "fff") }));
    },
  ],
  [
    "I1",
    "a time that a device has to itself is somebody's",
    (run) => {
      run.rows.sheets = run.rows.sheets.map((row) => ({ ...row, leased: `[["d.1",0,[${NINE / 60_000}]]]` }));
    },
  ],
  [
    "I5",
    "what a device had confirmed was rejected",
    (run) =>
      change(run, "queued", ({ operations }) => ({
        operations: operations.map((each, at) => (at === 3 ? { ...each, promised: true } : each)),
      })),
  ],
  [
    "I1",
    "two bookings were confirmed for one time",
    (run) => {
      const again = { doctor: DOCTOR, patient: "x.1", start: "2026-12-01T06:00Z", reason: "d1-8" };
      insert(run, {
        at: 4_000,
        e: "queued",
        batch: 2,
        operations: [queued(8, { type: "appointment.book", input: again })],
      });
      insert(run, { at: 4_100, e: "outcome", outcome: heard(8) });
    },
  ],
  [
    "I2",
    "a device forgot something when it was killed",
    (run) => {
      insert(run, { at: 4_000, e: "queued", batch: 2, operations: [queued(8, {})] });
      insert(run, { at: 5_000, e: "open", life: 3, clock: 0, waiting: [], outcomes: [] });
    },
  ],
  [
    "I2",
    "something queued was never heard of",
    (run) => insert(run, { at: 4_000, e: "queued", batch: 2, operations: [queued(8, {})] }),
  ],
  [
    "I3",
    "one registration made two patients",
    (run) => void run.rows.patients.push(patient(7, { name: "kingfisher d1-1" })),
  ],
  [
    "I3",
    "one booking made two rows",
    (run) =>
      void run.rows.appointments.push(
        appointment(7, { start_at: NINE + 3_600_000, reason: "kingfisher d1-2", status: "cancelled" }),
      ),
  ],
  [
    "I3",
    "one reference was queued under two numbers",
    (run) => insert(run, { at: 4_000, e: "queued", batch: 2, operations: [queued(8, { ref: "d1-1" })] }),
  ],
  ["I3", "one message made two rows", (run) => void run.rows.messages.push(message(6, 3, { id: "x.1" }))],
  ["I4", "an acknowledged message has no row", (run) => void run.rows.messages.splice(1, 1)],
  [
    "I11",
    "the numbers of a conversation have a gap",
    (run) => void run.rows.messages.splice(1, 1, message(6, 3)),
  ],
  ["I11", "a number is there twice", (run) => void run.rows.messages.splice(1, 1, message(6, 1))],
  ["I11", "an acknowledged message is gone", (run) => void run.rows.messages.splice(1, 1)],
  ["I11", "a message was written by nobody", (run) => void run.rows.messages.push(message(99, 3))],
  [
    "I11",
    "a message has another text than was written",
    (run) => void run.rows.messages.splice(1, 1, message(6, 2, { text: "kingfisher d1-66" })),
  ],
  [
    "I11",
    "a message that was withdrawn has its text",
    (run) => void run.rows.messages.splice(1, 1, message(6, 2, { withdrawn: 1, text: "kingfisher" })),
  ],
  [
    "I11",
    "two messages of one device changed places",
    (run) => {
      run.rows.messages = [message(6, 1), message(5, 2)];
    },
  ],
  [
    "I11",
    "another number was told than the message has",
    (run) =>
      change(run, "outcome", ({ outcome }) =>
        outcome.id === `${STREAM}.6` ? { outcome: { ...outcome, output: { number: 3 } } } : {},
      ),
  ],
  [
    "I11",
    "a rejected message is stored",
    (run) =>
      change(run, "outcome", ({ outcome }) =>
        outcome.id === `${STREAM}.6` ? { outcome: { ...outcome, status: "rejected" as const } } : {},
      ),
  ],
  [
    "I11",
    "a message of the clinic's bears a doctor's name, on the server and on the device",
    (run) => {
      run.rows.messages = run.rows.messages.map((row) => ({ ...row, doctor_id: DOCTOR }));
      for (const shown of run.view.entities["message"] ?? []) Object.assign(shown, { doctor: DOCTOR });
    },
  ],
  ["I11", "a device lacks the first message", (run) => void run.view.entities["message"]?.shift()],
  [
    "I11",
    "a device shows two messages under each other's numbers",
    (run) => {
      const [first = {}, second = {}] = run.view.entities["message"] ?? [];
      run.view.entities["message"] = [
        { ...first, number: 2 },
        { ...second, number: 1 },
      ];
    },
  ],
  ["I11", "a device lacks the newest message", (run) => void run.view.entities["message"]?.pop()],
  [
    "I11",
    "a device shows one message twice",
    (run) => void run.view.entities["message"]?.push({ ...run.view.entities["message"]?.[0] }),
  ],
  [
    "I11",
    "a device shows messages of a conversation in which it has no part",
    (run) => {
      run.rows.patients = run.rows.patients.map((row) => ({ ...row, clinic_id: null }));
    },
  ],
  [
    "I11",
    "more was said to be read than there is",
    (run) => {
      run.rows.conversations = run.rows.conversations.map((row) => ({
        ...row,
        patient_read: 3,
        patient_delivered: 3,
      }));
    },
  ],
  ["I4", "an acknowledged operation is not stored", (run) => void run.rows.operations.splice(2, 1)],
  ["I4", "an acknowledged booking has no row", (run) => void run.rows.appointments.splice(0, 1)],
  [
    "I4",
    "the database came back without something",
    (run) => void run.rig.push({ at: 2_800, e: "restarted", acknowledged: 4, lost: [`${STREAM}.2`] }),
  ],
  [
    "I5",
    "a rejected booking has left a row",
    (run) => void run.rows.appointments.push(run2(4, { start_at: NINE + 3_600_000, status: "cancelled" })),
  ],
  [
    "I5",
    "an operation was told as applied and is stored as rejected",
    (run) => {
      run.rows.operations = run.rows.operations.map((row) =>
        row.number === 3 ? { ...row, applied: 0 } : row,
      );
    },
  ],
  [
    "I5",
    "a rejection was told with another code than is stored",
    (run) =>
      change(run, "outcome", ({ outcome }) =>
        outcome.code === undefined ? {} : { outcome: { ...outcome, code: "patient_busy" } },
      ),
  ],
  [
    "I5",
    "an operation is stored as somebody else's",
    (run) => {
      run.rows.operations = run.rows.operations.map((row) =>
        row.number === 1 ? operation(1, { account_id: "other.1" }) : row,
      );
    },
  ],
  [
    "I5",
    "a booking stands at a time nobody was told",
    (run) => {
      run.rows.appointments = [appointment(2, { start_at: NINE + 1_200_000 })];
    },
  ],
  [
    "I5",
    "a booking is cancelled and nobody cancelled it",
    (run) => {
      run.rows.appointments = [appointment(2, { status: "cancelled" })];
    },
  ],
  [
    "I6",
    "an old operation is answered in two ways",
    (run) => change(run, "replay", () => ({ answers: ['"applied as asked"', '{"number":2,"output":{}}'] })),
  ],
  [
    "I6",
    "an old operation is answered otherwise than it was told",
    (run) =>
      change(run, "replay", () => ({
        answers: [
          '{"number":2,"problem":{"code":"not_found"}}',
          '{"number":2,"problem":{"code":"not_found"}}',
        ],
      })),
  ],
  ["I7", "a device misses something", (run) => void run.view.entities["appointment"]?.splice(0)],
  [
    "I7",
    "a device shows an old state",
    (run) =>
      void Object.assign(run.view.entities["appointment"]?.[0] ?? {}, { start: "2026-12-01T09:20+03:00" }),
  ],
  [
    "I7",
    "a device shows what it may not see",
    (run) => void run.view.entities["patient"]?.push({ id: "foreign.1", name: "kingfisher x" }),
  ],
  [
    "I7",
    "a device shows an old day sheet",
    (run) => {
      run.view.entities["sheet"] = [
        { id: `${DOCTOR}/2026-12-01`, zone: "Africa/Nairobi", runs: [[NINE / 60_000, 180, 20, 20, "fff"]] },
      ];
    },
  ],
  [
    "I8",
    "an outcome was told twice in one life",
    (run) => run.lines.splice(6, 0, { at: 2_050, e: "outcome", outcome: heard(1) }),
  ],
  [
    "I8",
    "an outcome was told again after the app had it",
    (run) => insert(run, { at: 4_000, e: "outcome", outcome: heard(1) }),
  ],
  [
    "I8",
    "two outcomes differ",
    (run) =>
      insert(run, {
        at: 4_000,
        e: "outcome",
        outcome: heard(1, { output: { start: "2026-12-01T10:00+03:00" } }),
      }),
  ],
  [
    "I9",
    "a queue never drained",
    (run) => change(run, "drained", () => ({ done: false, problem: "offline" })),
  ],
  ["I9", "a queue drained too late", (run) => change(run, "drained", () => ({ at: 50_000 }))],
  [
    "I9",
    "a device was signed out",
    (run) => insert(run, { at: 4_000, e: "status", state: "needs-sign-in", waiting: 0 }),
  ],
  [
    "I10",
    "a counter ends below what was confirmed",
    (run) => {
      run.rows.patients = [patient(1, { card_number: "n000000" })];
    },
  ],
  [
    "I10",
    "a counter went back for a moment",
    (run) =>
      void run.rig.push({ at: 2_700, e: "poll", overlaps: 0, counters: { [`${STREAM}.1`]: "n000000" } }),
  ],
  [
    "I10",
    "something was applied though what it depends on failed",
    (run) => {
      insert(run, {
        at: 4_000,
        e: "queued",
        batch: 2,
        operations: [queued(8, { type: "patient.update", after: [`${STREAM}.4`] })],
      });
      insert(run, { at: 4_100, e: "outcome", outcome: heard(8) });
      run.rows.operations.push(operation(8));
    },
  ],
  [
    "I12",
    "a device showed an older state than before",
    (run) =>
      insert(run, {
        at: 4_000,
        e: "glimpse",
        glimpses: [
          { kind: "appointment", id: `${STREAM}.2`, shows: "cancelled", waiting: false },
          { kind: "appointment", id: `${STREAM}.2`, shows: "booked", waiting: false },
        ],
      }),
  ],
  [
    "I12",
    "a device does not show its own confirmed work",
    (run) =>
      insert(run, {
        at: 4_000,
        e: "glimpse",
        glimpses: [{ kind: "patient", id: `${STREAM}.1`, shows: "n000000", waiting: true }],
      }),
  ],
  [
    "I12",
    "a server told an older state than another",
    (run) => {
      for (const shows of ["n000002", "n000001"])
        run.rig.push({
          at: 2_700,
          e: "get",
          server: "server 1",
          glimpses: [{ kind: "patient", id: `${STREAM}.1`, shows, waiting: false }],
        });
    },
  ],
  [
    "I13",
    "a word of another organisation was sent",
    (run) => change(run, "searched", () => ({ found: ["hornbill"] })),
  ],
  [
    "I14",
    "an operation was set aside that is not poison",
    (run) =>
      change(run, "outcome", ({ outcome }) =>
        outcome.code === undefined ? {} : { outcome: { ...outcome, code: "parked" } },
      ),
  ],
  [
    "I14",
    "poison was applied",
    (run) => {
      insert(run, {
        at: 4_000,
        e: "queued",
        batch: 2,
        operations: [queued(8, { input: { name: "kingfisher d1-8", village: "poison" } })],
      });
      insert(run, { at: 4_100, e: "outcome", outcome: heard(8) });
    },
  ],
  [
    "I17",
    "a device with a wrong clock got nothing done",
    (run) =>
      change(run, "outcome", ({ outcome }) => ({
        outcome: { ...outcome, status: "rejected", code: "start_passed" },
      })),
  ],
];

describe("the checker names a planted fault:", () => {
  test.each([...PLANTED, ...PLANTED_IN_DOCUMENTS])("%s, %s", (rule, _what, plant) => {
    const run = cleanRun();
    plant(run);
    expect(broken(run)).toContain(rule);
  });

  test("what came too late is no loss: it stays on the device, and is said to be forbidden", () => {
    const run = cleanRun();
    close(run);
    stays(run, "forbidden");
    expect(broken(run)).toEqual([]);
  });

  test("every rule has one", () => {
    const tried = new Set([...PLANTED, ...PLANTED_IN_DOCUMENTS].map(([rule]) => rule));
    expect(RULES.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
  });
});
