import type { RawData } from "ws";
import type { Clock } from "../adapters/clock.ts";
import type { Timers } from "../adapters/timers.ts";
import type { Log } from "../telemetry/log.ts";
import { Allowance, type Rate } from "./allowance.ts";
import { CLOSE, REALTIME } from "./limits.ts";
import type { TicketHolder } from "./tickets.ts";

/** What uses an open socket. Whatever it throws closes the socket, and nothing else. */
export interface SocketUser {
  /** One whole message; larger ones than its handler takes never get here. */
  message(data: Buffer, binary: boolean): void;
  /** The socket is closed; nothing more comes or goes. */
  closed?(): void;
  /** Nothing was sent for a while: says something that a page can see, for pings it cannot. Left out: a ping must do. */
  beat?(): void;
  /** Resolves once what was begun is answered, when the server stops; left out: nothing ever is under way. */
  settled?(): Promise<void>;
}

/** What is used of a socket of `ws`. */
export interface RawSocket {
  readonly OPEN: number;
  readonly readyState: number;
  readonly bufferedAmount: number;
  on(event: "message", listener: (data: RawData, binary: boolean) => void): unknown;
  on(event: "close", listener: (code: number) => void): unknown;
  on(event: "error" | "ping" | "pong", listener: () => void): unknown;
  send(data: string | Uint8Array, options: { readonly compress: boolean }, done: () => void): void;
  ping(data: undefined, mask: undefined, done: () => void): void;
  pause(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** What an open socket is made of. */
export interface SocketParts {
  readonly ws: RawSocket;
  readonly holder: TicketHolder;
  /** what its handler counts by */
  readonly kind: string;
  /** how many messages and pings are taken */
  readonly rate: Rate;
  /** bytes that may wait for it */
  readonly backlogBytes: number;
  readonly log: Log;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onClosed: (socket: OpenSocket, code: number) => void;
  readonly onMessage: (socket: OpenSocket) => void;
}

const NOBODY: SocketUser = { message: () => undefined };

/**
 * One socket, with what is true of every one: its errors are heard (else one bad frame would end the process), too many messages close it, a reader that is too slow is
 * closed before what waits for it fills the memory, and silence is noticed.
 */
export class OpenSocket {
  readonly holder: TicketHolder;
  readonly kind: string;
  readonly #parts: SocketParts;
  #user = NOBODY;
  /** when something was heard or said last */
  #heardAt: number;
  #saidAt: number;
  #askedAt = 0;
  readonly #allowance: Allowance;
  /** what waited at the last look, and since when no less does */
  #backlog = 0;
  #stalledAt: number;
  /** why we closed it */
  #code: number | undefined;

  constructor(parts: SocketParts) {
    const { ws, holder, kind, rate } = parts;
    this.#parts = parts;
    this.holder = holder;
    this.kind = kind;
    const now = parts.clock.monotonic();
    this.#heardAt = now;
    this.#saidAt = now;
    this.#stalledAt = now;
    this.#allowance = new Allowance(rate, now);
    ws.on("error", () => {
      // What was wrong with the frame is in the code the socket closes with.
    });
    ws.on("message", (data, binary) => {
      this.#take(data, binary);
    });
    ws.on("ping", () => {
      this.#hear();
    });
    ws.on("pong", () => {
      this.#heardAt = parts.clock.monotonic();
    });
    ws.on("close", (code) => {
      this.#closed(code);
    });
  }

  /** Hands over whatever comes from now on. */
  use(user: SocketUser): void {
    this.#user = user;
  }

  /** Bytes that were sent and have not left yet. */
  get backlog(): number {
    return this.#parts.ws.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.#code === undefined && this.#parts.ws.readyState === this.#parts.ws.OPEN;
  }

  /** Sends a message: text, or bytes. Not to whom is closing; who is too slow is closed. */
  send(message: string | Uint8Array): void {
    if (!this.isOpen) return;
    const { ws, clock, backlogBytes } = this.#parts;
    this.#saidAt = clock.monotonic();
    ws.send(message, { compress: false }, ignore);
    if (ws.bufferedAmount > backlogBytes) this.end(CLOSE.tooSlow, "too slow");
  }

  /** Closes it with a word on why. Who does not answer in time is cut off. */
  end(code: number, reason: string): void {
    if (this.#code !== undefined) return;
    const { ws, timers } = this.#parts;
    this.#code = code;
    if (code === CLOSE.silent) {
      ws.terminate();
      return;
    }
    ws.close(code, reason);
    timers.after(REALTIME.goodbyeMs, () => {
      ws.terminate();
    });
  }

  /** Looks whether the other side is still there and takes what it is sent. */
  look(now: number): void {
    if (!this.isOpen) return;
    const { ws } = this.#parts;
    const backlog = ws.bufferedAmount;
    if (backlog === 0 || backlog < this.#backlog) this.#stalledAt = now;
    this.#backlog = backlog;
    if (now - this.#heardAt >= 2 * REALTIME.beatMs) return this.end(CLOSE.silent, "");
    if (now - this.#stalledAt >= REALTIME.stallMs) return this.end(CLOSE.tooSlow, "too slow");
    if (now - Math.max(this.#heardAt, this.#askedAt) >= REALTIME.beatMs) {
      this.#askedAt = now;
      ws.ping(undefined, undefined, ignore);
    }
    if (now - this.#saidAt >= REALTIME.beatMs) {
      this.#saidAt = now;
      this.#guarded(() => this.#user.beat?.());
    }
  }

  /** Resolves once what the other side asked for is answered. */
  async settled(): Promise<void> {
    await this.#user.settled?.();
  }

  #take(data: RawData, binary: boolean): void {
    if (this.#code !== undefined || !this.#hear()) return;
    this.#parts.onMessage(this);
    this.#guarded(() => {
      this.#user.message(bytesOf(data), binary);
    });
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.log.error("a socket's user broke", error, {
        kind: this.kind,
        account: this.holder.account,
      });
      this.end(CLOSE.fault, "internal");
    }
  }

  /** Notes that something came; answers whether it was not too much. */
  #hear(): boolean {
    const now = this.#parts.clock.monotonic();
    this.#heardAt = now;
    if (this.#allowance.take(now)) return true;
    this.end(CLOSE.policy, "too many messages");
    // Nothing of it is read any more: it would go on for as long as the other side likes.
    this.#parts.ws.pause();
    return false;
  }

  #closed(code: number): void {
    const user = this.#user;
    this.#user = NOBODY;
    this.#parts.onClosed(this, this.#code ?? code);
    this.#code ??= code;
    this.#guarded(() => user.closed?.());
  }
}

/** An error of sending is followed by the close it belongs to. */
function ignore(): void {
  // heard as `close`
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
