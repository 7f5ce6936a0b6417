import type { AppointmentRow, OperationRow, PatientRow } from "../evidence.ts";
import type { Case, Rule } from "../rule.ts";
import { type StoryOfOperation, verdictOf } from "../story.ts";
import { wordIn } from "./kept.ts";
import { placed, textIn } from "./one-booking.ts";

export const truthful: Rule = {
  id: "I5",
  means: "`Applied` means that it is so and that it is mine; `rejected` means that nothing happened.",
  how: "Each outcome a device heard is held against the tables: the verdict, whose it is, the row as it was asked for or as the outcome says; a rejected operation must have left no row and no word.",
  check(one) {
    const tables = indexed(one);
    return [...one.stories.values()].flatMap((story) => {
      const verdict = verdictOf(story);
      if (verdict === undefined) return [];
      const operation = tables.operations.get(story.id);
      if (operation === undefined) return []; // a loss, which I4 names
      const wrong: string[] = [];
      if ((operation.applied === 1) !== (verdict.status === "applied"))
        wrong.push(`${story.id} was told as ${verdict.status} and is stored otherwise`);
      if (verdict.code !== undefined && operation.outcome?.includes(`"${verdict.code}"`) !== true)
        wrong.push(`${story.id} was rejected with ${verdict.code}, which is not what is stored`);
      const owner = tables.accounts.get(story.device);
      if (owner !== undefined && owner !== operation.account_id)
        wrong.push(`${story.id} is stored as somebody else's`);
      const broken = brokenPromise(story, one.stories);
      if (broken !== undefined) wrong.push(broken);
      const effect = verdict.status === "applied" ? wrongEffect(story, tables) : strayEffect(story, tables);
      return effect === undefined ? wrong : [...wrong, effect];
    });
  },
};

/** What a device has confirmed by itself is booked, at exactly that time; unless it was for somebody who could not be registered. */
function brokenPromise(story: StoryOfOperation, stories: Case["stories"]): string | undefined {
  const { promised, input } = story.operation;
  const verdict = verdictOf(story);
  if (promised !== true || verdict === undefined) return undefined;
  if (verdictOf(stories.get(String(input["patient"])))?.status === "rejected") return undefined;
  const start = placed(verdict.output) ?? String(input["start"]);
  const kept =
    verdict.status === "applied" &&
    textIn(verdict.output, "status") === undefined &&
    Date.parse(start) === Date.parse(String(input["start"]));
  return kept ? undefined : `${story.id} had been confirmed by its device and came otherwise`;
}

interface Tables {
  readonly operations: ReadonlyMap<string, OperationRow>;
  readonly appointments: ReadonlyMap<string, AppointmentRow>;
  readonly patients: ReadonlyMap<string, PatientRow>;
  readonly words: ReadonlySet<string>;
  readonly accounts: ReadonlyMap<string, string>;
  /** applied operations on each appointment */
  readonly later: ReadonlyMap<string, readonly StoryOfOperation[]>;
}

function indexed({ rows, devices, stories }: Case): Tables {
  const words = [
    ...rows.appointments.map(({ reason }) => reason ?? ""),
    ...rows.patients.map(({ name }) => name),
  ];
  const onAppointments = [...stories.values()].filter(
    (story) =>
      typeof story.operation.input["appointment"] === "string" && verdictOf(story)?.status === "applied",
  );
  return {
    operations: new Map(rows.operations.map((row) => [`${row.stream_id}.${row.number}`, row])),
    appointments: new Map(rows.appointments.map((row) => [row.id, row])),
    patients: new Map(rows.patients.map((row) => [row.id, row])),
    words: new Set(words.flatMap((text) => wordIn(text) ?? [])),
    accounts: new Map(
      devices.flatMap(({ name, view }) => (view === undefined ? [] : [[name, view.account.id]])),
    ),
    later: Map.groupBy(onAppointments, (story) => String(story.operation.input["appointment"])),
  };
}

function strayEffect(story: StoryOfOperation, tables: Tables): string | undefined {
  const made =
    tables.appointments.has(story.id) ||
    tables.patients.has(story.id) ||
    tables.words.has(story.operation.ref);
  return made ? `${story.id} was rejected and has left a row` : undefined;
}

