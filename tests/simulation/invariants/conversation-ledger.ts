import { LIMITS } from "@healthbridge/schema";
import type { World } from "../world/world.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A conversation as the last commit left it. */
interface Kept {
  readonly row: Row;
  /** feeds that show it by now, each with the first line it has to show */
  readonly since: ReadonlyMap<string, number>;
}

/** What the ledger knows; copied with a backup. */
interface Pages {
  readonly conversations: ReadonlyMap<string, Kept>;
  readonly lines: ReadonlyMap<string, Row>;
  readonly operations: ReadonlySet<string>;
}

/** Whatever else decides who takes part. */
const LOOKED_AT = ["conversation", "message", "patient"] as const;
const SIDES = ["patient", "doctor"] as const;

/**
 * Looks at the conversations after every single commit: what a transaction does wrong the next one may cover up. Says of each commit whether it broke a rule, and remembers from
 * which line on each feed has to show a conversation: who takes part from the beginning all of it, who joined the newest lines and all that came since.
 */
export class ConversationLedger {
  readonly #world: World;
  #pages: Pages = { conversations: new Map(), lines: new Map(), operations: new Set() };

  constructor(world: World) {
    this.#world = world;
  }

  /** The pages as they are; they are not changed in place. */
  get pages(): unknown {
    return this.#pages;
  }

  /** Sets the ledger back, with the database. */
  restore(pages: unknown): void {
    // Nobody else has pages.
    this.#pages = pages as Pages;
  }

  /** The first line that somebody's device has to show of a conversation who reads these feeds; `undefined`: it shows none of it. */
  firstLine(conversation: string, feeds: ReadonlySet<string>): number | undefined {
    const kept = this.#pages.conversations.get(conversation);
    const since = kept?.since ?? new Map<string, number>();
    const firsts = [...since].flatMap(([feed, first]) => (feeds.has(feed) ? [first] : []));
    if (firsts.length === 0) return undefined;
    // What has left the feeds because it is old devices go on showing, or not; the newest never leave.
    const { trimmed_through: trimmed, line_count: count } = kept?.row ?? {};
    const left = Math.min(Number(trimmed), Number(count) - LIMITS.messagesKept);
    return Math.max(Math.min(...firsts), left + 1);
  }

