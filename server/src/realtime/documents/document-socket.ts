import { DOCUMENT_CLOSE, DOCUMENT_LIMITS } from "@healthbridge/schema";
import type { Clock } from "../../adapters/clock.ts";
import type { OpenSocket, SocketUser } from "../open-socket.ts";
import type { TicketHolder } from "../tickets.ts";
import type { DocumentRight } from "./access.ts";
import { Bucket } from "./bucket.ts";
import type { DocumentMetrics } from "./document-metrics.ts";
import { SOCKET_LIMITS } from "./limits.ts";
import type { Onlooker } from "./presence-board.ts";
import type { Compared, Member, Outcome } from "./room.ts";
import type { OpenRoom } from "./rooms.ts";
import {
  answerFrame,
  askFrame,
  deniedFrame,
  type DocumentMessage,
  type Presence,
  presenceFrame,
  QUIET_FRAME,
  readFrame,
  readPresences,
  updateFrame,
} from "./wire.ts";

/** What a document's socket is made of. */
export interface DocumentSocketParts {
  readonly socket: Pick<OpenSocket, "send" | "end" | "backlog" | "holder">;
  readonly right: DocumentRight;
  readonly open: OpenRoom;
  readonly clock: Clock;
  readonly metrics: DocumentMetrics;
  /** counted against its account */
  readonly onRefused: () => void;
  readonly onClosed: () => void;
}

/** Clients of a state vector and their clocks. */
const MOST_VECTOR_BYTES = 18_000;
/** Bytes of all presences that a client repeats. */
const MOST_PRESENCE_BYTES = 65_536;
const MOST_PRESENCES = 64;
/** The stock provider answers with this where it has nothing new. */
const EMPTY_UPDATE_BYTES = 2;

/** Somebody who has a document open over a socket, in the protocol of Yjs' stock provider. */
export class DocumentSocket implements SocketUser, Member, Onlooker {
  readonly holder: TicketHolder;
  listening = false;
  #right: DocumentRight;
  readonly #parts: DocumentSocketParts;
  readonly #updates: Bucket;
  readonly #presences: Bucket;
  readonly #asks: Bucket;
  readonly #gaps: Bucket;
  #toldThatReadOnly = false;
  /** she was asked for all that she has beyond what is stored, and has not answered yet */
  #owes = false;

  constructor(parts: DocumentSocketParts) {
    const now = parts.clock.monotonic();
    this.#parts = parts;
    this.#right = parts.right;
    this.holder = parts.socket.holder;
    this.#updates = new Bucket(SOCKET_LIMITS.updates, now);
    this.#presences = new Bucket(SOCKET_LIMITS.presences, now);
    this.#asks = new Bucket(SOCKET_LIMITS.asks, now);
    this.#gaps = new Bucket(SOCKET_LIMITS.gaps, now);
    parts.open.room.members.add(this);
    parts.open.board.enter(this);
  }

  get account(): string {
    return this.holder.account;
  }

  get device(): string {
    return this.holder.device;
  }

  get tenant(): string {
    return this.holder.tenant;
  }

  get document(): string {
    return this.#parts.open.room.document;
  }

  get right(): DocumentRight {
    return this.#right;
  }

  /** She may do something else now than when she came, and is told before she writes on. */
  set right(right: DocumentRight) {
    const before = this.#right.may;
    this.#right = right;
    if (right.may === before) return;
    if (right.may === "read") this.#sayReadOnly();
    else {
      this.#toldThatReadOnly = false;
      if (this.listening) this.#askAgain();
    }
  }

  message(data: Buffer, binary: boolean): void {
    const message = binary ? readFrame(data) : undefined;
    if (message === undefined) this.#refuse("malformed");
    else this.#take(message);
  }

