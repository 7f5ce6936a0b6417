import type { EntityId, InputOf } from "@healthbridge/schema/client";
import type { Enqueued, Lane } from "../outbox/operation.ts";
import { tell } from "../tell.ts";
import { earlierMessages, searchAtServer, type SearchedMessages } from "./at-server.ts";
import type { ChatDevice } from "./chat-device.ts";
import { Look } from "./look.ts";
import { isMark, isOfMark, Marks } from "./marks.ts";
import { OwnLines } from "./own-lines.ts";
import { newestGap, type ShownConversation, type ShownMessage, sideOf } from "./shown-message.ts";

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
  readonly #own: OwnLines;
  readonly #marks: Marks;
  /** outcomes that nobody has to deal with any more */
  readonly #done = new Set<EntityId>();
  readonly #watchers = new Set<() => void>();
  readonly #stop: ReadonlyArray<() => void>;

  private constructor(device: ChatDevice) {
    const { hb } = device;
    const changed = (): void => {
      this.#changed();
    };
    this.#device = device;
    this.#own = new OwnLines(hb, changed);
    this.#marks = new Marks(hb);
    this.#stop = [
      hb.on("outcome", (outcome) => {
        if (outcome.type === "message.send") this.#own.told(outcome);
        if (isOfMark(outcome)) this.#done.add(outcome.id);
        this.#changed();
      }),
      hb.on("changed", changed),
      hb.status.subscribe(({ account }) => {
        if (!this.#own.isOf(account?.id)) this.#changed();
      }),
    ];
  }

  /** Opens chat over an open device. What was refused earlier and nobody has dismissed is still shown. */
  static async open(device: ChatDevice): Promise<Chat> {
    const chat = new Chat(device);
    for (const outcome of await device.hb.outcomes()) if (isOfMark(outcome)) chat.#done.add(outcome.id);
    await chat.#own.read();
    return chat;
  }

  /**
   * Writes a message; it resolves once it is durable on this device, network or not. `urgent` messages overtake everything else.
   * @throws HealthBridgeError as `enqueue`: `malformed` at `input.text` (1 to 2,000 characters), `store_full` and the others
   */
  async send(input: InputOf<"message.send">): Promise<Enqueued> {
    const kept = await this.#device.hb.enqueue("message.send", input, this.#behind(input.conversation));
    this.#changed();
    return kept;
  }

  /** Withdraws a message of one's own. Its text goes from every device that hears of it; who has read it has read it. */
  async retract(message: EntityId): Promise<Enqueued> {
    const kept = await this.#device.hb.enqueue("message.retract", { message }, this.#behind(message));
    this.#changed();
    return kept;
  }

  /** Notes that everything this device shows of a conversation was read. Nothing is queued where nothing is new. */
  async markRead(conversation: EntityId): Promise<void> {
    const look = this.#look();
    const through = look.newestOfOthers(conversation);
    if (through <= look.readThrough(conversation)) return;
    await this.#marks.noteRead(conversation, through);
    this.#changed();
  }

  /** Hands a conversation over to another doctor. */
  handOver(input: InputOf<"conversation.handOver">): Promise<Enqueued> {
    return this.#device.hb.enqueue("conversation.handOver", input, this.#behind(input.conversation));
  }

  /** Closes a conversation: nobody writes in it any more. */
  close(conversation: EntityId): Promise<Enqueued> {
    return this.#device.hb.enqueue("conversation.close", { conversation }, this.#behind(conversation));
  }

  /** Goes on with a conversation that was closed. */
  reopen(conversation: EntityId): Promise<Enqueued> {
    return this.#device.hb.enqueue("conversation.reopen", { conversation }, this.#behind(conversation));
  }

  /** The lines of a conversation in their order: what the server numbered, then what waits on this phone. */
  messages(conversation: EntityId): readonly ShownMessage[] {
    return this.#look().messages(conversation);
  }

  /** All conversations this device holds, the newest first. */
  conversations(): readonly ShownConversation[] {
    return this.#look()
      .conversations()
      .toSorted((left, right) => (right.last?.at ?? 0) - (left.last?.at ?? 0));
  }

  /** Messages of the other side in a conversation that were not read on this one; what was said to be read and waits to be sent counts as read. */
  unread(conversation: EntityId): number {
    return this.#look().unread(conversation);
  }

  /** Searches the lines this device holds, without a network: upper and lower case alike. The newest first. */
  search(text: string): readonly ShownMessage[] {
    const wanted = text.toLowerCase();
    return this.#look()
      .search((each) => each.text?.toLowerCase().includes(wanted) === true)
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
    return searchAtServer(this.#device, input, (message) => this.#look().show(message));
  }

  /**
   * Reads lines that this device does not hold, at the server: up to `limit` (50, at most 100) before the newest one with `gapBefore`, or before a number. They are not
   * kept. Needs the network.
   * @throws HealthBridgeError `not_found`; `not_signed_in`; `offline` and the other codes of an exchange that failed
   */
  earlier(
    conversation: EntityId,
    options: { readonly before?: number; readonly limit?: number } = {},
  ): Promise<readonly ShownMessage[]> {
    const before = options.before ?? newestGap(this.messages(conversation));
    return earlierMessages(this.#device, conversation, { ...options, before }, (message) =>
      this.#look().show(message),
    );
  }

  /** Takes a message that was refused from the screen. */
  async dismiss(message: EntityId): Promise<void> {
    await this.#device.hb.acknowledge([message]);
    this.#own.forget(message);
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

  /**
   * Whatever somebody does in a conversation keeps its order, and overtakes what else waits: except what it belongs to. Behind a booking of a batch it waits in that lane, where it
   * holds up no other conversation.
   */
  #behind(about: EntityId): { readonly lane: Lane } {
    const before = this.#device.hb
      .waiting()
      .findLast(({ id, type, input }) => id === about || (input["conversation"] === about && !isMark(type)));
    return { lane: before?.lane ?? "urgent" };
  }

  #look(): Look {
    return new Look(this.#device.hb, this.#own);
  }

  /** After anything has changed: what came is said to be delivered, what is shown by the server again is settled for good, and who watches looks again. */
  #changed(): void {
    if (this.#own.look()) {
      this.#marks.forget();
      this.#done.clear();
    }
    void this.#noteDelivered().catch(() => undefined); // where it cannot be kept now it is tried at the next change
    void this.#letGo().catch(() => undefined); // also at the next start
    tell(this.#watchers, undefined);
  }

  async #noteDelivered(): Promise<void> {
    const look = this.#look();
    const { account } = look;
    if (account === undefined) return;
    for (const each of this.#device.hb.list("conversation"))
      await this.#marks.noteDelivered(each, sideOf(account, each), look.newestOfOthers(each.id));
  }

  /** Acknowledges what nobody has to deal with any more: marks, and lines that the server has shown. */
  async #letGo(): Promise<void> {
    for (const { id } of this.#own.applied()) {
      if (this.#device.hb.get("message", id) === undefined) continue;
      this.#own.forget(id);
      this.#done.add(id);
    }
    const done = [...this.#done];
    this.#done.clear();
    if (done.length > 0) await this.#device.hb.acknowledge(done);
  }
}
