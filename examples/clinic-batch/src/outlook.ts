import type { HealthBridge, Outcome, Waiting } from "@healthbridge/client-sdk";
import { describeOutcome, wordsLanguage } from "@healthbridge/client-sdk/words";
import type { Appointment, Problem } from "@healthbridge/schema";
import type { Device } from "./device.ts";
import type { LedgerRow } from "./ledger.ts";
import { fateInWords, messageFate } from "./message-words.ts";
import { placedOf } from "./placed.ts";
import { reasonInWords, several, spokenInstant, spokenStart } from "./words.ts";

/** What became of a request, in the words of the counts that `status` and `sync` give. */
export type Fate =
  | "waiting"
  | "certain"
  | "confirmed"
  | "moved"
  | "on the waiting list"
  | "to be confirmed"
  | "refused"
  | "kept"
  | "answered"
  | "given back"
  | "registered"
  | "known"
  | "not taken"
  | "interrupted"
  | "sealed"
  | "sent"
  | "arrived"
  | "read"
  | "withdrawn";

/** One request or registration and how it stands. */
export interface Standing {
  readonly kind: LedgerRow["kind"] | "hold" | "answer" | "lease";
  readonly fate: Fate;
  /** in plain words */
  readonly words: string;
  readonly row?: LedgerRow;
  /** id of the appointment or the patient it made */
  readonly id?: string;
  /** the patient's name, where she is known here */
  readonly patient?: string;
  readonly start?: string;
  readonly code?: string;
  readonly alternatives: readonly string[];
  /** what the patient can be told, in her language, short enough for a text message */
  readonly message?: string;
}

type Settled = Pick<
  Standing,
  "fate" | "words" | "start" | "code" | "id" | "patient" | "alternatives" | "message"
>;

/** A row whose operation is not to be seen: sealed for somebody else, or noted and never queued. */
function missing({ owner }: LedgerRow, login: string | undefined): Settled {
  if (owner !== undefined && owner !== login) {
    return {
      fate: "sealed",
      words: `belongs to ${owner}; sign in as ${owner} to see what became of it`,
      alternatives: [],
    };
  }
  const words = "not taken yet: the program was stopped here; run the same command again";
  return { fate: "interrupted", words, alternatives: [] };
}

/** How every row and every operation stands. Rows first, in their order, then operations that stand in no file. */
export async function standings({ hb, ledger }: Device): Promise<readonly Standing[]> {
  const [rows, outcomes] = [await ledger.rows(), await hb.outcomes()];
  const operations = [...hb.waiting(), ...outcomes];
  const refused = new Map(
    outcomes.flatMap((each) => (each.problem === undefined ? [] : [[each.id, each.problem]])),
  );
  const settled = (operation: Outcome | Waiting): Settled => {
    const { id, input } = operation;
    if (operation.type === "message.send") return aboutMessage(hb, operation, refused);
    const about = typeof input["appointment"] === "string" ? input["appointment"] : id;
    const appointment = hb.get("appointment", about);
    const patient = hb.get("patient", appointment?.patient ?? String(input["patient"]));
    const message = messageOf(operation, appointment, patient?.language);
    return {
      id: about,
      ...(patient === undefined ? {} : { patient: patient.name }),
      ...settledOf(operation, appointment, refused),
      ...(message === undefined ? {} : { message }),
    };
  };
  const byRef = new Map(operations.flatMap((each) => (each.ref === undefined ? [] : [[each.ref, each]])));
  const shown = new Set<string>();
  const ofRows = rows.map((row): Standing => {
    if (row.fault !== undefined)
      return { kind: row.kind, row, fate: "not taken", words: `not taken: ${row.fault}`, alternatives: [] };
    if (row.known === true)
      return { kind: row.kind, row, fate: "known", words: "registered already", alternatives: [] };
    const operation = byRef.get(row.ref ?? "");
    if (operation === undefined)
      return { kind: row.kind, row, ...missing(row, hb.status.get().account?.login) };
    shown.add(operation.id);
    return { kind: row.kind, row, ...settled(operation) };
  });
  const others = operations
    .filter(({ id }) => !shown.has(id))
    .flatMap((operation): Standing[] => {
      const kind = KINDS[operation.type];
      return kind === undefined ? [] : [{ kind, ...settled(operation) }];
    });
  return [...ofRows, ...others];
}

/** Where a message is. One about a booking that was refused has nobody to go to. */
function aboutMessage(
  hb: HealthBridge,
  operation: Outcome | Waiting,
  refused: ReadonlyMap<string, Problem>,
): Settled {
  const { id, input } = operation;
  const about = String(input["conversation"]);
  const patient = hb.get(
    "patient",
    (hb.get("conversation", about) ?? hb.get("appointment", about))?.patient ?? "",
  );
  const fate = messageFate(hb, operation);
  const code = "problem" in operation ? operation.problem?.code : undefined;
  const words =
    fate === "refused" && refused.has(about)
      ? "not sent, because the request for the appointment was refused"
      : fateInWords(fate, code);
  return {
    id,
    fate,
    words,
    alternatives: [],
    ...(patient === undefined ? {} : { patient: patient.name }),
    ...(code === undefined ? {} : { code }),
  };
}

/** What became of it in the patient's language. */
function messageOf(
  operation: Outcome | Waiting,
  appointment: Appointment | undefined,
  language = "en",
): string | undefined {
  if (!("status" in operation)) return undefined;
  const start = "start" in operation.input ? undefined : appointment?.start;
  return describeOutcome(operation, wordsLanguage([language]), start);
}

