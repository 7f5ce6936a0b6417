/**
 * The tables of docs/protocol.md, made from the schemas the code runs on. `npm run docs` writes them between their marks; with `--check` nothing is written, and a
 * table that is out of date fails.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Definition,
  isQueueable,
  LIMITS,
  type OperationType,
  OPERATIONS,
  PROBLEMS,
} from "@healthbridge/schema";
import * as z from "zod/mini";
import { inWords, JsonSchema } from "./json-schema-words.ts";

const root = join(import.meta.dirname, "..");
const file = join(root, "docs/protocol.md");

/** What no schema says of an operation: who may ask for it, and what it changes, in the order in which `sum` takes it. */
const SAID: Readonly<Record<OperationType, { readonly who: string; readonly changes: string }>> = {
  "account.update": { who: "the account's owner, an administrator", changes: "account" },
  "account.register": {
    who: "anybody for a patient's where the server allows it, clinic staff for a patient's, an administrator for every role",
    changes: "account",
  },
  "account.setStatus": {
    who: "an administrator; nobody disables the account she asks with",
    changes: "account",
  },
  "account.setClinics": { who: "an administrator", changes: "account" },
  "device.add": { who: "the server, at sign-in", changes: "device" },
  "device.revoke": {
    who: "the owner of the account it is signed in to, an administrator",
    changes: "device",
  },
  "device.subscribePush": {
    who: "the owner of the account it is signed in to",
    changes: "device",
  },
  "device.unsubscribePush": {
    who: "the owner of the account it is signed in to, an administrator, the server where the push service says that it is over",
    changes: "device",
  },
  "clinic.register": { who: "an administrator", changes: "clinic" },
  "clinic.update": { who: "people of the clinic, an administrator", changes: "clinic" },
  "clinic.setHolidays": {
    who: "people of the clinic, an administrator",
    changes: "clinic, sheets of its doctors",
  },
  "doctor.register": { who: "an administrator", changes: "doctor" },
  "doctor.update": { who: "the doctor, people of her clinic, an administrator", changes: "doctor" },
  "doctor.setRules": { who: "the doctor, people of her clinic, an administrator", changes: "doctor" },
  "patient.register": {
    who: "with `clinic`: people of that clinic, an administrator; without: an account of role `patient`, for herself or her family",
    changes: "patient",
  },
  "patient.update": {
    who: "whoever acts for the patient; to move her card to another clinic also people of that clinic",
    changes: "patient",
  },
  "availability.set": {
    who: "the doctor, people of her clinic, an administrator",
    changes: "availability, sheets",
  },
  "availability.except": {
    who: "the doctor, people of her clinic, an administrator",
    changes: "availability, sheets",
  },
  "availability.extend": { who: "the server's own job", changes: "availability, sheets" },
  "appointment.book": {
    who: "whoever acts for the patient; with `overbook` the doctor, and her clinic's staff where her rules say so",
    changes: "sheets, appointment",
  },
  "appointment.hold": { who: "whoever acts for the patient", changes: "sheets, appointment" },
  "appointment.confirm": {
    who: "what waits for the clinic: whoever receives the patient; what waits for her: whoever acts for her, too",
    changes: "sheet, appointment",
  },
  "appointment.decline": {
    who: "whoever acts for the patient, or receives her",
    changes: "appointment, sheet, whoever gets the time next",
  },
  "appointment.reschedule": {
    who: "whoever acts for the patient, or receives her",
    changes: "sheets, appointment, whoever gets the time next",
  },
  "appointment.cancel": {
    who: "whoever acts for the patient, or receives her",
    changes: "appointment, sheet, whoever gets the time next",
  },
  "appointment.checkIn": { who: "as to cancel, but no account of role `patient`", changes: "appointment" },
  "appointment.undoCheckIn": {
    who: "as to cancel, but no account of role `patient`",
    changes: "appointment",
  },
  "appointment.walkIn": {
    who: "the doctor, people of her clinic, an administrator, for a patient they act for",
    changes: "sheet, appointment",
  },
  "appointment.complete": { who: "as to cancel, but no account of role `patient`", changes: "appointment" },
  "appointment.markMissed": { who: "as to cancel, but no account of role `patient`", changes: "appointment" },
  "appointment.archive": { who: "the server's own job", changes: "appointments, which no feed shows then" },
  "appointment.expire": {
    who: "the server's own job",
    changes: "appointments, sheets, whoever gets their times next",
  },
  "calendar.share": {
    who: "a doctor for herself, an account for the patients it acts for; on a device that is signed in",
    changes: "calendarLink",
  },
  "calendar.unshare": { who: "whoever made the link, an administrator", changes: "calendarLink" },
  "lease.take": {
    who: "the doctor, people of her clinic, an administrator; for the device they are signed in on",
    changes: "sheets",
  },
  "lease.giveBack": {
    who: "whoever is signed in on the device that has the lease; the doctor, people of her clinic, an administrator for every device",
    changes: "sheets, appointments of those who get the times",
  },
  "message.send": {
    who: "the patient's account, people of the clinic that keeps her card, the doctor who answers",
    changes: "conversation (its count alone is told to nobody), message",
  },
  "attachment.arrive": { who: "the server's own job", changes: "message" },
  "message.retract": { who: "whoever wrote it, while she takes part", changes: "message" },
  "conversation.markDelivered": { who: "whoever takes part", changes: "conversation" },
  "conversation.markRead": { who: "whoever takes part", changes: "conversation" },
  "conversation.handOver": {
    who: "the doctor who answers, whoever keeps her hours",
    changes: "conversation",
  },
  "conversation.close": { who: "the doctor who answers, whoever keeps her hours", changes: "conversation" },
  "conversation.reopen": { who: "the doctor who answers, whoever keeps her hours", changes: "conversation" },
  "conversation.remove": {
    who: "the server's own job",
    changes: "conversations and their messages, which no feed shows then",
  },
};

