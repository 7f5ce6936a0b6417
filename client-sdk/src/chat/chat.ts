import type { Account, Conversation, EntityId, InputOf, Message } from "@healthbridge/schema/client";
import type { OpenDevice } from "../carriers/signed-call.ts";
import type { HealthBridge } from "../health-bridge.ts";
import type { Enqueued, Outcome } from "../outbox/operation.ts";
import { earlierMessages, searchAtServer, type SearchedMessages } from "./at-server.ts";
import {
  marksOf,
  ownMessage,
  type ShownMessage,
  shownMessage,
  sideOf,
  sideOfMessage,
} from "./shown-message.ts";

/** A device that is open, for chat. */
export interface ChatDevice extends OpenDevice {
  readonly hb: Pick<
    HealthBridge,
    "acknowledge" | "enqueue" | "get" | "list" | "on" | "outcomes" | "status" | "sync" | "waiting"
  >;
}

/** A conversation as a list shows it. */
export interface ShownConversation {
  /** the appointment's id */
  readonly id: EntityId;
  readonly patient?: EntityId | undefined;
  readonly doctor?: EntityId | undefined;
  readonly closed: boolean;
  /** messages of the other side that were not read on this one */
  readonly unread: number;
  /** the newest line, one that waits on this phone included */
  readonly last?: ShownMessage | undefined;
}

/**
 * Conversations on a device: what it holds is there without a network, what is written is queued like everything else, and every line says truthfully where it is.
 * The account's own feed and its clinics' bring conversations by themselves.
 *
 * @example
 * const chat = await openChat({ hb, url, store });
 * await chat.send({ conversation: appointment.id, text: "The fever is back." }); // durable on this phone when it resolves
 * for (const { text, state } of chat.messages(appointment.id)) show(text, state); // "waiting", then "sent", "delivered", "read"
 */
export class Chat {
  readonly #device: ChatDevice;
  /** what the server settled and has not shown again, and what it refused */
  readonly #settled = new Map<EntityId, Outcome>();
  /** how far each conversation was said to be delivered in this run */
  readonly #delivered = new Map<EntityId, number>();
  readonly #watchers = new Set<() => void>();
  readonly #stop: ReadonlyArray<() => void>;