/** The words for a start that was found instead of the one asked for. */
function settledOf(
  operation: Outcome | Waiting,
  appointment: Appointment | undefined,
  refused: ReadonlyMap<string, Problem>,
): Omit<Settled, "id"> {
  const { input } = operation;
  const asked = typeof input["start"] === "string" ? input["start"] : undefined;
  if (!("status" in operation)) return unsent(operation);
  const { problem } = operation;
  if (problem !== undefined) return refusal(operation, problem, refused.get(String(input["patient"])));
  if (operation.type === "patient.register")
    return { fate: "registered", words: "registered", alternatives: [] };
  if (KINDS[operation.type] === "lease") return aboutLease(operation);
  if (operation.type !== "appointment.book") return answered(operation, appointment);
  const placed = placedOf(operation.output);
  const start = appointment?.start ?? placed?.start ?? asked;
  const since = sinceThen(appointment, "booked");
  const base = { ...(start === undefined ? {} : { start }), alternatives: [] };
  if (placed === undefined) return { fate: "confirmed", words: `confirmed${since}`, ...base };
  const [code = "slot_taken"] = placed.missed;
  const why = reasonInWords(code);
  if (placed.wish === 0 && code === "patient_busy") {
    const words = `confirmed, though ${why}: one of the two has to be moved${since}`;
    return { fate: "confirmed", words, ...base, code };
  }
  const when = spokenStart(placed.start);
  if (placed.status === "waitlist")
    return {
      fate: "on the waiting list",
      words: `${wordGiven(operation)}on the waiting list, because ${why}${sinceThen(appointment, "waitlist")}`,
      ...base,
      code,
    };
  if (placed.status === "pending") {
    const moved = placed.missed.length === 0 ? "" : `, moved because ${why}`;
    const words = `kept for ${when}${moved}; the clinic has still to confirm it${sinceThen(appointment, "pending")}`;
    return { fate: "to be confirmed", words, ...base };
  }
  return {
    fate: "moved",
    words: `${wordGiven(operation)}moved to ${when}${placed.doctor === undefined ? "" : " with another doctor"}, because ${why}${since}`,
    ...base,
    code,
  };
}

function unsent({ forecast, input }: Waiting): Omit<Settled, "id"> {
  return forecast === "confirmed"
    ? {
        fate: "certain",
        words: "certain: confirmed by this computer, waiting to be sent",
        start: String(input["start"]),
        alternatives: [],
      }
    : { fate: "waiting", words: "waiting to be sent", alternatives: [] };
}

/** Where a word that this computer gave could not be kept, as after its times were given to others: somebody has to tell the patient. */
function wordGiven({ input }: Outcome): string {
  return input["leased"] === undefined ? "" : "this computer had confirmed it, so tell the patient: ";
}

/** What was said to a request for times of this computer's own, or to giving them back. */
function aboutLease({ type, output }: Outcome): Omit<Settled, "id"> {
  const number = (name: string): number => {
    const value: unknown = new Map(Object.entries(output ?? {})).get(name);
    return typeof value === "number" ? value : 0;
  };
  return type === "lease.take"
    ? {
        fate: "kept",
        words: `${several(number("leased"), "time")} for this computer alone`,
        alternatives: [],
      }
    : { fate: "given back", words: `${several(number("givenBack"), "time")} given back`, alternatives: [] };
}

/** What was said to a hold or an answer, and what is so by now. */
function answered({ type }: Outcome, appointment: Appointment | undefined): Omit<Settled, "id"> {
  const base = { ...(appointment === undefined ? {} : { start: appointment.start }), alternatives: [] };
  if (type !== "appointment.hold")
    return { fate: "answered", words: type === "appointment.confirm" ? "confirmed" : "declined", ...base };
  const { until, zone = "" } = appointment ?? {};
  const limit = until === undefined ? "" : ` until ${spokenInstant(until, zone)}`;
  return { fate: "kept", words: `kept${limit}${sinceThen(appointment, "pending")}`, ...base };
}

/** What happened to an appointment after it was put where it was put. */
function sinceThen(appointment: Appointment | undefined, then: Appointment["status"]): string {
  return appointment === undefined || appointment.status === then
    ? ""
    : `; since then ${STATES[appointment.status]}`;
}

function refusal(operation: Outcome, problem: Problem, ofPatient: Problem | undefined): Omit<Settled, "id"> {
  const { code, alternatives = [] } = problem;
  if (ofPatient !== undefined) {
    const why = reasonInWords(ofPatient.code, ofPatient.path);
    return {
      fate: "refused",
      words: `${wordGiven(operation)}refused, because the patient could not be registered: ${why}`,
      code,
      alternatives,
    };
  }
  const free = alternatives.length === 0 ? "" : `; free then: ${alternatives.map(spokenStart).join(", ")}`;
  return {
    fate: "refused",
    words: `${wordGiven(operation)}refused, because ${reasonInWords(code, problem.path)}${free}`,
    code,
    alternatives,
  };
}

const STATES: Readonly<Record<Appointment["status"], string>> = {
  pending: "waiting for the doctor's word",
  booked: "booked",
  arrived: "the patient arrived",
  fulfilled: "the visit took place",
  cancelled: "cancelled",
  noshow: "the patient did not come",
  waitlist: "on the waiting list",
  expired: "run out",
};

const KINDS: Readonly<Record<string, Standing["kind"]>> = {
  "appointment.book": "booking",
  "patient.register": "registration",
  "appointment.hold": "hold",
  "appointment.confirm": "answer",
  "appointment.decline": "answer",
  "appointment.cancel": "answer",
  "lease.take": "lease",
  "lease.giveBack": "lease",
  "message.send": "message",
};