  /** After a commit. */
  look(tables: ReadonlySet<string>): void {
    if (!LOOKED_AT.some((table) => tables.has(table))) return;
    const { database } = this.#world;
    const rows = database.rows("conversation");
    if (rows.length === 0) return;
    const lines = database.rows("message");
    const patients = new Map(database.rows("patient").map((row) => [row["id"], row]));
    const doctors = new Map(database.rows("account").map((row) => [row["doctor_id"], row["id"]]));
    const byConversation = Map.groupBy(lines, (row) => row["conversation_id"]);
    const before = this.#pages;
    const conversations = new Map<string, Kept>();
    for (const row of rows) {
      const id = String(row["id"]);
      const was = before.conversations.get(id);
      const its = byConversation.get(row["id"]) ?? [];
      const fresh = its.filter((line) => !before.lines.has(String(line["id"])));
      this.#checkNumbers(row, its);
      if (was !== undefined) this.#checkMarks(was.row, row);
      if (was?.row["closed"] === 1 && row["closed"] === 1) this.#checkClosed(row, fresh);
      for (const line of fresh) this.#checkSender(line, [was?.row ?? row, row]);
      const feeds = feedsOf(patients.get(row["patient_id"]), doctors.get(row["doctor_id"]));
      conversations.set(id, { row, since: sinceWhen(row, feeds, was) });
    }
    for (const row of lines) this.#checkLine(before.lines.get(String(row["id"])), row);
    for (const [id, { row }] of before.conversations)
      if (!conversations.has(id))
        this.#world.violated("I11", `the conversation ${id} of ${String(row["line_count"])} lines is gone`);
    this.#pages = {
      conversations,
      lines: new Map(lines.map((row) => [String(row["id"]), row])),
      operations: new Set(database.rows("operation").map(operationOf)),
    };
    if (lines.length < before.lines.size) this.#world.violated("I11", "a line is gone");
  }

  /** 1 to n, and n is what the conversation says. */
  #checkNumbers({ id, line_count: count }: Row, lines: readonly Row[]): void {
    const numbers = lines.map((line) => Number(line["line_number"])).toSorted((left, right) => left - right);
    if (numbers.length !== count || numbers.some((number, at) => number !== at + 1))
      this.#world.violated(
        "I11",
        `${String(id)} counts ${String(count)} lines and has ${numbers.join(", ")}`,
      );
  }

  /** What was said stays as it was said, except that who said it can withdraw it, for good. */
  #checkLine(was: Row | undefined, row: Row): void {
    const { id, text, withdrawn } = row;
    if ((withdrawn === 1) !== (text === null))
      this.#world.violated(
        "I11",
        `${String(id)} is ${withdrawn === 1 ? "" : "not "}withdrawn and says ${String(text)}`,
      );
    if (withdrawn === 1 && was?.["withdrawn"] !== 1 && !this.#isWithdrawn(row))
      this.#world.violated("I11", `${String(id)} was withdrawn, and not by who wrote it`);
    if (was === undefined) return;
    const fixed = [
      "line_number",
      "conversation_id",
      "account_id",
      "doctor_id",
      "written_by",
      "at",
      "reply_to",
    ];
    const changed = fixed.find((column) => was[column] !== row[column]);
    const said = was["text"] !== text && text !== null;
    if (changed !== undefined || said)
      this.#world.violated("I11", `${changed ?? "text"} of ${String(id)} is another than it was`);
  }

  #isWithdrawn({ id, account_id: account }: Row): boolean {
    return this.#world.database
      .rows("operation")
      .some(
        (row) =>
          row["type"] === "message.retract" &&
          row["applied"] === 1 &&
          row["account_id"] === account &&
          String(row["input"]).includes(`"${String(id)}"`),
      );
  }

  /** Marks never fall, unless they are another doctor's now, and never are above what there is. */
  #checkMarks(was: Row, row: Row): void {
    for (const side of SIDES) {
      const [delivered, read] = [`${side}_delivered`, `${side}_read`];
      const id = String(row["id"]);
      const anew = side === "doctor" && was["doctor_id"] !== row["doctor_id"];
      const falls = [delivered, read].some((mark) => Number(row[mark]) < Number(was[mark]));
      // In one batch it can have gone to another doctor and come back.
      if (falls && !anew && !(side === "doctor" && this.#wentAndCame(row)))
        this.#world.violated("I11", `a mark of ${id} fell: ${marks(was)}, then ${marks(row)}`);
      if (anew && Number(row[delivered]) > 0 && !this.#appliedNow("conversation.mark", id))
        this.#world.violated("I11", `${id} counts as read by a doctor who came later: ${marks(row)}`);
      if (Number(row[delivered]) > Number(row["line_count"]) || Number(row[read]) > Number(row[delivered]))
        this.#world.violated("I11", `marks of ${String(row["id"])} are above what there is: ${marks(row)}`);
    }
  }

  /** Whether since the last look it was handed over, or went along with its appointment to a doctor who has it no more. */
  #wentAndCame({ id, doctor_id: doctor }: Row): boolean {
    const elsewhere = this.#world.database
      .rows("doctor")
      .map((row) => String(row["id"]))
      .filter((other) => other !== doctor);
    return (
      this.#appliedNow("conversation.handOver", String(id)) ||
      elsewhere.some((other) => this.#appliedNow("appointment.reschedule", String(id), other))
    );
  }

  /** Nobody writes where it is closed; in one batch it can have been opened and closed again. */
  #checkClosed({ id }: Row, fresh: readonly Row[]): void {
    if (fresh.length > 0 && !this.#appliedNow("conversation.reopen", String(id)))
      this.#world.violated(
        "I11",
        `${String(fresh[0]?.["id"])} was written in ${String(id)}, which is closed`,
      );
  }

  /** Who wrote is who submitted, and on the side she takes part on as the commit found or left it. */
  #checkSender(line: Row, conversations: readonly Row[]): void {
    const { database } = this.#world;
    const { id, written_by: by, account_id: account } = line;
    const operation = database.rows("operation").find((row) => operationOf(row) === id);
    if (operation === undefined || operation["account_id"] !== account || operation["applied"] !== 1)
      this.#world.violated("I11", `${String(id)} is said to be of ${String(account)}, who did not send it`);
    const herself = database.rows("account").find((row) => row["id"] === account);
    if (line["doctor_id"] !== (by === "doctor" ? herself?.["doctor_id"] : null))
      this.#world.violated("I11", `${String(id)} bears the name of ${String(line["doctor_id"])}`);
    const sides = new Set(conversations.flatMap((row) => this.#sidesOf(account, row)));
    // Who lost a clinic meanwhile had it when that was looked at; and in one batch a conversation can come and go.
    const other =
      (by === "clinic" && this.#world.on("rights")) ||
      ["conversation.handOver", "appointment.reschedule"].some((type) =>
        this.#appliedNow(type, String(line["conversation_id"])),
      );
    if (!sides.has(by) && !other)
      this.#world.violated(
        "I11",
        `${String(id)} is said to be of the ${String(by)}'s side; it is of ${[...sides].join(" or ") || "nobody's"}`,
      );
  }

  #sidesOf(account: unknown, { doctor_id: doctor, patient_id: id }: Row): readonly unknown[] {
    const { database, movedCards } = this.#world;
    const isDoctor = database
      .rows("account")
      .some((row) => row["id"] === account && row["doctor_id"] === doctor);
    if (isDoctor) return ["doctor"];
    const patient = database.rows("patient").find((row) => row["id"] === id);
    if (patient?.["account_id"] === account) return ["patient"];
    const works = database.rows("account_clinic").filter((row) => row["account_id"] === account);
    const here = works.some((row) => row["clinic_id"] === patient?.["clinic_id"]);
    // In one batch a card can come and go.
    return here || (works.length > 0 && movedCards.has(String(id))) ? ["clinic"] : [];
  }

  /** Whether a transaction since the last look applied such an operation on a conversation, with such a word in its outcome. */
  #appliedNow(type: string, conversation: string, word = ""): boolean {
    return this.#world.database
      .rows("operation")
      .some(
        (row) =>
          row["applied"] === 1 &&
          String(row["type"]).startsWith(type) &&
          String(row["input"]).includes(`"${conversation}"`) &&
          String(row["outcome"]).includes(word) &&
          !this.#pages.operations.has(operationOf(row)),
      );
  }
}

function operationOf(row: Row): string {
  return `${String(row["stream_id"])}.${String(row["number"])}`;
}

/** The feeds of those who take part: the patient's own account, the clinic that keeps her card, the doctor. */
function feedsOf(patient: Row | undefined, doctor: unknown): readonly string[] {
  const named = (family: string, id: unknown) => (typeof id === "string" ? [`${family}:${id}`] : []);
  return [
    ...named("account", patient?.["account_id"]),
    ...named("clinic", patient?.["clinic_id"]),
    ...named("account", doctor),
  ];
}

function sinceWhen(row: Row, feeds: readonly string[], was: Kept | undefined): ReadonlyMap<string, number> {
  const joined = was === undefined ? 1 : Math.max(1, Number(row["line_count"]) - LIMITS.messagesShown + 1);
  return new Map(feeds.map((feed) => [feed, was?.since.get(feed) ?? joined]));
}

function marks(row: Row): string {
  return SIDES.map(
    (side) => `${side} ${String(row[`${side}_delivered`])}/${String(row[`${side}_read`])}`,
  ).join(", ");
}
