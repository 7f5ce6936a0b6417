import type { Appointment } from "@healthbridge/schema";
import type { NoticePlan } from "../../src/notices/plan.ts";
import { type Carrier, hasAddress, type Letter } from "../../src/notices/carriers/carrier.ts";
import type { SendParts } from "../../src/notices/send-notices.ts";
import type { Log } from "../../src/telemetry/log.ts";

/** By SMS, a day and two hours before, and nothing at night. */
export const PLAN: NoticePlan = {
  channels: ["sms"],
  mode: "first",
  reminderMinutes: [24 * 60, 2 * 60],
  quiet: { from: 21 * 60, to: 7 * 60 },
};

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A carrier that keeps what it was given, and answers what a test says. */
export function keepingCarrier(
  answer: (letter: Letter) => Awaited<ReturnType<Carrier["send"]>> = () => ({ status: "sent" }),
  channel: Carrier["channel"] = "sms",
): Carrier & { readonly letters: Letter[] } {
  const letters: Letter[] = [];
  return {
    letters,
    channel,
    reaches: (to) => hasAddress(channel, to),
    send(letter) {
      letters.push(letter);
      return Promise.resolve(answer(letter));
    },
  };
}

/** How long a session lives without being used. */
export const IDLE_MS = 60 * 86_400_000;

/** What a sender is made of, without quiet hours and names. */
export function sendParts(parts: Pick<SendParts, "pool" | "carriers"> & Partial<SendParts>): SendParts {
  const style: SendParts["style"] = { language: "en", names: new Set() };
  return { quiet: undefined, style, idleMs: IDLE_MS, log: silentLog, ...parts };
}

export const APPOINTMENT: Appointment = {
  id: "aVdxT2lHdVNyQ2Rm.2",
  doctor: "ZnFtR2tYc0p3b1Nx.2",
  clinic: "ZnFtR2tYc0p3b1Nx.1",
  patient: "aVdxT2lHdVNyQ2Rm.1",
  start: "2026-11-24T09:20+03:00",
  minutes: 20,
  zone: "Africa/Nairobi",
  status: "booked",
  reason: "HIV test",
};
