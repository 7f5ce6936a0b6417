import { type Appointment, epochMinutes, holdsSlot } from "@healthbridge/schema";
import { createHash } from "node:crypto";
import type { SqlValue } from "../../database/lease.ts";
import type { Transaction } from "../../database/transaction.ts";
import { cellsOf } from "./cells.ts";

/**
 * Group sessions: several appointments at one time of a doctor. The session owns the doctor's time as one, from the first of them to the last, and each
 * appointment has a place in it that no other one can have.
 */

const SESSION_CHARACTERS = 26;

/** The id of the group session an appointment belongs to, the same for all of one doctor's one time; `undefined` for one that stands alone. */
export function sessionOf({ doctor, start, places }: Appointment): string | undefined {
  if (places === undefined) return undefined;
  const hash = createHash("sha256").update(`${doctor}/${String(epochMinutes(start))}`);
  return `g${hash.digest("base64url").slice(0, SESSION_CHARACTERS)}`;
}

/** Takes the doctor's time for the sessions of these appointments, where they have not got it yet. */
export async function takeSessions(tx: Transaction, appointments: readonly Appointment[]): Promise<void> {
  const sessions = new Map(membersOf(appointments));
  const rows = [...sessions].flatMap(([session, each]) =>
    cellsOf(each).map((cell): SqlValue[] => [each.doctor, cell, session]),
  );
  if (rows.length === 0) return;
  // Where another one has the cell it stays his: the row of the appointment is refused then.
  await tx.write(
    "INSERT INTO busy_time (who, cell, appointment_id) VALUES ? ON DUPLICATE KEY UPDATE cell = cell",
    [rows],
  );
}

/** Gives back the time of sessions that these appointments were the last of. */
export async function releaseSessions(tx: Transaction, appointments: readonly Appointment[]): Promise<void> {
  const left = new Set(membersOf(appointments).map(([session]) => session));
  if (left.size === 0) return;
  for (const { session } of await takenSeats(tx, [...left])) left.delete(session);
  if (left.size === 0) return;
  await tx.write("DELETE FROM busy_time WHERE appointment_id IN (?)", [[...left].toSorted()]);
}

/** Gives each of these appointments, which were just written, the first place of its session that nobody has. */
export async function takeSeats(tx: Transaction, appointments: readonly Appointment[]): Promise<void> {
  const members = membersOf(appointments);
  if (members.length === 0) return;
  const taken = await takenSeats(tx, [...new Set(members.map(([session]) => session))]);
  const seats = new Map<string, number>();
  for (const [session, { id }] of members) {
    let seat = 1;
    while (taken.some((each) => each.session === session && each.seat === seat)) seat += 1;
    taken.push({ session, seat });
    seats.set(id, seat);
  }
  const cases = [...seats].map(() => "WHEN ? THEN ?").join(" ");
  await tx.write(`UPDATE appointment SET seat = CASE id ${cases} END WHERE id IN (?)`, [
    ...[...seats].flat(),
    [...seats.keys()],
  ]);
}

function membersOf(
  appointments: readonly Appointment[],
): readonly (readonly [session: string, Appointment])[] {
  return appointments.flatMap((each) => {
    const session = sessionOf(each);
    return session !== undefined && holdsSlot(each) ? [[session, each] as const] : [];
  });
}

async function takenSeats(
  tx: Transaction,
  sessions: readonly string[],
): Promise<{ session: string; seat: number }[]> {
  const statement =
    "SELECT session_id AS session, taken_seat AS seat FROM appointment WHERE session_id IN (?) AND taken_seat IS NOT NULL ORDER BY session_id, taken_seat";
  return [...(await tx.query<{ session: string; seat: number }>(statement, [[...sessions]]))];
}
