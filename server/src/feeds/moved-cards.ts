import { patientAudience, type StoredFeedName } from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { Changed, LoadedState } from "../operations/loaded-state.ts";
import type { Entry } from "./entry.ts";
import { answeredIn, type Expected, expectedIn, expectedOf } from "./expected.ts";

/** A patient whom a batch gave another audience of her own: her card moved to another clinic, or another account acts for her. */
interface Moved {
  readonly tenant: string;
  readonly id: string;
  readonly is: readonly StoredFeedName[];
  readonly left: readonly StoredFeedName[];
  readonly joined: readonly StoredFeedName[];
}

/**
 * What cards that move take along. A patient's own audience sees all her appointments, so what it loses or gains of her it loses or gains of them, though they do
 * not change themselves; and whoever expects her goes on seeing her. One statement for any number.
 */
export async function entriesOfMovedCards(tx: Transaction, state: LoadedState): Promise<Entry[]> {
  const moved = state.changedOf("patient").flatMap(asMoved);
  if (moved.length === 0) return [];
  const ids = moved.map(({ id }) => id);
  const appointments = await expectedOf(tx, ids);
  const answered = await answeredIn(tx, ids, state);
  // What changed itself is told with its change.
  const told = new Set(state.changedOf("appointment").map(({ after }) => after.id));
  return moved.flatMap((patient) => {
    const all = appointments.get(patient.id) ?? [];
    return [
      ...stays(patient, [...all.flatMap(expectedIn), ...(answered.get(patient.id) ?? [])]),
      ...all.filter(({ id }) => !told.has(id)).flatMap((each) => takenAlong(patient, each)),
    ];
  });
}

function asMoved({ tenant, before, after }: Changed<"patient">): Moved[] {
  if (before === undefined) return [];
  const was = patientAudience(before);
  const is = patientAudience(after);
  const left = was.filter((feed) => !is.includes(feed));
  const joined = is.filter((feed) => !was.includes(feed));
  return left.length + joined.length === 0 ? [] : [{ tenant, id: after.id, is, left, joined }];
}

/**
 * A patient stays in feeds that her own audience left where an appointment, also a past one, or a conversation shows her. What was shared in this batch was so by an
 * appointment.
 */
function stays({ tenant, id, left }: Moved, elsewhere: readonly StoredFeedName[]): Entry[] {
  return left
    .filter((feed) => elsewhere.includes(feed))
    .map((feed) => ({ tenant, feed, kind: "patient", id, gone: false, origin: undefined }));
}

/**
 * Whom an appointment is shown to, and to whom no longer. Where it leaves a feed everybody who goes on seeing it is shown it again: a device that made it itself
 * was never sent it, and would take the one feed it leaves for the only one.
 */
function takenAlong({ tenant, is, left, joined }: Moved, appointment: Expected): Entry[] {
  const own = expectedIn(appointment);
  const entry = { tenant, kind: "appointment" as const, id: appointment.id, origin: undefined };
  const gone = left.filter((feed) => !own.includes(feed));
  const shown = gone.length > 0 ? new Set([...is, ...own]) : joined.filter((feed) => !own.includes(feed));
  return [
    ...gone.map((feed) => ({ ...entry, feed, gone: true })),
    ...[...shown].map((feed) => ({ ...entry, feed, gone: false })),
  ];
}