function wrongEffect(story: StoryOfOperation, tables: Tables): string | undefined {
  const { type, input } = story.operation;
  if (type === "patient.register") {
    const row = tables.patients.get(story.id);
    return row !== undefined && row.name !== input["name"]
      ? `${story.id} is stored under another name`
      : undefined;
  }
  if (type !== "appointment.book") return undefined;
  const row = tables.appointments.get(story.id);
  if (row === undefined) return undefined; // a loss, which I4 names
  const { doctor, patient, reason } = input;
  const moves = movesOf(row, tables);
  const doctors = [doctor, ...[story, ...moves].map((each) => textIn(verdictOf(each)?.output, "doctor"))];
  if (!doctors.includes(row.doctor_id) || row.patient_id !== patient || row.reason !== reason)
    return `${story.id} is stored as another booking than was asked for`;
  // Who was put on the waiting list is given a time, or offered one, when there is one: the list says when, not an outcome of hers.
  if (textIn(verdictOf(story)?.output, "status") === "waitlist" && moves.length === 0)
    return wrongWaiting(row, tables);
  return wrongTime(story, row, tables) ?? wrongStatus(row, tables);
}

function movesOf(row: AppointmentRow, tables: Tables): readonly StoryOfOperation[] {
  return (tables.later.get(row.id) ?? []).filter(
    ({ operation }) => operation.type === "appointment.reschedule",
  );
}

/** Who waits is where a waiting list can bring her, or where somebody was told that she was put afterwards. */
function wrongWaiting(row: AppointmentRow, tables: Tables): string | undefined {
  if (["waitlist", "pending", "booked", "expired"].includes(row.status)) return undefined;
  return wrongStatus(row, tables);
}

/** The row stands where the booking said, or where one of the moves that were applied put it. */
function wrongTime(story: StoryOfOperation, row: AppointmentRow, tables: Tables): string | undefined {
  const starts = [story, ...movesOf(row, tables)].map((each) =>
    Date.parse(placed(verdictOf(each)?.output) ?? String(each.operation.input["start"])),
  );
  return starts.includes(row.start_at) ? undefined : `${row.id} stands at a time that nobody was told`;
}

const LEADS_TO: Readonly<Record<string, string>> = {
  "appointment.cancel": "cancelled",
  "appointment.complete": "fulfilled",
  "appointment.checkIn": "arrived",
};

/** What was applied last in the order of an appointment's life is what it is: nothing but what somebody was told. */
function wrongStatus(row: AppointmentRow, tables: Tables): string | undefined {
  const told = new Set(
    (tables.later.get(row.id) ?? []).flatMap(({ operation }) => LEADS_TO[operation.type] ?? []),
  );
  const undone = (tables.later.get(row.id) ?? []).some(
    ({ operation }) => operation.type === "appointment.undoCheckIn",
  );
  const expected = ["cancelled", "fulfilled", "arrived"].find((status) => told.has(status)) ?? "booked";
  if (undone && expected === "arrived" && row.status === "booked") return undefined;
  return row.status === expected
    ? undefined
    : `${row.id} is ${row.status}, though devices were told ${expected}`;
}

export const stable: Rule = {
  id: "I6",
  means: "Whoever asks again gets the same answer.",
  how: "One in a hundred old operations is sent again by hand, twice, after the run; both answers must be the same bytes and say what the device was told.",
  check: ({ devices, stories }) =>
    devices.flatMap(({ lines }) =>
      lines.flatMap((line) => {
        if (line.e !== "replay") return [];
        const [first = "", second = ""] = line.answers;
        if (first !== second) return [`${line.id} was answered in two ways: ${first} and ${second}`];
        const verdict = verdictOf(stories.get(line.id));
        if (verdict === undefined) return [];
        const told = toldAs(first);
        const heard = JSON.stringify([verdict.status, verdict.code, verdict.output]);
        return told === heard ? [] : [`${line.id} was told as ${heard} and is answered as ${first}`];
      }),
    ),
};

/** An answer about one operation, in the form in which a device's outcome is compared. */
function toldAs(answer: string): string {
  const parsed: unknown = answer.startsWith("{") || answer.startsWith('"') ? JSON.parse(answer) : answer;
  if (parsed === "applied as asked") return JSON.stringify(["applied", undefined, undefined]);
  const { problem, output } = parsed as { problem?: { code?: string }; output?: unknown };
  return JSON.stringify([problem === undefined ? "applied" : "rejected", problem?.code, output]);
}
