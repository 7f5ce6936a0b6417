import type { EnqueueOptions, HealthBridge } from "@healthbridge/client-sdk";
import type { Appointment, EntityId } from "@healthbridge/schema";
import type { Device } from "../device.ts";
import { isId } from "../lists.ts";
import { PlainError } from "../plain-error.ts";
import type { Terminal } from "../terminal.ts";
import { reasonInWords, several, spokenInstant, spokenStart } from "../words.ts";

/** Lists what waits for somebody's word, as this computer knows it: first what the clinic has to answer. */
export function pending({ hb }: Device, terminal: Terminal): number {
  const all = hb
    .list("appointment", ({ status }) => status === "pending")
    .toSorted((left, right) => (left.until ?? 0) - (right.until ?? 0));
  if (all.length === 0) terminal.say("Nothing waits for an answer, as far as this computer knows.");
  const parts = [
    ["The clinic has to confirm:", all.filter(({ awaits }) => awaits === "clinic")],
    ["Offered from the waiting list; the patient has to answer:", all.filter(isOffer)],
    ["Kept for a patient:", all.filter((each) => each.awaits !== "clinic" && !isOffer(each))],
  ] as const;
  for (const [title, appointments] of parts) {
    if (appointments.length === 0) continue;
    terminal.say(title);
    for (const each of appointments) terminal.say(lineOf(hb, each));
  }
  return 0;
}

export interface ConfirmOptions {
  readonly all?: boolean;
}

/** Confirms what is pending: bookings for the clinic, holds and offers for the patient. */
export async function confirm(
  { hb }: Device,
  ids: readonly EntityId[],
  { all }: ConfirmOptions,
  terminal: Terminal,
): Promise<number> {
  const own = hb.list("appointment", ({ status, awaits }) => status === "pending" && awaits === "clinic");
  if (all === true && ids.length > 0) throw new PlainError("Name appointments or say --all, not both.");
  if (all !== true && ids.length === 0)
    throw new PlainError("Say which: ids as clinic-batch pending lists them, or --all.");
  const chosen = all === true ? own.map(({ id }) => id) : ids;
  const items = chosen.map(checkedId).map((id) => ({
    type: "appointment.confirm" as const,
    input: { appointment: id },
    ...laneOf(hb, id),
  }));
  return queue(hb, items, terminal);
}

/** Says no to what is pending: an offer goes to the next on the waiting list, a hold or a booking is given up. */
export async function decline({ hb }: Device, ids: readonly EntityId[], terminal: Terminal): Promise<number> {
  const items = ids.map(checkedId).map((id) => {
    const appointment = hb.get("appointment", id);
    const type =
      appointment === undefined || isOffer(appointment)
        ? ("appointment.decline" as const)
        : ("appointment.cancel" as const);
    return { type, input: { appointment: id }, ...laneOf(hb, id) };
  });
  return queue(hb, items, terminal);
}

/** The line in which something waits that is not sent yet: what comes after it must not overtake it. */
export function laneOf(hb: HealthBridge, id: EntityId): EnqueueOptions {
  const waiting = hb.waiting().find((each) => each.id === id);
  return waiting === undefined ? {} : { lane: waiting.lane };
}

async function queue(
  hb: HealthBridge,
  items: Parameters<HealthBridge["enqueueMany"]>[0],
  terminal: Terminal,
): Promise<number> {
  const queued = await hb.enqueueMany(items);
  for (const [at, { problem }] of queued.entries())
    if (problem !== undefined)
      terminal.warn(
        `Answer ${at + 1} will probably be refused, because ${reasonInWords(problem.code, problem.path)}.`,
      );
  terminal.say(
    queued.length === 0
      ? "Nothing waits for the clinic's word."
      : `${several(queued.length, "answer")} taken. Send with: clinic-batch sync`,
  );
  return 0;
}

/** An id, also as the results file has it: there one that looks like a formula has an apostrophe in front. */
function checkedId(text: string): EntityId {
  const id = text.replace(/^'/, "");
  if (!isId(id)) throw new PlainError(`“${text}” is no id; clinic-batch pending lists them.`);
  return id;
}

function isOffer({ awaits, wants }: Appointment): boolean {
  return awaits === "patient" && wants !== undefined;
}

function lineOf(hb: HealthBridge, { id, start, patient, doctor, until, zone }: Appointment): string {
  const who = `${hb.get("patient", patient)?.name ?? "somebody"} with ${hb.get("doctor", doctor)?.name ?? doctor}`;
  const over = until !== undefined && until <= Date.now();
  const limit = until === undefined ? "" : `, ${over ? "over since" : "until"} ${spokenInstant(until, zone)}`;
  return `  ${id}  ${spokenStart(start)}, ${who}${limit}`;
}
