import type { Socket } from "node:net";

/**
 * How a connection ends: `end` is FIN, as if the other side had finished; `reset` is RST ("connection reset by peer"). A reset overtakes what is
 * still under way: on this machine nothing is, over a slow line the receiver may get less than was passed on.
 */
export type Ending = "reset" | "end";

/** While it is shut nothing goes by, and nothing is lost: a network that is silent for a while. */
export class Sluice {
  #shut: PromiseWithResolvers<void> | undefined;

  shut(): void {
    this.#shut ??= Promise.withResolvers();
  }

  open(): void {
    this.#shut?.resolve();
    this.#shut = undefined;
  }

  async passage(): Promise<void> {
    while (this.#shut !== undefined) await this.#shut.promise;
  }
}

/** So much is taken in while nobody reads; then TCP holds the sender back, as it would without us. */
const MOST_WAITING_BYTES = 262_144;

/** One connection, read piece by piece. It is listened to all the time, so its end is noticed whatever we wait for. */
export class Line {
  /** Resolves when the other side has closed or is gone. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #sluice: Sluice;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #over = false;
  #deaf = false;
  #broken = false;
  #arrived = Promise.withResolvers<void>();

  constructor(socket: Socket, sluice: Sluice) {
    this.#socket = socket;
    this.#sluice = sluice;
    const gone = Promise.withResolvers<void>();
    this.gone = gone.promise;
    const end = (): void => {
      this.#over = true;
      this.#arrived.resolve();
      gone.resolve();
    };
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    socket.on("error", () => {
      this.#broken = true;
    });
    socket.on("end", end);
    socket.on("close", end);
  }

  /** Ended by a reset or a refusal rather than in order. */
  get broken(): boolean {
    return this.#broken;
  }

  /** The next bytes, as they came; `undefined` when there are no more. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      await this.#sluice.passage();
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) {
        this.#waitingBytes -= chunk.length;
        if (this.#waitingBytes < MOST_WAITING_BYTES) this.#socket.resume();
        return chunk;
      }
      if (this.#over) return undefined;
      await this.#arrived.promise;
      this.#arrived = Promise.withResolvers();
    }
  }

  /** Puts back what was read too far. */
  unread(rest: Buffer): void {
    if (rest.length === 0) return;
    this.#waiting.unshift(rest);
    this.#waitingBytes += rest.length;
    this.#arrived.resolve();
  }

  /** Resolves when the operating system has the bytes; false when the line is gone. */
  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#socket.destroyed || this.#socket.writableEnded) return Promise.resolve(false);
    if (bytes.length === 0) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const lost = (): void => {
      resolve(false);
    };
    this.#socket.once("close", lost);
    this.#socket.write(bytes, (error) => {
      this.#socket.off("close", lost);
      resolve(error === undefined || error === null);
    });
    return promise;
  }

  /** Hears nothing more, and ends. */
  close(how: Ending): void {
    this.#deaf = true;
    this.#waiting.length = 0;
    this.#socket.resume();
    // A local socket knows no reset: its other side is told so by unread bytes at most.
    const tcp = this.#socket.remotePort !== undefined;
    // Node loses a socket for good that is reset while it says its goodbye (EINVAL), so such a one is only closed.
    const resettable = tcp && !this.#socket.writableEnded;
    if (how === "end" && !this.#socket.destroyed) this.#socket.end();
    else if (resettable) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#deaf) return;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= MOST_WAITING_BYTES) this.#socket.pause();
    this.#arrived.resolve();
  }
}
