import type { MessageState, ShownMessage } from "@healthbridge/client-sdk/chat";
import type { HealthBridgeError, SyncStatus } from "@healthbridge/client-sdk";

const REASONS: Readonly<Record<string, string>> = {
  conversation_closed: "the conversation is closed",
  not_found: "the server does not know it, or you have no part in it",
  forbidden: "you may not do that here",
  dependency_failed: "something it depends on was refused",
  malformed: "it is too long, or has signs that cannot be written",
  attachment_unfit: "it is no photo or voice note that can be attached",
  attachment_limit: "there is no room for more",
  too_large: "a photo can have 5 MB, a voice note 2 MB",
  unsupported: "the server is too old for it",
  parked: "it broke something on the server and was set aside; tell whoever runs the server",
};

/** Why something was refused, in words that need no manual. */
export function reasonInWords(code: string | undefined): string {
  return REASONS[code ?? ""] ?? (code ?? "nobody said why").replaceAll("_", " ");
}

const REFUSED: Readonly<Record<string, string>> = {
  "message.retract": "Not withdrawn",
  "conversation.handOver": "Not handed over",
  "conversation.close": "Not closed",
  "conversation.reopen": "Not reopened",
};

/** That something was refused which is no line; `undefined` for what nobody asked for by hand. */
export function refusalInWords(type: string, code: string | undefined): string | undefined {
  const what = REFUSED[type];
  return what === undefined ? undefined : `${what}: ${reasonInWords(code)}.`;
}

const STATES = {
  waiting: "waiting to be sent",
  sent: "sent",
  delivered: "arrived",
  read: "read",
  refused: "not sent",
  received: "",
} as const satisfies Readonly<Record<MessageState, string>>;

/** Where a line is, in plain words; empty for one of the other side. */
export function whereItIs({ state, withdrawn, withdrawing, problem }: ShownMessage): string {
  if (withdrawn === true) return "withdrawn";
  if (withdrawing === true) return "being withdrawn";
  return state === "refused" ? `${STATES.refused}: ${reasonInWords(problem?.code)}` : STATES[state];
}

const BY = { patient: "the patient", clinic: "the clinic", doctor: "the doctor" } as const;

/** Who wrote a line. */
export function whoWrote({ mine, by }: ShownMessage): string {
  if (mine) return "you";
  return by === undefined ? "somebody" : BY[by];
}

/** What a line says, on one screen with others: nothing that was written moves the cursor or turns the writing direction of what follows. */
export function whatItSays({ text, urgent, attachments = [] }: ShownMessage): string {
  const attached = attachments.length === 0 ? "" : `[${several(attachments.length, "attachment")}]`;
  if (text === undefined && attached === "") return "…";
  return [urgent === true ? "(urgent)" : "", harmless(text ?? ""), attached]
    .filter((each) => each !== "")
    .join(" ");
}

/** Text without control characters but line breaks, and without signs that turn the direction of all that follows. */
export function harmless(text: string): string {
  return text.replaceAll("\t", " ").replaceAll(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, "");
}

/** Why nothing was done. */
export function troubleInWords({ code, path }: HealthBridgeError): string {
  if (code === "offline") return "There is no network, and that is at the server.";
  if (code === "malformed" && path === "input.text") return "Not taken: a line has at most 2,000 characters.";
  if (code === "store_full") return "Not taken: the disk is full. Make room and write it again.";
  return `Not done: ${reasonInWords(code)}.`;
}

/**
 * Whether the network is there, in words.
 * @param live what is new comes by itself
 */
export function networkInWords({ state, lastProblem, lastSuccess }: SyncStatus, live: boolean): string {
  if (state === "needs-sign-in")
    return "the server wants you to sign in again: /quit and start anew; what you write is kept";
  if (state === "upgrade-needed") return "this program is too old for the server; what you write is kept";
  if (lastProblem === undefined) {
    if (lastSuccess === undefined) return "looking for the network";
    return live ? "connected, lines arrive at once" : "connected";
  }
  if (lastProblem.code === "offline") return "no network: what you write is kept here and sent later";
  return `the server cannot listen just now (${lastProblem.code}): what you write is kept here and sent later`;
}

/** An instant by the clock on this wall: `09:15`. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** The day of an instant where this computer is: `Tue 24 Nov 2026`. */
export function day(at: number): string {
  const format = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;
  return new Date(at).toLocaleDateString("en-GB", format).replace(",", "");
}

/** A number with its noun: `1 line`, `2 lines`. */
export function several(value: number, noun: string): string {
  return `${String(value)} ${noun}${value === 1 ? "" : "s"}`;
}