const LIMIT_WORDS: Readonly<Record<keyof typeof LIMITS, string>> = {
  operationsPerRequest: "operations in one sync request",
  bodyBytes: "bytes of one request body, unpacked",
  bodyBytesAsSent: "bytes of one request body in gzip, as sent",
  inputBytes: "bytes of one operation's input, as canonical text",
  jsonDepth: "levels of nesting in JSON",
  answerBytes: "bytes of changes in one answer where the request names no `budget`",
  largestBudget: "the largest `budget`, bytes",
  smallestBudget: "the smallest `budget` worth naming, bytes",
  chunkBytes: "bytes after which a page ends, and the next cursor comes",
  feedNameCharacters: "characters of one name in `follow`",
  feedsPerDevice: "feeds one device can follow; more are `refused`",
  followsPerRequest: "names in `follow`",
  afterPerOperation: "ids in `after`",
  wishes: "wishes in `ifTaken`",
  wishDays: "days the wishes `sameDoctor`, `anyDoctor` and `waitingList` can reach",
  wishKm: "kilometres the wish `anyDoctor` can reach",
  leaseDates: "dates of day sheets from which times are leased in one operation",
  leaseDays: "days ahead to which a device can lease times",
  leasedAfterMinutes: "minutes after the end of a lease in which its times may still lie",
  leaseStarts: "times leased from one sheet, or given back, in one operation",
  holdMinutes: "minutes a time can be held",
  answerMinutes: "minutes a clinic has to confirm a booking, or a patient to answer an offer, at most",
  visitKinds: "kinds of visit of one doctor",
  places: "places of a group session",
  holidays: "holidays of one clinic",
  doctorsPerClinic: "doctors of a clinic that can set holidays",
  holidaySheets:
    "day sheets that one change of holidays makes anew: doctors of the clinic times dates within `sheetDays` that become a holiday or are none any longer",
  unfitNamed: "appointments outside new hours that are named in an outcome",
  cleanedAtOnce: "appointments one clean-up operation can end, or put away, and conversations it can remove",
  shownDays: "days a finished appointment is shown at least",
  alternatives: "alternatives named in a rejection",
  sheetDays: "days for which day sheets are made ahead",
  searchCandidates: "doctors, the nearest that match, which are sorted by fee or next free time",
  searchKm: "kilometres a search reaches",
  calendarEvents: "appointments in one calendar feed",
  calendarDaysBack: "days before today a calendar feed begins",
  calendarReadsPerMinute: "reads of one calendar link, and wrong guesses of one address, per minute",
  documentUpdateBytes: "bytes of one update of a document",
  documentStepBytes: "bytes of everything a device has of a document and the server lacks, over a socket",
  documentPostBytes: "bytes of the same over HTTP, before base64",
  documentPresenceBytes: "bytes of one presence in a document",
  pushEndpointCharacters: "characters of the address of a browser's push service",
  messagesKept: "newest messages of a conversation that stay in feeds, however old",
  messagesShown: "newest messages of a conversation shown to who comes to take part in it",
  keyCharacters: "characters of an `Idempotency-Key`",
  passwordCharacters: "characters of a password",
};

