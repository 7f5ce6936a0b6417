import { type DocumentAddress, documentName } from "@healthbridge/schema/client";
import * as Y from "yjs";
import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import type { OpenSocket } from "../adapters/platform-socket.ts";
import type { OpenDevice } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import { type Observable, Value } from "../observable.ts";
import { exchange } from "./exchange.ts";
import type { KeptRows } from "./kept-rows.ts";
import { LiveLine } from "./live-line.ts";
import { guardLocalEdits } from "./local-edits.ts";
import { FROM_SERVER, FROM_STORE } from "./origins.ts";
import {
  askedFor,
  isBusy,
  isHopeless,
  LOOK_MS,
  pauseAfter,
  problemOf,
  restAfter,
  STEADY_MS,
} from "./pauses.ts";
import { ticketFor } from "./post.ts";

/** How things stand with a document. */
export interface DocumentStatus {
  /** what the server said last; `undefined`: it was never reached */
  readonly may: "write" | "read" | undefined;
  /** something was written here that the server has not stored yet */
  readonly waiting: boolean;
  /** what others write comes at once */
  readonly live: boolean;
  /** why the last exchange failed, or this device could not keep what was written */
  readonly problem: HealthBridgeError["code"] | undefined;
  /** it is closed here: nothing that is written in it is kept any more */
  readonly closed: boolean;
}

/** What a document on a device is made of. */
export interface SharedDocumentParts {
  readonly device: OpenDevice;
  readonly runtime: Runtime;
  readonly openSocket: OpenSocket | undefined;
  readonly rows: KeptRows;
  /** rows of this document changed: other tabs are told */
  readonly onKept: () => void;
  readonly onClosed: () => void;
  /** ends the exchange that is under way */
  readonly signal: AbortSignal;
}

/** After an edit, so that a sentence is not sent letter by letter. */
const REST_MS = 1_500;

/**
 * A document of a consultation on a device: a `Y.Doc` to bind an editor to. What is written in it is kept in the device's store at once, is there again after a restart
 * without a network, and merges with what others wrote when a line appears.
 *
 * @example
 * const intake = await documents.open({ conversation: appointment.id, kind: "intake" });
 * intake.doc.getMap("form").set("pulse", 72);
 * await intake.kept(); // durable on this device
 */
