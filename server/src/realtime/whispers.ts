import { EntityId, type ServerFrame } from "@healthbridge/schema";
import * as z from "zod/mini";
import type { Bus } from "../bus/bus.ts";
import { httpProblem } from "../http/problem.ts";
import type { Log } from "../telemetry/log.ts";
import type { SocketPush } from "../telemetry/server-metrics.ts";
import { CONNECTION } from "./limits.ts";
import type { Participants } from "./participants.ts";

/** A line, as whispers see it. */
export interface WhisperEnd {
  readonly tenant: string;
  readonly account: EntityId;
  /** Says it unless too much waits there already: nobody misses it. */
  whisper(frame: ServerFrame): void;
}

/** What is said between lines, and between nodes. */
const Note = z.object({
  tenant: z.string(),
  conversation: EntityId,
  by: EntityId,
  does: z.enum(["typing", "here", "away"]),
  /** said in answer to who came: it asks for none */
  again: z.optional(z.boolean()),
});
type Note = z.infer<typeof Note>;

const TOPIC = "whispers";

export interface WhisperParts {
  readonly participants: Participants;
  readonly log: Log;
  readonly onPush: (what: SocketPush) => void;
}

/**
 * Who types and who looks at a conversation: said to the other participants who look at it, wherever their lines are, and forgotten. Whoever says it and whoever hears it is
 * asked for every time: membership can end at any moment.
 */
export class Whispers {
  readonly #parts: WhisperParts;
  /** the lines that look at a conversation */
  readonly #rooms = new Map<string, Set<WhisperEnd>>();
  readonly #of = new WeakMap<WhisperEnd, Set<string>>();
  #bus: Bus | undefined;

  constructor(parts: WhisperParts) {
    this.#parts = parts;
  }

  /** Tells other nodes as well, and hears them, from now on. */
  reach(bus: Bus): void {
    this.#bus = bus;
    bus.subscribe(TOPIC, (text) => {
      const note = readNote(text);
      if (note !== undefined) void this.#hear(note);
    });
  }

  /** @throws HttpProblem `not_found` for who does not take part */
  async typing(end: WhisperEnd, conversation: EntityId): Promise<void> {
    await this.#checkTakesPart(end, conversation, "typing");
    await this.#say({ tenant: end.tenant, conversation, by: end.account, does: "typing" });
  }

  /** @throws HttpProblem `not_found` for who does not take part, `rate_limited` where the line looks at too many */
  async come(end: WhisperEnd, conversation: EntityId): Promise<void> {
    await this.#checkTakesPart(end, conversation, "presence");
    const key = keyOf(end.tenant, conversation);
    const its = this.#of.get(end) ?? new Set();
    if (its.size >= CONNECTION.rooms && !its.has(key)) throw httpProblem("rate_limited", "presence");
    this.#of.set(end, its.add(key));
    this.#rooms.set(key, (this.#rooms.get(key) ?? new Set()).add(end));
    await this.#say({ tenant: end.tenant, conversation, by: end.account, does: "here" });
  }

  /** The line looks at it no longer; of who was not there nothing is said. */
  go(end: WhisperEnd, conversation: EntityId): void {
    const key = keyOf(end.tenant, conversation);
    if (this.#of.get(end)?.delete(key) !== true) return;
    const room = this.#rooms.get(key);
    room?.delete(end);
    if (room?.size === 0) this.#rooms.delete(key);
    const another = [...(room ?? [])].some(({ account }) => account === end.account);
    if (!another) void this.#say({ tenant: end.tenant, conversation, by: end.account, does: "away" });
  }

  /** The line is closed. */
  leave(end: WhisperEnd): void {
    for (const key of this.#of.get(end) ?? []) this.go(end, key.slice(key.indexOf("/") + 1));
  }

  /** @param field of the frame, which names the conversation */
  async #checkTakesPart(
    { tenant, account }: WhisperEnd,
    conversation: EntityId,
    field: "typing" | "presence",
  ): Promise<void> {
    const accounts = await this.#parts.participants.of(tenant, conversation);
    if (!accounts.has(account)) throw httpProblem("not_found", field);
  }

  async #say(note: Note): Promise<void> {
    this.#bus?.publish(TOPIC, JSON.stringify(note));
    await this.#hear(note);
  }

  /** Passes a note on to the lines here that it is for. A database that is away costs a whisper. */
  async #hear(note: Note): Promise<void> {
    const { tenant, conversation, by, does } = note;
    const others = [...(this.#rooms.get(keyOf(tenant, conversation)) ?? [])].filter(
      ({ account }) => account !== by,
    );
    if (others.length === 0) return;
    try {
      const accounts = await this.#parts.participants.of(tenant, conversation);
      if (!accounts.has(by) && does !== "away") return;
      const heard = others.filter(({ account }) => accounts.has(account));
      for (const end of heard) end.whisper(frameOf(note));
      if (heard.length > 0) this.#parts.onPush(does === "typing" ? "typing" : "presence");
      if (does === "here" && note.again !== true) this.#answer(note, heard);
    } catch (error) {
      this.#parts.log.warn("a whisper was lost", { why: error instanceof Error ? error.name : "" });
    }
  }

  /** Who came learns who is there already. */
  #answer(note: Note, heard: readonly WhisperEnd[]): void {
    for (const by of new Set(heard.map(({ account }) => account)))
      void this.#say({ ...note, by, again: true });
  }
}

function frameOf({ conversation, by, does }: Note): ServerFrame {
  if (does === "typing") return { typing: conversation, by };
  return { presence: conversation, by, ...(does === "away" ? { away: true } : {}) };
}

function readNote(text: string): Note | undefined {
  try {
    return Note.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function keyOf(tenant: string, conversation: EntityId): string {
  return `${tenant}/${conversation}`;
}
