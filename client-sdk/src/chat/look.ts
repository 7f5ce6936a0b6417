import type { Account, Conversation, EntityId, Message } from "@healthbridge/schema/client";
import type { Outcome, Waiting } from "../outbox/operation.ts";
import type { ChatDevice } from "./chat-device.ts";
import type { OwnLines } from "./own-lines.ts";
import {
  marksOf,
  ownMessage,
  type ShownConversation,
  type ShownMessage,
  shownMessage,
  type Side,
  readsAlong,
  sideOf,
  sideOfMessage,
  withGaps,
} from "./shown-message.ts";

type About = Partial<Conversation> & Pick<Conversation, "id" | "doctor">;

/**
 * What a device shows of its conversations at one moment. Lines and queue are gone through once, whatever is asked of it: a list of five hundred conversations would
 * else go through every line, and everything that waits, five hundred times. Not kept: the next moment has its own.
 */
export class Look {
  readonly account: Account | undefined;
  readonly #hb: Pick<ChatDevice["hb"], "get" | "list">;
  /** by conversation, in the order of their numbers */
  readonly #lines: ReadonlyMap<unknown, readonly Message[]>;
  /** messages this device has asked to withdraw */
  readonly #withdrawing: ReadonlySet<unknown>;
  /** how far conversations are said to be read, as far as that waits to be sent */
  readonly #readQueued: ReadonlyMap<unknown, number>;
  /** lines of this account that the server has not shown, by conversation */
  readonly #own: ReadonlyMap<unknown, ReadonlyArray<Waiting | Outcome>>;

  constructor(hb: Pick<ChatDevice["hb"], "get" | "list" | "status" | "waiting">, own: OwnLines) {
    const { account } = hb.status.get();
    this.account = account && (hb.get("account", account.id) ?? account);
    this.#hb = hb;
    const lines = hb.list("message").toSorted((left, right) => left.number - right.number);
    this.#lines = grouped(lines, ({ conversation }) => conversation);
    const waiting = hb.waiting();
    this.#withdrawing = new Set(
      waiting.flatMap(({ type, input }) => (type === "message.retract" ? [input["message"]] : [])),
    );
    // Marks never go back: the last one is the furthest.
    const read = waiting.filter(({ type }) => type === "conversation.markRead");
    this.#readQueued = new Map(read.map(({ input }) => [input["conversation"], Number(input["through"])]));
    this.#own = grouped(own.all(waiting), ({ input }) => input["conversation"]);
  }

  /** Conversations that are held, and those in which this account has written something that waits or was refused. */
  conversations(): readonly ShownConversation[] {
    const ids = this.#hb.list("conversation").map(({ id }) => id);
    const own = [...this.#own].flatMap(([id, lines]) =>
      lines.some((each) => !("status" in each) || each.status === "rejected") ? [String(id)] : [],
    );
    return [...new Set([...ids, ...own])].map((id) => {
      const { patient, doctor, closed = false } = this.#about(id);
      return { id, patient, doctor, closed, unread: this.unread(id), last: this.messages(id).at(-1) };
    });
  }

  messages(conversation: EntityId): readonly ShownMessage[] {
    const about = this.#about(conversation);
    const held = this.#linesOf(conversation);
    const known = new Set(held.map(({ id }) => id));
    const by = this.#side(about) === "doctor" ? "doctor" : undefined;
    const own = (this.#own.get(conversation) ?? [])
      .filter(({ id }) => !known.has(id))
      .toSorted((left, right) => left.madeAt - right.madeAt)
      .map((each) => ownMessage(each, about, by));
    const atServer = ({ state }: ShownMessage) => state !== "waiting" && state !== "refused";
    const numbered = [
      ...held.map((message) => shownMessage(message, about, this.account)),
      ...own.filter(atServer),
    ].toSorted((left, right) => (left.number ?? 0) - (right.number ?? 0));
    return [...withGaps(numbered), ...own.filter((each) => !atServer(each))].map((shown) =>
      this.#withdrawing.has(shown.id) ? { ...shown, withdrawing: true } : shown,
    );
  }

  show(message: Message): ShownMessage {
    return shownMessage(message, this.#about(message.conversation), this.account);
  }

  /** Lines that pass a test. */
  search(test: (message: Message) => boolean): readonly ShownMessage[] {
    return [...this.#lines.values()].flatMap((lines) => lines.filter(test).map((each) => this.show(each)));
  }

  unread(conversation: EntityId): number {
    const about = this.#about(conversation);
    if (readsAlong(this.account, about)) return 0;
    const read = this.readThrough(conversation);
    const side = this.#side(about);
    return this.#linesOf(conversation).filter(
      (each) => each.number > read && each.withdrawn !== true && sideOfMessage(each) !== side,
    ).length;
  }

  /** Number of the newest line that this device holds and was written to this side; 0 where there is none. */
  newestOfOthers(conversation: EntityId): number {
    const about = this.#about(conversation);
    if (readsAlong(this.account, about)) return 0;
    const side = this.#side(about);
    return this.#linesOf(conversation).findLast((each) => sideOfMessage(each) !== side)?.number ?? 0;
  }

  /** How far this side has read, by what the server showed and what waits to be sent. */
  readThrough(conversation: EntityId): number {
    const about = this.#about(conversation);
    return Math.max(marksOf(about, this.#side(about)).read, this.#readQueued.get(conversation) ?? 0);
  }

  #side(about: About): Side {
    return sideOf(this.account, about);
  }

  #linesOf(conversation: EntityId): readonly Message[] {
    return this.#lines.get(conversation) ?? [];
  }

  /** The conversation, or what its appointment says of it before it has begun. */
  #about(id: EntityId): About {
    const { patient, doctor = "" } = this.#hb.get("appointment", id) ?? {};
    return this.#hb.get("conversation", id) ?? { id, doctor, ...(patient !== undefined && { patient }) };
  }
}

function grouped<T>(all: readonly T[], keyOf: (each: T) => unknown): ReadonlyMap<unknown, readonly T[]> {
  const groups = new Map<unknown, T[]>();
  for (const each of all) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}
