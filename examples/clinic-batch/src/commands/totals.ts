import type { Device } from "../device.ts";
import { type Fate, standings } from "../outlook.ts";
import { count, several } from "../words.ts";

export type Counts = Readonly<Record<Fate, number>>;

/** How many requests and registrations stand how. */
export interface Totals {
  readonly bookings: Counts;
  readonly registrations: Counts;
  /** times asked to be kept, and answers to what is pending */
  readonly answers: Counts;
  /** times of this computer's own: asked for, and given back */
  readonly leases: Counts;
  readonly messages: Counts;
}

const NONE: Counts = {
  waiting: 0,
  certain: 0,
  confirmed: 0,
  moved: 0,
  "on the waiting list": 0,
  "to be confirmed": 0,
  refused: 0,
  kept: 0,
  answered: 0,
  "given back": 0,
  registered: 0,
  known: 0,
  "not taken": 0,
  interrupted: 0,
  sealed: 0,
  sent: 0,
  arrived: 0,
  read: 0,
  withdrawn: 0,
};

export async function totals(device: Device): Promise<Totals> {
  const bookings: Record<Fate, number> = { ...NONE };
  const registrations: Record<Fate, number> = { ...NONE };
  const answers: Record<Fate, number> = { ...NONE };
  const leases: Record<Fate, number> = { ...NONE };
  const messages: Record<Fate, number> = { ...NONE };
  const counts = {
    booking: bookings,
    registration: registrations,
    hold: answers,
    answer: answers,
    lease: leases,
    message: messages,
  };
  const seen = new Set<string>();
  for (const { kind, fate, id } of await standings(device)) {
    // The same request may stand in two files; an answer is about what another one made.
    const key = `${kind} ${id ?? ""}`;
    if (id !== undefined && kind !== "answer" && seen.has(key)) continue;
    seen.add(key);
    counts[kind][fate] += 1;
  }
  return { bookings, registrations, answers, leases, messages };
}

// Not "waiting": what another account sent is not to be seen from here either.
const SEALED = "taken by somebody else; shown when they sign in";
const INTERRUPTED = "not taken yet: run the same command again";

/** The requests in a few lines; without those of which there are none. */
export function totalsInWords({
  bookings,
  registrations,
  answers,
  leases,
  messages,
}: Totals): readonly string[] {
  const sent =
    bookings.confirmed +
    bookings.moved +
    bookings["to be confirmed"] +
    bookings["on the waiting list"] +
    bookings.refused;
  const lines: Array<readonly [number, string]> = [
    [bookings.waiting + bookings.certain, "waiting to be sent"],
    [bookings.certain, "  certain already: confirmed by this computer"],
    [sent, "sent, of which"],
    [bookings.confirmed, "  confirmed as asked"],
    [bookings.moved, "  moved to another time"],
    [bookings["to be confirmed"], "  kept until the clinic confirms"],
    [bookings["on the waiting list"], "  on the waiting list"],
    [bookings.refused, "  refused"],
    [bookings["not taken"], "not taken: something is wrong with the line"],
    [bookings.sealed, SEALED],
    [bookings.interrupted, INTERRUPTED],
    [answers.waiting, "answers, and times to be kept, waiting to be sent"],
    [answers.kept, "times kept"],
    [answers.answered, "answers sent"],
    [answers.refused, "answers, and times to be kept, refused"],
    [leases.waiting, "requests about times of this computer's own, waiting to be sent"],
    [leases.refused, "requests about times of this computer's own, refused"],
    [registrations.waiting, "new patients waiting to be sent"],
    [registrations.registered, "new patients registered"],
    [registrations.refused, "new patients refused"],
    [registrations.known, "patients who were registered already"],
    [registrations["not taken"], "new patients not taken: something is wrong with the line"],
    [registrations.sealed, `new patients ${SEALED}`],
    [registrations.interrupted, `new patients ${INTERRUPTED}`],
    [messages.waiting, "messages waiting to be sent"],
    [messages.sent, "messages sent"],
    [messages.arrived, "messages arrived"],
    [messages.read, "messages read"],
    [messages.withdrawn, "messages withdrawn"],
    [messages.refused, "messages not sent: refused"],
    [messages["not taken"], "messages not taken: something is wrong with the line"],
    [messages.sealed, `messages ${SEALED}`],
    [messages.interrupted, `messages ${INTERRUPTED}`],
  ];
  return lines
    .filter(([number]) => number > 0)
    .map(([number, words]) => `${count(number).padStart(8)}  ${words}`);
}

export function interruptedRows(rows: number): string {
  return `${several(rows, "row")} were not taken, because the program was stopped; run the same command again.`;
}
