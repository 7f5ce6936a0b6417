import * as fc from "fast-check";

/**
 * Transactions of statements of the kinds the server sends, on a few connections, one step after another. Everything is named by small numbers, so that connections meet;
 * names and SQL come in `to-sql.ts`.
 */
export type Statement =
  | { readonly do: "look"; readonly ids: readonly number[] }
  | { readonly do: "lockAppointments"; readonly ids: readonly number[] }
  | { readonly do: "takeTime"; readonly id: number; readonly who: readonly number[]; readonly cell: number }
  | {
      readonly do: "insertAppointment";
      readonly id: number;
      readonly doctor: number;
      readonly patient: number;
      readonly cell: number;
    }
  | { readonly do: "cancel"; readonly ids: readonly number[] }
  | { readonly do: "releaseTime"; readonly ids: readonly number[] }
  | { readonly do: "updateAppointments"; readonly rows: readonly AppointmentRow[] }
  | { readonly do: "openStreams"; readonly ids: readonly number[] }
  | { readonly do: "readStreams"; readonly ids: readonly number[] }
  | { readonly do: "settle"; readonly id: number; readonly settled: number }
  | { readonly do: "claimStream"; readonly id: number }
  | { readonly do: "pruneOperations"; readonly stream: number; readonly through: number }
  | { readonly do: "insertOperations"; readonly stream: number; readonly numbers: readonly number[] }
  | { readonly do: "makeFeeds"; readonly names: readonly number[] }
  | { readonly do: "lockFeeds"; readonly names: readonly number[] }
  | { readonly do: "claimFeeds"; readonly names: readonly number[] }
  | { readonly do: "bumpFeeds"; readonly names: readonly number[]; readonly number: number }
  | {
      readonly do: "writeEntries";
      readonly feed: number;
      readonly entities: readonly number[];
      readonly number: number;
    }
  | { readonly do: "readHolders"; readonly entities: readonly number[] }
  | { readonly do: "commit" }
  | { readonly do: "rollback" };

export interface AppointmentRow {
  readonly id: number;
  readonly cell: number;
  readonly status: "booked" | "cancelled" | "fulfilled";
}

export interface Step {
  readonly line: number;
  readonly statement: Statement;
}

/** What is there before. */
export interface Beginning {
  readonly appointments: readonly {
    readonly id: number;
    readonly doctor: number;
    readonly patient: number;
  }[];
  readonly streams: readonly number[];
  readonly feeds: readonly number[];
  readonly entries: readonly { readonly feed: number; readonly entity: number }[];
  readonly operations: readonly { readonly stream: number; readonly number: number }[];
}

export interface Schedule {
  readonly beginning: Beginning;
  readonly steps: readonly Step[];
}

export const LINES = 4;
/** of each kind of thing there are so many: 1, 2, 3 */
export const THINGS = 3;

const thing = fc.integer({ min: 1, max: THINGS });
const things = fc.uniqueArray(thing, { minLength: 1, maxLength: 2 });
const number = fc.integer({ min: 1, max: 3 });

const statement: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant("look" as const), ids: things }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("lockAppointments" as const), ids: things }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("takeTime" as const), id: thing, who: things, cell: thing }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("insertAppointment" as const),
      id: thing,
      doctor: thing,
      patient: thing,
      cell: thing,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), ids: things }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("releaseTime" as const), ids: things }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("updateAppointments" as const),
      rows: fc.uniqueArray(
        fc.record({ id: thing, cell: thing, status: fc.constantFrom("booked", "cancelled", "fulfilled") }),
        { minLength: 1, maxLength: 2, selector: ({ id }) => id },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("openStreams" as const), ids: things }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("readStreams" as const), ids: things }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const), id: thing, settled: number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("claimStream" as const), id: thing }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("pruneOperations" as const), stream: thing, through: thing }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("insertOperations" as const), stream: thing, numbers: things }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("makeFeeds" as const), names: things }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lockFeeds" as const), names: things }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("claimFeeds" as const), names: things }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("bumpFeeds" as const), names: things, number }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("writeEntries" as const),
      feed: thing,
      entities: things,
      number,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("readHolders" as const), entities: things }) },
  { weight: 6, arbitrary: fc.constant({ do: "commit" as const }) },
  { weight: 3, arbitrary: fc.constant({ do: "rollback" as const }) },
);

const beginning: fc.Arbitrary<Beginning> = fc.record({
  appointments: fc.uniqueArray(fc.record({ id: thing, doctor: thing, patient: thing }), {
    maxLength: THINGS,
    selector: ({ id }) => id,
  }),
  streams: fc.uniqueArray(thing),
  feeds: fc.uniqueArray(thing),
  entries: fc.uniqueArray(fc.record({ feed: thing, entity: thing }), {
    maxLength: 4,
    selector: ({ feed, entity }) => `${feed} ${entity}`,
  }),
  operations: fc.uniqueArray(fc.record({ stream: thing, number: thing }), {
    maxLength: 4,
    selector: (each) => `${each.stream} ${each.number}`,
  }),
});

const line = fc.nat(LINES - 1);

/** What the server sends one after the other: time is taken, then the appointment is written; it is cancelled, then its time is given back. */
const together: fc.Arbitrary<readonly Step[]> = fc.oneof(
  fc
    .record({ line, id: thing, doctor: thing, patient: thing, cell: thing })
    .map(({ line, id, doctor, patient, cell }) => [
      { line, statement: { do: "takeTime" as const, id, who: [...new Set([doctor, patient])], cell } },
      { line, statement: { do: "insertAppointment" as const, id, doctor, patient, cell } },
    ]),
  fc.record({ line, ids: things }).map(({ line, ids }) => [
    { line, statement: { do: "cancel" as const, ids } },
    { line, statement: { do: "releaseTime" as const, ids } },
  ]),
);

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  beginning,
  steps: fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: fc.record({ line, statement }).map((step) => [step]) },
        { weight: 1, arbitrary: together },
      ),
      { minLength: 4, maxLength: 30, size: "max" },
    )
    .map((steps) => steps.flat()),
});