/** What outputs are called that are not those of a booking. */
const OUTPUTS: Readonly<Partial<Record<OperationType, string>>> = {
  "availability.set": "unfit",
  "availability.except": "unfit",
  "clinic.setHolidays": "unfit",
  "appointment.walkIn": "number",
  "appointment.expire": "count",
  "appointment.archive": "count",
  "conversation.remove": "count",
  "lease.take": "count",
  "lease.giveBack": "count",
  "message.send": "line",
};

const definitions = Object.values<Definition<OperationType, object>>(OPERATIONS);

function operations(): string {
  const rows = definitions.map(({ type, rest, problems, output }) => [
    `\`${type}\``,
    isQueueable(type) ? "yes" : "",
    rest === undefined ? "" : `\`${rest.method.toUpperCase()} ${rest.path}\``,
    SAID[type].who,
    SAID[type].changes,
    problems.map((code) => `\`${code}\``).join(" "),
    output === undefined ? "" : `[${OUTPUTS[type] ?? "placed"}](#outputs)`,
  ]);
  return table(["operation", "queue", "REST", "who may", "changes", "problems", "output"], rows);
}

function inputs(): string {
  const parts = definitions.map(({ type, input }) => {
    const { properties, required } = JsonSchema.parse(z.toJSONSchema(input, { io: "input" }));
    const rows = Object.entries(properties ?? {}).map(([name, schema]) => [
      `\`${name}\``,
      inWords(JsonSchema.parse(schema)),
      required?.includes(name) === true ? "yes" : "",
    ]);
    return `**\`${type}\`**\n\n${table(["field", "what", "needed"], rows)}`;
  });
  return parts.join("\n\n");
}

/** `docs/openapi.json` is made from the same schemas, and a test of the server keeps it fresh. */
const OpenApi = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        summary: z.string(),
        responses: z.record(z.string(), z.unknown()),
        parameters: z.optional(
          z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() })),
        ),
      }),
    ),
  ),
});

function reads(): string {
  const { paths } = OpenApi.parse(JSON.parse(readFileSync(join(root, "docs/openapi.json"), "utf8")));
  const rows = Object.entries(paths).flatMap(([path, { get }]) => {
    // A socket is asked for like something to read, and is none.
    if (get === undefined || "101" in get.responses || !path.startsWith("/v1/")) return [];
    const query = (get.parameters ?? []).filter((parameter) => parameter.in === "query");
    const words = query.map(({ name }) => `\`${name}\``).join(", ");
    return [[`\`GET ${path.replaceAll(/\{(\w+)\}/g, ":$1")}\``, get.summary, words]];
  });
  return table(["route", "what", "parameters"], rows);
}

function problems(): string {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title, next }]) => [
    `\`${code}\``,
    String(status),
    title,
    next,
  ]);
  return table(["code", "status", "meaning", "what to do next"], rows);
}

function limits(): string {
  const words = new Map(Object.entries(LIMIT_WORDS));
  const rows = Object.entries(LIMITS).map(([name, value]) => [
    `\`${name}\``,
    typeof value === "number" ? String(value) : `${String(value.least)} to ${String(value.most)}`,
    words.get(name) ?? "",
  ]);
  return table(["name", "value", "what"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `|${cells.map((cell) => (cell === "" ? " " : ` ${cell.replaceAll("|", "\\|")} `)).join("|")}|`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const TABLES = { operations, inputs, reads, problems, limits };

/** The text with every table made anew. */
function withTables(text: string): string {
  let fresh = text;
  for (const [name, make] of Object.entries(TABLES)) {
    const [begin, end] = [`<!-- table: ${name} (npm run docs) -->\n`, `\n<!-- end: ${name} -->`];
    const [from, to] = [fresh.indexOf(begin), fresh.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/protocol.md has no marks for the table "${name}".`);
    fresh = `${fresh.slice(0, from + begin.length)}\n${make()}\n${fresh.slice(to)}`;
  }
  return fresh;
}

const text = readFileSync(file, "utf8");
const fresh = withTables(text);
if (!process.argv.includes("--check")) writeFileSync(file, fresh);
else if (fresh !== text) {
  console.error("The tables of docs/protocol.md are out of date: npm run docs makes them anew.");
  process.exitCode = 1;
}
