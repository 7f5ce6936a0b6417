import { CallFrame, EntityId, LineId, type ServerFrame } from "@healthbridge/schema";
import * as z from "zod/mini";
import type { Bus } from "../bus/bus.ts";
import { httpProblem } from "../http/problem.ts";
import type { Log } from "../telemetry/log.ts";
import type { SocketPush } from "../telemetry/server-metrics.ts";
import type { Participants } from "./participants.ts";

/** A line, as calls see it. */
export interface CallEnd {
  readonly tenant: string;
  readonly account: EntityId;
  /** what the other ends call it */
  readonly line: string;
  whisper(frame: ServerFrame): void;
}

/** What is said between lines, and between nodes. */
const Note = z.object({ ...CallFrame.shape, tenant: z.string(), by: EntityId, from: LineId });
type Note = z.infer<typeof Note>;

const TOPIC = "calls";

export interface CallParts {
  readonly participants: Participants;
  readonly log: Log;
  readonly onPush: (what: SocketPush) => void;
}

/**
 * Passes on what the ends of a call tell each other until they hear each other: to the other participants of the conversation and nobody else, wherever their lines are. Nothing of
 * it is read or kept; sound and pictures never come here.
 */
export class Calls {
  readonly #parts: CallParts;
  readonly #lines = new Map<string, Set<CallEnd>>();
  #bus: Bus | undefined;

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  /** Reaches lines at other nodes as well, from now on. */
  reach(bus: Bus): void {
    this.#bus = bus;
    bus.subscribe(TOPIC, (text) => {
      const note = readNote(text);
      if (note !== undefined) void this.#hear(note);
    });
  }

  enter(end: CallEnd): void {
    const key = keyOf(end.tenant, end.account);
    this.#lines.set(key, (this.#lines.get(key) ?? new Set()).add(end));
  }

  leave(end: CallEnd): void {
    const key = keyOf(end.tenant, end.account);
    const lines = this.#lines.get(key);
    lines?.delete(end);
    if (lines?.size === 0) this.#lines.delete(key);
  }

  /** @throws HttpProblem `not_found` for who does not take part in the conversation, or speaks to who does not */
  async signal(end: CallEnd, frame: CallFrame): Promise<void> {
    const accounts = await this.#parts.participants.of(end.tenant, frame.conversation);
    if (!accounts.has(end.account)) throw httpProblem("not_found", "conversation");
    if (frame.account !== undefined && !accounts.has(frame.account))
      throw httpProblem("not_found", "account");
    const note = { ...frame, tenant: end.tenant, by: end.account, from: end.line };
    this.#bus?.publish(TOPIC, JSON.stringify(note));
    await this.#hear(note);
  }

  /** Passes a note on to the lines here that it is for. A database that is away costs a signal; the ends try again. */
  async #hear(note: Note): Promise<void> {
    const { tenant, conversation, by, from, to, account, call, signal } = note;
    try {
      const accounts = await this.#parts.participants.of(tenant, conversation);
      if (!accounts.has(by)) return;
      const wanted = account === undefined ? accounts : [account].filter((each) => accounts.has(each));
      const lines = [...wanted].flatMap((each) => [...(this.#lines.get(keyOf(tenant, each)) ?? [])]);
      // Where no line is named, other devices of the same account are not called.
      const heard = lines.filter((each) => (to === undefined ? each.account !== by : each.line === to));
      for (const each of heard) each.whisper({ call, conversation, signal, by, from });
      if (heard.length > 0) this.#parts.onPush("call");
    } catch (error) {
      this.#parts.log.warn("a call's signal was lost", { why: error instanceof Error ? error.name : "" });
    }
  }
}

function readNote(text: string): Note | undefined {
  try {
    return Note.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function keyOf(tenant: string, account: EntityId): string {
  return `${tenant}/${account}`;
}
