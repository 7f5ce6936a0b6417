import type { Letter } from "./carriers/carrier.ts";
import type { ClaimedNotice, UrgentNotice } from "./claim.ts";
import { type Facts, toldOf } from "./facts.ts";
import { judgeNotice, type Verdict } from "./judge-notice.ts";
import { judgeUrgent, MOST_IN_AN_HOUR, type UrgentVerdict } from "./judge-urgent.ts";
import { type QuietHours, URGENT } from "./plan.ts";
import { type LetterStyle, writeLetter } from "./write-letter.ts";
import { writeUrgentLetter } from "./write-urgent-letter.ts";

/** What is to be done with a notice, with what it says where it is to be sent. */
export type Prepared =
  | { readonly say: "send"; readonly letter: Letter }
  | Exclude<Verdict | UrgentVerdict, { readonly say: "send" }>;

/** Looks at a notice once more and writes it, as things are at `now` (ms, the database's clock). Pure. */
export function prepareNotice(
  notice: ClaimedNotice,
  facts: Facts,
  now: number,
  style: LetterStyle,
  quiet: QuietHours | undefined,
): Prepared {
  if (notice.kind === URGENT) return prepareUrgent(notice, facts, now, style);
  const appointment = facts.appointments.get(notice.appointment);
  const patient = facts.patients.get(notice.patient);
  const verdict = judgeNotice(notice, appointment, now, quiet);
  if (verdict.say !== "send") return verdict;
  if (appointment === undefined || patient === undefined) return { say: "drop", why: "not_so" };
  if (toldOf(facts, notice) >= MOST_IN_AN_HOUR) return { say: "drop", why: "too_many" };
  return { say: "send", letter: writeLetter(notice, appointment, patient, facts, style) };
}

function prepareUrgent(notice: UrgentNotice, facts: Facts, now: number, style: LetterStyle): Prepared {
  const conversation = facts.conversations.get(notice.appointment);
  const verdict = judgeUrgent(facts.messages.get(notice.message), conversation, toldOf(facts, notice));
  if (verdict.say !== "send") return verdict;
  if (conversation === undefined) return { say: "drop", why: "not_so" };
  return { say: "send", letter: writeUrgentLetter(notice, conversation.doctor, facts, now, style) };
}
