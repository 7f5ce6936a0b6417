import { DOCUMENT_LIMITS } from "@healthbridge/schema/client";
import * as Y from "yjs";
import type { Runtime } from "../adapters/runtime.ts";
import type { LineSocket, OpenSocket } from "../adapters/platform-socket.ts";
import { answerMessage, askMessage, readMessage, updateMessage } from "./wire.ts";
import { covers } from "./vectors.ts";

/** What a line is for. */
export interface LiveLineParts {
  readonly runtime: Runtime;
  readonly openSocket: OpenSocket;
  readonly doc: Y.Doc;
  /** how many local edits there were */
  readonly edits: () => number;
  /** the server sent this */
  readonly take: (update: Uint8Array) => void;
  /** the server has everything up to an edit */
  readonly confirmed: (edits: number) => void;
  readonly denied: () => void;
  /** it may be written (again) */
  readonly allowed: () => void;
  readonly opened: () => void;
  /** something that came could not be taken */
  readonly broke: () => void;
}

/** The server says something every 14 s. */
const SILENCE_MS = 40_000;
/** After the last edit of a row the server is asked whether it has them all. */
const REST_MS = 1_500;
const MOST_DOUBLINGS = 8;

const NOT_ALL = -1;

/** One socket of one document: says what is written as it is written, takes what others write, and knows what of it the server has stored. */
export class LiveLine {
  readonly #parts: LiveLineParts;
  readonly #ended = Promise.withResolvers<number>();
  readonly #closing = new AbortController();
  #line: LineSocket | undefined;
  #isOpen = false;
  /** everything written before the line was open has been sent on it */
  #toldAll = false;
  /** how many edits had been sent before each ask that is not answered yet */
  readonly #asked: number[] = [];
  /** the same, of the one that was answered last */
  #answered = NOT_ALL;
  #resting = new AbortController();
  /** how often in a row the server lacked something after all had been told */
  #lacking = 0;
  #heardAt: number;

  constructor(parts: LiveLineParts) {
    this.#parts = parts;
    this.#heardAt = parts.runtime.monotonic();
  }

  /** Resolves with the code when the line is over. */
  run(url: string, ticket: string): Promise<number> {
    const line = this.#parts.openSocket(url, [`ticket.${ticket}`]);
    this.#line = line;
    line.binaryType = "arraybuffer";
    line.addEventListener("open", () => {
      this.#isOpen = true;
      this.#ask();
      this.#parts.opened();
    });
    line.addEventListener("message", ({ data }) => {
      this.#heardAt = this.#parts.runtime.monotonic();
      if (!this.#isOpen || !(data instanceof ArrayBuffer)) return;
      try {
        this.#hear(new Uint8Array(data));
      } catch {
        // What cannot be read, or an observer of the app's that threw: the next line begins with all that is missing.
        this.close();
        this.#parts.broke();
      }
    });
    line.addEventListener("error", () => undefined); // it closes as well
    line.addEventListener("close", ({ code }) => {
      this.#end(code);
    });
    void this.#watch();
    return this.#ended.promise;
  }

  /** Something was written here. */
  edited(update: Uint8Array): void {
    if (!this.#isOpen) return;
    const small = update.length <= DOCUMENT_LIMITS.documentUpdateBytes;
    this.#line?.send(small ? updateMessage(update) : answerMessage(update));
    void this.#askSoon();
  }

  close(): void {
    this.#line?.close();
    this.#end(1000);
  }

  #hear(bytes: Uint8Array): void {
    const message = readMessage(bytes);
    switch (message.type) {
      case "update":
        return this.#parts.take(message.update);
      case "answer":
        this.#answered = this.#asked.shift() ?? this.#answered;
        return this.#parts.take(message.update);
      case "ask":
        return this.#compare(message.vector);
      case "denied":
        // What was sent just now was not taken; should it be allowed again, all of it is told anew.
        this.#toldAll = false;
        this.#asked.fill(NOT_ALL);
        this.#answered = NOT_ALL;
        return this.#parts.denied();
      case "other":
    }
  }

  /** The server says how far it is. */
  #compare(vector: Uint8Array): void {
    const { doc, edits, confirmed, allowed } = this.#parts;
    // Whoever may only read is not asked.
    allowed();
    if (!this.#toldAll || !covers(vector, Y.encodeStateVector(doc))) {
      this.#lacking = this.#toldAll ? this.#lacking + 1 : 0;
      this.#toldAll = true;
      this.#line?.send(answerMessage(Y.encodeStateAsUpdate(doc, vector)));
      void this.#askSoon();
      return;
    }
    this.#lacking = 0;
    if (this.#answered === edits()) confirmed(edits());
  }

  #ask(): void {
    this.#asked.push(this.#toldAll ? this.#parts.edits() : NOT_ALL);
    this.#line?.send(askMessage(Y.encodeStateVector(this.#parts.doc)));
  }

  async #askSoon(): Promise<void> {
    this.#resting.abort();
    const resting = (this.#resting = new AbortController());
    // A server that never has it all is sent it again less and less often.
    const ms = REST_MS * 2 ** Math.min(this.#lacking, MOST_DOUBLINGS);
    const rested = await this.#parts.runtime.sleep(ms, resting.signal).then(
      () => true,
      () => false, // something else was written
    );
    if (rested && this.#isOpen) this.#ask();
  }

  async #watch(): Promise<void> {
    const { runtime } = this.#parts;
    const { signal } = this.#closing;
    for (;;) {
      const left = this.#heardAt + SILENCE_MS - runtime.monotonic();
      if (left <= 0) return this.close();
      const slept = await runtime.sleep(left, signal).then(
        () => true,
        () => false, // the line is over
      );
      if (!slept) return;
    }
  }

  #end(code: number): void {
    this.#isOpen = false;
    this.#closing.abort();
    this.#resting.abort();
    this.#ended.resolve(code);
  }
}