  answer(compared: Compared | undefined): void {
    if (compared === undefined) return this.#refuse("malformed");
    const { socket, open } = this.#parts;
    for (const piece of compared.before) socket.send(updateFrame(piece));
    // The provider takes itself for synchronised with this one.
    socket.send(answerFrame(compared.update));
    // Whoever only reads is asked for nothing.
    if (this.#right.may === "write") this.#ask(compared.vector);
    const others = open.board.all();
    if (!this.listening && others.length > 0) socket.send(presenceFrame(others));
  }

  tell(update: Uint8Array): void {
    this.#parts.socket.send(updateFrame(update));
  }

  show(presences: readonly Presence[]): void {
    const { socket } = this.#parts;
    // On a slow line the first thing to be left out.
    if (socket.backlog < SOCKET_LIMITS.presenceBacklog) socket.send(presenceFrame(presences));
  }

  beat(): void {
    this.#parts.socket.send(QUIET_FRAME);
  }

  /** Sends somebody away who has no right to be here (any more). */
  deny(): void {
    const { socket } = this.#parts;
    socket.send(deniedFrame("no access"));
    socket.end(DOCUMENT_CLOSE.noAccess, "no access");
  }

  end(code: number, reason: string): void {
    this.#parts.socket.end(code, reason);
  }

  closed(): void {
    const { open, onClosed } = this.#parts;
    open.room.members.delete(this);
    open.board.leave(this);
    onClosed();
  }

  settled(): Promise<void> {
    return this.#parts.open.room.idle();
  }

  #take(message: DocumentMessage): void {
    const { open, socket } = this.#parts;
    switch (message.type) {
      case "ask":
        return this.#asked(message.vector);
      case "change":
        return this.#changed(message.update, message.via);
      case "presence":
        return this.#showed(message.states);
      case "whoIsHere":
        if (this.#mayAsk()) socket.send(presenceFrame(open.board.all()));
    }
  }

  #asked(vector: Uint8Array): void {
    if (vector.length > MOST_VECTOR_BYTES) return this.#refuse("too_large");
    if (this.#mayAsk()) this.#parts.open.room.answer(this, vector).catch(this.#later);
  }

  #changed(update: Uint8Array, via: "update" | "step"): void {
    if (this.#right.may === "read") {
      if (update.length > EMPTY_UPDATE_BYTES) this.#refuseReader();
      return;
    }
    if (!this.#updates.take(this.#parts.clock.monotonic())) return this.#tooMuch();
    if (via === "step") this.#owes = false;
    void this.#parts.open.room
      .change({ sender: this.#sender(), from: this, update, via })
      .then((outcome) => this.#hear(outcome, via));
  }

  #hear(outcome: Outcome, via: "update" | "step"): void {
    const { metrics } = this.#parts;
    switch (outcome.status) {
      case "stored":
        return metrics.updateStored();
      case "later":
        return this.#later();
      case "refused":
        return this.#refuse(outcome.reason);
      case "gap":
        this.#lacking(via);
    }
  }

  /** What came follows something that is not here: it comes again with what it follows, for which she is asked once. */
  #lacking(via: "update" | "step"): void {
    const { metrics, clock } = this.#parts;
    metrics.updateRefused("gap");
    const weight = via === "step" ? SOCKET_LIMITS.holes : 1;
    if (!this.#gaps.take(clock.monotonic(), weight)) this.#refuse("malformed");
    else if (!this.#owes) this.#askAgain();
  }

  #showed(states: Uint8Array): void {
    const presences = states.length > MOST_PRESENCE_BYTES ? undefined : readPresences(states, MOST_PRESENCES);
    if (presences === undefined) return this.#refuse("malformed");
    const { open, clock } = this.#parts;
    // Too many are left out: the last one of a row comes again.
    if (!this.#presences.take(clock.monotonic())) return;
    open.room
      .soon(() => {
        if (open.room.members.has(this))
          open.board.take(this, presences, (client) => open.room.ownerOf(client));
      })
      .catch(this.#later);
  }

  /** Asks for all that she has beyond what is stored. */
  #askAgain(): void {
    this.#owes = true;
    this.#parts.open.room.vector(this.account).then((vector) => {
      this.#ask(vector);
    }, this.#later);
  }

  #ask(vector: Uint8Array): void {
    this.#owes = true;
    this.#parts.socket.send(askFrame(vector));
  }

  #mayAsk(): boolean {
    const may = this.#asks.take(this.#parts.clock.monotonic());
    if (!may) this.#tooMuch();
    return may;
  }

  /** A provider that edits what it may only read does so again with each letter. */
  #refuseReader(): void {
    this.#parts.metrics.updateRefused("read_only");
    if (!this.#toldThatReadOnly) this.#sayReadOnly();
  }

  #sayReadOnly(): void {
    this.#toldThatReadOnly = true;
    this.#parts.socket.send(deniedFrame("read only"));
  }

  #refuse(reason: Parameters<DocumentMetrics["updateRefused"]>[0]): void {
    const { metrics, socket, onRefused } = this.#parts;
    metrics.updateRefused(reason);
    onRefused();
    socket.end(DOCUMENT_CLOSE.refused, reason);
  }

  #tooMuch(): void {
    this.end(DOCUMENT_CLOSE.tooMuch, "too much");
  }

  /** She comes again, and sends what the server lacks. */
  readonly #later = (): void => {
    this.end(DOCUMENT_CLOSE.again, "try again");
  };

  #sender() {
    return { account: this.account, device: this.device, tenant: this.tenant };
  }
}

/** The largest message of a document's socket: sync step 2 with its head. */
export const DOCUMENT_MESSAGE_BYTES: number = DOCUMENT_LIMITS.documentStepBytes + 64;
