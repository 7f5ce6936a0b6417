import { type SeededRandom, seededRandom } from "@healthbridge/client-sdk/testing";
import type { LineBytes, LineQuality, LineSettings } from "./bad-line.ts";
import { type Address, Door, type FaultControl } from "./door.ts";
import type { Line } from "./line.ts";

/**
 * The bad line where no network of one's own can be had: a TCP proxy that delays. It knows no packets, so it reckons with those that TCP would
 * send: 1,448 bytes of data behind 52 bytes of heads, an acknowledgement the other way for every second one, three to open a connection. A packet
 * that is lost arrives after the first, second ... time TCP would send it again, with a time-out of a second that doubles; everything behind it
 * on its connection waits, as TCP keeps order. That is harder than the real thing, where later packets often give a loss away sooner. A packet
 * that comes twice costs nothing but its count: TCP drops it.
 */
export interface LineProxy extends FaultControl {
  readonly url: string;
  readonly bytes: () => LineBytes;
  /** The line is better or worse from now on; what is under way arrives as it would have. */
  become(quality: LineQuality): void;
}

export async function startLineProxy(
  target: { readonly host: string; readonly port: number },
  settings: LineSettings,
): Promise<LineProxy> {
  const proxy = new SlowDoor(target, settings);
  await proxy.accept();
  return proxy;
}

const SEGMENT_BYTES = 1_448;
const HEAD_BYTES = 52;
const FIRST_TIMEOUT_MS = 1_000;
/** The heads that a 3-way handshake takes, with their options. */
const HANDSHAKE_BYTES = 60;

type Way = "up" | "down";

class SlowDoor extends Door implements LineProxy {
  #quality: LineQuality;
  readonly #random: Readonly<Record<Way, SeededRandom>>;
  readonly #count = { up: emptyCount(), down: emptyCount() };
  /** when the line has sent what it was given */
  #freeAt = 0;

  constructor(target: Address, settings: LineSettings) {
    super({ target, listen: { host: "127.0.0.1", port: 0 } }, (client) => this.#serveClient(client));
    this.#quality = settings;
    const random = seededRandom(settings.seed);
    this.#random = { up: random.fork("up"), down: random.fork("down") };
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  readonly bytes = (): LineBytes => structuredClone(this.#count);

  become(quality: LineQuality): void {
    this.#quality = quality;
    this.#freeAt = 0;
  }

  async #serveClient(client: Line): Promise<void> {
    for (const way of ["up", "down"] as const) await this.#until(this.#packet(way, HANDSHAKE_BYTES));
    const server = this.upstream();
    await Promise.all([this.#carry("up", client, server), this.#carry("down", server, client)]);
  }

  /** Reads no faster than the line sends, so that a sender is held back as TCP's window would. */
  async #carry(way: Way, from: Line, to: Line): Promise<void> {
    let arrivedAt = 0;
    let delivered: Promise<unknown> = Promise.resolve();
    for (let chunk = await from.next(); chunk !== undefined; chunk = await from.next()) {
      for (let at = 0, segment = 0; at < chunk.length; at += SEGMENT_BYTES, segment += 1) {
        const piece = chunk.subarray(at, at + SEGMENT_BYTES);
        arrivedAt = Math.max(arrivedAt, this.#packet(way, piece.length + HEAD_BYTES));
        if (segment % 2 === 1) this.#packet(way === "up" ? "down" : "up", HEAD_BYTES);
        const moment = arrivedAt;
        delivered = delivered.then(() => this.#until(moment)).then(() => to.write(piece));
        await this.#until(this.#freeAt);
      }
    }
    await delivered;
    await this.#until(performance.now() + this.#quality.delayMs);
    to.close(from.broken ? "reset" : "end");
  }

  /** Sends one packet, as often as it takes; answers when it arrives. */
  #packet(way: Way, bytes: number): number {
    const { delayMs, jitterMs, loss, duplicates, bitsPerSecond } = this.#quality;
    const random = this.#random[way];
    const count = this.#count[way];
    const send = (): void => {
      this.#freeAt = Math.max(this.#freeAt, performance.now()) + (bytes * 8_000) / bitsPerSecond;
      count.packets += 1;
      count.bytes += bytes;
    };
    send();
    let waited = 0;
    for (let timeout = FIRST_TIMEOUT_MS; random() < loss; timeout *= 2) {
      count.lost += 1;
      waited += timeout;
      send();
    }
    if (random() < duplicates) count.doubled += 1;
    return this.#freeAt + waited + delayMs + (2 * random() - 1) * jitterMs;
  }

  async #until(moment: number): Promise<void> {
    const ms = moment - performance.now();
    if (ms > 0) await this.rest(ms);
  }
}

function emptyCount(): { bytes: number; packets: number; lost: number; doubled: number } {
  return { bytes: 0, packets: 0, lost: 0, doubled: 0 };
}