export class SharedDocument implements DocumentAddress {
  readonly conversation: DocumentAddress["conversation"];
  readonly kind: DocumentAddress["kind"];
  readonly doc: Y.Doc;
  readonly #parts: SharedDocumentParts;
  readonly #status: Value<DocumentStatus>;
  readonly #closing = new AbortController();
  #pause = new AbortController();
  #edits = 1;
  #failures = 0;
  /** by the clock that never jumps: the server asked to be left alone until then */
  #notBefore = 0;
  #line: LiveLine | undefined;
  /** lines in a row that did not come to be, or were over at once */
  #lost = 0;
  /** by the same clock: until then it travels over HTTP */
  #noLineBefore = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(address: DocumentAddress, mayWriteAtFirst: boolean, parts: SharedDocumentParts) {
    this.conversation = address.conversation;
    this.kind = address.kind;
    this.doc = new Y.Doc();
    this.#parts = parts;
    this.#status = new Value<DocumentStatus>({
      may: undefined,
      waiting: false,
      live: false,
      problem: undefined,
      closed: false,
    });
    guardLocalEdits(this.doc, () => {
      const { may, closed } = this.#status.get();
      if (closed) throw new HealthBridgeError("closed");
      if (may === "read" || (may === undefined && !mayWriteAtFirst))
        throw new HealthBridgeError("forbidden", { detail: "this document is read only here" });
    });
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === FROM_STORE) return;
      // What Yjs tidies up by itself in a document that is only read is not written by anybody.
      const ours = origin !== FROM_SERVER && this.#status.get().may !== "read";
      if (ours) this.#wrote(update);
      else parts.rows.add("base", update, this.#edits);
    });
  }

  get status(): Observable<DocumentStatus> {
    return this.#status;
  }

  /**
   * Resolves when everything written so far is durable on this device.
   * @throws HealthBridgeError `store_full`, `store_closed`, `store_blocked`, `store_failed`; it is tried again with the next edit
   */
  async kept(): Promise<void> {
    try {
      await this.#parts.rows.settled();
    } catch (error) {
      const code = hasCode(error) ? error.code : "store_failed";
      this.#note({ problem: code });
      throw new HealthBridgeError(code, { cause: error });
    }
    // There is room again: what could not be kept before is kept with the rest.
    this.#note(this.#status.get().problem?.startsWith("store_") === true ? { problem: undefined } : {});
  }

  /**
   * Exchanges with the server once, over HTTP. Resolves when everything written before is stored there, and what others wrote is here.
   * @throws HealthBridgeError `not_found` (no access), `forbidden` (read only), `malformed` (what was written is refused), `not_signed_in`, `offline` and the other codes of an
   * exchange that failed; `store_full`, `store_closed`, `store_blocked`, `store_failed`; nothing is lost by any of them
   */
  sync(): Promise<void> {
    const result = this.#turn
      .then(() => this.#exchange())
      .catch((error: unknown) => {
        const problem = hasCode(error) ? error.code : "internal";
        this.#note({ problem });
        throw error instanceof HealthBridgeError ? error : new HealthBridgeError(problem, { cause: error });
      });
    this.#turn = result.catch(() => undefined); // whoever asked is told
    return result;
  }

  /** Throws away what was written here and the server does not have, and what it does: it comes again when the document is opened anew. */
  async discard(): Promise<void> {
    await this.close();
    await this.#parts.rows.forget("mine");
    await this.#parts.rows.forget("base");
  }

  /** Ends it here. What was written and is not at the server yet goes on waiting; it is sent the next time documents are open and there is a network. */
  async close(): Promise<void> {
    if (this.#status.get().closed) return;
    this.#note({ closed: true, live: false });
    this.#closing.abort(ENOUGH);
    this.#pause.abort(ENOUGH);
    this.#line?.close();
    this.#parts.onClosed();
    await this.#parts.rows.settled().catch(() => undefined); // the status says so
  }

  /** @internal Ends it because somebody else is here now: what was read goes. */
  async seal(): Promise<void> {
    await this.close();
    await this.#parts.rows.forget("base");
  }

  /** @internal Reads what the store has: at the beginning, and when another tab has written. */
  async readStore(): Promise<void> {
    const found = await this.#parts.rows.read(this.#edits + 1);
    Y.transact(
      this.doc,
      () => {
        for (const { update } of found) Y.applyUpdate(this.doc, update, FROM_STORE);
      },
      FROM_STORE,
      false,
    );
    const mine = found.filter(({ where }) => where === "mine");
    if (mine.length > 0) this.#edits += 1;
    // Another tab may be gone before it has sent them.
    for (const { update } of mine) this.#line?.edited(update);
    this.#note({});
  }

  /** @internal Exchanges now and then, and lives on a line where there is one, until it is closed. */
  async live(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const pause = await this.#once();
      if (signal.aborted) return;
      this.#pause = new AbortController();
      await this.#parts.runtime.sleep(pause, this.#pause.signal).catch(() => undefined); // woken
    }
  }

  /** @internal There may be a line again. */
  wake(): void {
    const early = this.#parts.runtime.monotonic() < this.#notBefore;
    if (!early && !isHopeless(this.#status.get().problem)) this.#pause.abort(ENOUGH);
  }

  /** One exchange, and a line behind it; answers how long to wait. */
  async #once(): Promise<number> {
    try {
      await this.sync();
      this.#failures = 0;
      if (this.#parts.runtime.monotonic() < this.#noLineBefore) return LOOK_MS;
      const code = await this.#tryLine();
      return code === undefined ? LOOK_MS : this.#failed(problemOf(code));
    } catch (error) {
      return this.#failed(hasCode(error) ? error.code : "internal", askedFor(error));
    }
  }

  /** Answers how long to wait. */
  #failed(problem: string | undefined, asked = 0): number {
    const { runtime } = this.#parts;
    this.#failures += 1;
    const pause = pauseAfter(problem, this.#failures, runtime.random(), asked);
    this.#notBefore = runtime.monotonic() + (isBusy(problem) ? pause : asked);
    this.#note({ problem, live: false });
    return pause;
  }

  async #exchange(): Promise<void> {
    const { rows, device, signal } = this.#parts;
    await exchange({
      device,
      rows,
      signal,
      address: this,
      doc: this.doc,
      may: this.#status.get().may,
      edits: this.#edits,
      onAnswered: (may) => {
        this.#note({ may, problem: undefined });
      },
    });
    this.#parts.onKept();
    await this.kept();
  }

  /** Where no socket gets through (a proxy, too many lines) one is asked for less and less often. */
  async #tryLine(): Promise<number | undefined> {
    const { runtime } = this.#parts;
    const begun = runtime.monotonic();
    this.#lost += 1;
    this.#noLineBefore = begun + restAfter(this.#lost);
    const code = await this.#runLine();
    if (runtime.monotonic() - begun < STEADY_MS) return code;
    this.#lost = 0;
    this.#noLineBefore = 0;
    return code;
  }

  async #runLine(): Promise<number | undefined> {
    const { device, runtime, openSocket, rows } = this.#parts;
    if (openSocket === undefined || this.#closing.signal.aborted) return undefined;
    const ticket = await ticketFor(device, rows.owner);
    if (this.#closing.signal.aborted) return undefined;
    const line = new LiveLine({
      runtime,
      openSocket,
      doc: this.doc,
      edits: () => this.#edits,
      take: (update) => {
        Y.applyUpdate(this.doc, update, FROM_SERVER);
        void this.kept().catch(() => undefined); // the status says so
      },
      confirmed: (edits) => {
        void this.#confirmed(edits).catch(() => undefined); // asked again at the next edit, or the next line
      },
      denied: () => {
        this.#note({ may: "read", ...(rows.isWaiting && { problem: "forbidden" }) });
      },
      allowed: () => {
        if (this.#status.get().may !== "write") this.#note({ may: "write", problem: undefined });
      },
      opened: () => {
        this.#note({ live: true });
      },
      broke: () => {
        this.#note({ problem: "internal" });
      },
    });
    this.#line = line;
    const url = `${device.url.replace(/\/+$/, "").replace(/^http/, "ws")}/v1/documents/${documentName(this)}`;
    const code = await line.run(url, ticket);
    this.#line = undefined;
    return code;
  }

  /** Somebody wrote in the document here. */
  #wrote(update: Uint8Array): void {
    this.#edits += 1;
    this.#parts.rows.add("mine", update, this.#edits);
    this.#note({});
    this.kept().then(this.#parts.onKept, () => undefined); // the status says so
    if (this.#line === undefined) void this.#soon();
    else this.#line.edited(update);
  }

  async #soon(): Promise<void> {
    const edits = this.#edits;
    await this.#parts.runtime.sleep(REST_MS, this.#closing.signal).catch(() => undefined); // closed
    if (edits === this.#edits && this.#failures === 0) this.wake();
  }

  async #confirmed(edits: number): Promise<void> {
    await this.#parts.rows.confirm(edits);
    this.#note({});
    this.#parts.onKept();
  }

  #note(change: Partial<DocumentStatus>): void {
    const before = this.#status.get();
    const after = { ...before, ...change, waiting: this.#parts.rows.isWaiting };
    const same = (["may", "waiting", "live", "problem", "closed"] as const).every(
      (key) => before[key] === after[key],
    );
    if (!same) this.#status.set(after);
  }
}

/** Whether it says what is wrong, as the errors of stores and our own do. */
function hasCode(error: unknown): error is { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
