import { CLAIM_MS } from "../../../server/src/notices/claim.ts";
import { ON_CALL } from "../world/server-process.ts";
import type { World } from "../world/world.ts";

const DAY_MS = 86_400_000;

type Row = Record<string, unknown>;

/**
 * I15: patients are told of what was decided, and of nothing else. Whatever stands is confirmed, or told of as moved, at the time at which it stands; no reminder waits of what
 * does not stand; and nothing went out twice but after somebody died. What lies in the past may have been cleared away.
 */
export function checkNotices(world: World): void {
  const all = world.database.rows("notice");
  const toPatients = all.filter((row) => row["message_id"] === null);
  const notices = Map.groupBy(toPatients, (row) => String(row["appointment_id"]));
  const coming = world.database
    .rows("appointment")
    .filter((row) => Number(row["start_at"]) > world.time.now());
  const arrived = world.database
    .rows("operation")
    .filter(({ type, applied }) => type === "appointment.checkIn" && applied === 1)
    .map(({ input }) => String(input));
  for (const appointment of coming) {
    const id = String(appointment["id"]);
    // Whoever is there already is told by people.
    const isHere = arrived.some((input) => input.includes(`"${id}"`));
    checkAppointment(world, appointment, notices.get(id) ?? [], isHere);
  }
  // A database that was set back has forgotten what was sent; a process that stands still can send what another has sent meanwhile.
  if (!world.on("restore") && !world.on("server-pause")) checkTold(world, all);
}

function checkAppointment(world: World, appointment: Row, notices: readonly Row[], isHere: boolean): void {
  const { id, status, start_at: start } = appointment;
  const ofThis = notices.filter((row) => row["start_at"] === start);
  const agreed = ofThis.some(({ kind }) => kind === "confirmation" || kind === "change");
  if (status === "booked" && !agreed) world.violated("I15", `nobody is told that ${String(id)} stands`);
  const cancelled = notices.some(({ kind }) => kind === "cancellation");
  // What was made and cancelled in one batch is no news to anybody.
  if (status === "cancelled" && notices.length > 0 && !isHere && !cancelled)
    world.violated("I15", `nobody is told that ${String(id)} was cancelled`);
  const stands = status === "booked" ? ofThis : [];
  for (const row of notices)
    if (row["kind"] === "reminder" && row["status"] === "waiting" && !stands.includes(row))
      world.violated("I15", `a reminder waits of ${String(id)}, which does not stand at that time`);
}

/** I15: once it is due everybody on call was told of each urgent message, or there is a reason why not that can still be seen. */
export function checkOnCall(world: World): void {
  const byMessage = Map.groupBy(world.database.rows("notice"), (row) => row["message_id"]);
  const conversations = new Map(world.database.rows("conversation").map((row) => [row["id"], row]));
  for (const message of world.database.rows("message")) {
    const notices = byMessage.get(message["id"]) ?? [];
    checkWritten(world, message, notices);
    const conversation = conversations.get(message["conversation_id"]) ?? {};
    for (const row of notices) checkReason(world, message, conversation, row);
  }
}

/** One for each of the list; what is old was cleared away. */
function checkWritten(world: World, { id, urgent, withdrawn, at }: Row, notices: readonly Row[]): void {
  if (world.time.now() - Number(at) > DAY_MS || withdrawn === 1) return;
  const recipients = new Set(notices.map((row) => row["recipient"]));
  const wanted = urgent === 1 ? ON_CALL.list.length : 0;
  if (notices.length !== wanted || recipients.size !== wanted)
    world.violated("I15", `${notices.length} of ${wanted} notices were written of ${String(id)}`);
}

function checkReason(world: World, message: Row, conversation: Row, { status, why }: Row): void {
  const { id, withdrawn, written_by: by, line_number: number } = message;
  if (status !== "sent" && status !== "dropped")
    world.violated("I15", `${String(id)} is ${String(status)}, and nobody on call was told of it`);
  // What a doctor had got is forgotten where another one took over.
  const untrue =
    (why === "withdrawn" && withdrawn !== 1) ||
    (why === "delivered" && by === "doctor" && Number(conversation["patient_delivered"]) < Number(number));
  if (untrue) world.violated("I15", `nobody on call was told of ${String(id)}, as if it were ${why}`);
}

/** Nobody can have noticed that a process died before its claim ran out. */
const APART_MS = CLAIM_MS / 2;

function checkTold(world: World, notices: readonly Row[]): void {
  for (const { id, status } of notices) {
    const times = world.told.get(String(id)) ?? [];
    const twice = times.some((time, at) => at > 0 && time - (times[at - 1] ?? 0) < APART_MS);
    if (twice) world.violated("I15", `${String(id)} was sent at ${times.join(" and ")} ms`);
    if (status === "sent" && times.length === 0)
      world.violated("I15", `${String(id)} is noted as sent, and was not`);
  }
}