  private constructor(device: ChatDevice, settled: readonly Outcome[]) {
    this.#device = device;
    for (const outcome of settled) this.#settled.set(outcome.id, outcome);
    this.#stop = [
      device.hb.on("outcome", (outcome) => {
        if (outcome.type === "message.send") this.#settled.set(outcome.id, outcome);
        this.#changed();
      }),
      device.hb.on("changed", () => {
        this.#changed();
      }),
    ];
    this.#changed();
  }

  /** Opens chat over an open device. What was refused earlier and nobody has dismissed is still shown. */
  static async open(device: ChatDevice): Promise<Chat> {
    const settled = await device.hb.outcomes();
    return new Chat(
      device,
      settled.filter(({ type }) => type === "message.send"),
    );
  }

  /**
   * Writes a message; it resolves once it is durable on this device, network or not. `urgent` messages overtake everything else.
   * @throws HealthBridgeError as `enqueue`: `malformed` at `input.text` (1 to 2,000 characters), `store_full` and the others
   */
  async send(input: InputOf<"message.send">): Promise<Enqueued> {
    const kept = await this.#device.hb.enqueue("message.send", input, { lane: "urgent" });
    this.#changed();
    return kept;
  }

  /** Withdraws a message of one's own. Its text goes from every device that hears of it; who has read it has read it. */
  async retract(message: EntityId): Promise<Enqueued> {
    const kept = await this.#device.hb.enqueue("message.retract", { message });
    this.#changed();
    return kept;
  }

  /** Notes that everything this device shows of a conversation was read. Nothing is queued where nothing is new. */
  async markRead(conversation: EntityId): Promise<void> {
    const through = this.#newestOfOthers(conversation);
    if (through <= this.#readThrough(conversation)) return;
    const ref = `read ${conversation} ${String(through)}`;
    await this.#device.hb.enqueue("conversation.markRead", { conversation, through }, { ref });
    this.#changed();
  }

  /** Hands a conversation over to another doctor. */
  handOver(input: InputOf<"conversation.handOver">): Promise<Enqueued> {
    return this.#device.hb.enqueue("conversation.handOver", input);
  }

  /** Closes a conversation: nobody writes in it any more. */
  close(conversation: EntityId): Promise<Enqueued> {
    return this.#device.hb.enqueue("conversation.close", { conversation });
  }

  /** Goes on with a conversation that was closed. */
  reopen(conversation: EntityId): Promise<Enqueued> {
    return this.#device.hb.enqueue("conversation.reopen", { conversation });
  }

  /** The lines of a conversation in their order: what the server numbered, then what waits on this phone. */
  messages(conversation: EntityId): readonly ShownMessage[] {
    const { hb } = this.#device;
    const about = this.#conversation(conversation);
    const account = this.#account();
    const withdrawing = new Set(
      hb.waiting().flatMap(({ type, input }) => (type === "message.retract" ? [input["message"]] : [])),
    );
    const held = this.#held(conversation);
    const known = new Set(held.map(({ id }) => id));
    const ours = sideOf(account, about) === "doctor" ? "doctor" : undefined;
    const settled = [...this.#settled.values()].filter(
      ({ id, input }) => input["conversation"] === conversation && !known.has(id),
    );
    const waiting = hb
      .waiting()
      .filter(({ type, input }) => type === "message.send" && input["conversation"] === conversation);
    const numbered = [
      ...held.map((message) => shownMessage(message, about, account)),
      ...settled.filter(({ status }) => status === "applied").map((each) => ownMessage(each, ours)),
    ].toSorted((left, right) => (left.number ?? 0) - (right.number ?? 0));
    const others = [...settled.filter(({ status }) => status === "rejected"), ...waiting].toSorted(
      (left, right) => left.madeAt - right.madeAt,
    );
    return [...numbered, ...others.map((each) => ownMessage(each, ours))].map((shown) =>
      withdrawing.has(shown.id) ? { ...shown, withdrawing: true } : shown,
    );
  }

  /** All conversations this device holds, the newest first. */
  conversations(): readonly ShownConversation[] {
    const { hb } = this.#device;
    const ids = new Set([
      ...hb.list("conversation").map(({ id }) => id),
      ...hb
        .waiting()
        .flatMap(({ type, input }) => (type === "message.send" ? [String(input["conversation"])] : [])),
    ]);
    return [...ids]
      .map((id) => this.#shown(id))
      .toSorted((left, right) => (right.last?.at ?? 0) - (left.last?.at ?? 0));
  }

  /** Messages of the other side in a conversation that were not read on this one; what was said to be read and waits to be sent counts as read. */
  unread(conversation: EntityId): number {
    const read = this.#readThrough(conversation);
    const side = sideOf(this.#account(), this.#conversation(conversation));
    return this.#held(conversation).filter(
      (each) => each.number > read && each.withdrawn !== true && sideOfMessage(each) !== side,
    ).length;
  }

  /** Searches the lines this device holds, without a network: upper and lower case alike. The newest first. */
  search(text: string): readonly ShownMessage[] {
    const wanted = text.toLocaleLowerCase();
    const account = this.#account();
    return this.#device.hb
      .list("message", (each) => each.text?.toLocaleLowerCase().includes(wanted) === true)
      .map((message) => shownMessage(message, this.#conversation(message.conversation), account))
      .toSorted((left, right) => right.at - left.at);
  }

  /**
   * Searches all that was written in one's conversations, at the server. Needs the network.
   * @throws HealthBridgeError `malformed` (2 to 100 characters); `not_signed_in`; `offline` and the other codes of an exchange that failed
   */
  searchAtServer(input: {
    readonly text: string;
    readonly conversation?: EntityId;
    readonly after?: string;
  }): Promise<SearchedMessages> {
    return searchAtServer(this.#device, input, (message) => this.#show(message));
  }

  /**
   * Reads older lines than this device holds, at the server: up to `limit` (50, at most 100) before the oldest one held, or before a number. They are not kept.
   * Needs the network.
   * @throws HealthBridgeError `not_found`; `not_signed_in`; `offline` and the other codes of an exchange that failed
   */
  earlier(
    conversation: EntityId,
    options: { readonly before?: number; readonly limit?: number } = {},
  ): Promise<readonly ShownMessage[]> {
    const [oldest] = this.#held(conversation);
    const before = options.before ?? oldest?.number;
    return earlierMessages(this.#device, conversation, { ...options, before }, (message) =>
      this.#show(message),
    );
  }

  /** Takes a message that was refused from the screen. */
  async dismiss(message: EntityId): Promise<void> {
    await this.#device.hb.acknowledge([message]);
    this.#settled.delete(message);
    this.#changed();
  }

  /** Calls the listener now and after every change of what chat shows; returns how to stop. */
  watch(listener: () => void): () => void {
    this.#watchers.add(listener);
    listener();
    return () => {
      this.#watchers.delete(listener);
    };
  }

  /** Ends chat; the device stays open. */
  end(): void {
    for (const stop of this.#stop) stop();
    this.#watchers.clear();
  }

  #show(message: Message): ShownMessage {
    return shownMessage(message, this.#conversation(message.conversation), this.#account());
  }

  #shown(id: EntityId): ShownConversation {
    const { patient, doctor, closed = false } = this.#conversation(id);
    return { id, patient, doctor, closed, unread: this.unread(id), last: this.messages(id).at(-1) };
  }

  /** The conversation, or what its appointment says of it before it has begun. */
  #conversation(id: EntityId): Partial<Conversation> & Pick<Conversation, "id" | "doctor"> {
    const { hb } = this.#device;
    const { patient, doctor = "" } = hb.get("appointment", id) ?? {};
    return hb.get("conversation", id) ?? { id, doctor, ...(patient !== undefined && { patient }) };
  }

  #account(): Account | undefined {
    const { hb } = this.#device;
    const { account } = hb.status.get();
    return account && (hb.get("account", account.id) ?? account);
  }

  #held(conversation: EntityId): readonly Message[] {
    return this.#device.hb
      .list("message", (each) => each.conversation === conversation)
      .toSorted((left, right) => left.number - right.number);
  }

  #newestOfOthers(conversation: EntityId): number {
    const side = sideOf(this.#account(), this.#conversation(conversation));
    return this.#held(conversation).findLast((each) => sideOfMessage(each) !== side)?.number ?? 0;
  }

  #readThrough(conversation: EntityId): number {
    const about = this.#conversation(conversation);
    const queued = this.#device.hb
      .waiting()
      .flatMap(({ type, input }) =>
        type === "conversation.markRead" && input["conversation"] === conversation
          ? [Number(input["through"])]
          : [],
      );
    return Math.max(marksOf(about, sideOf(this.#account(), about)).read, ...queued);
  }

  /** After anything has changed: what came is said to be delivered, what is shown by the server again is settled for good, and who watches looks again. */
  #changed(): void {
    void this.#noteDelivered().catch(() => undefined); // where it cannot be kept now it is tried at the next change
    void this.#forgetShown().catch(() => undefined);
    for (const watcher of this.#watchers) watcher();
  }

  async #noteDelivered(): Promise<void> {
    const account = this.#account();
    if (account === undefined) return;
    for (const { id, ...about } of this.#device.hb.list("conversation")) {
      const side = sideOf(account, about);
      const through = this.#newestOfOthers(id);
      if (through <= Math.max(marksOf(about, side).delivered, this.#delivered.get(id) ?? 0)) continue;
      this.#delivered.set(id, through);
      const ref = `delivered ${id} ${String(through)}`;
      await this.#device.hb.enqueue("conversation.markDelivered", { conversation: id, through }, { ref });
    }
  }

  async #forgetShown(): Promise<void> {
    const shown = [...this.#settled.values()].filter(
      ({ id, status }) => status === "applied" && this.#device.hb.get("message", id) !== undefined,
    );
    for (const { id } of shown) this.#settled.delete(id);
    if (shown.length > 0) await this.#device.hb.acknowledge(shown.map(({ id }) => id));
  }
}
