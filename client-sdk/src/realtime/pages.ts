import { parseCursors, type SyncRequest, type SyncResponse } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";

/** An answer that came unasked, to whoever stands at these cursors. */
interface Page {
  readonly page: SyncResponse;
  readonly since: string;
}

/** A page, and when it came by both clocks of the device. */
interface KeptPage extends Page {
  readonly wall: number;
  readonly mono: number;
}

/** Beyond this many something is wrong with who should take them. */
const MOST = 16;

/** What the server has sent unasked, kept until this device asks for just that: then it is the answer, and nothing has to travel. */
export class Pages {
  readonly #clock: Pick<Runtime, "now" | "monotonic">;
  readonly #more: () => void;
  #pages: KeptPage[] = [];

  /** @param more told where another page waits behind the one that was taken: an exchange takes one, and whoever was poked twice before it began knows of one */
  constructor(clock: Pick<Runtime, "now" | "monotonic">, more: () => void) {
    this.#clock = clock;
    this.#more = more;
  }

  add(page: Page): void {
    const came = { wall: this.#clock.now(), mono: this.#clock.monotonic() };
    this.#pages = [...this.#pages, { ...page, ...came }].slice(-MOST);
  }

  clear(): void {
    this.#pages = [];
  }

  /** The answer to a request, where it asks for no more than what is new since the cursors of a page. */
  answerTo(request: Partial<SyncRequest>): SyncResponse | undefined {
    const { cursors = "", operations, follow, heard, budget, from = 1 } = request;
    const asksMore = operations !== undefined || follow !== undefined || heard !== undefined || budget === 0;
    const at = asksMore ? -1 : this.#pages.findIndex(({ since }) => isSame(since, cursors));
    const found = this.#pages[at];
    if (found === undefined) return undefined;
    this.#pages = this.#pages.slice(at + 1);
    if (this.#pages.length > 0) this.#more();
    // What was settled of the stream that is named this device knows: it asked for no outcomes.
    return { ...found.page, settled: from - 1, serverTime: found.page.serverTime + this.#heldFor(found) };
  }

  /** ms since it came, from which its time counts: by the wall clock, which people set, or by the other, which may stand still while a device sleeps. */
  #heldFor({ wall, mono }: KeptPage): number {
    return Math.round(Math.max(this.#clock.now() - wall, this.#clock.monotonic() - mono));
  }
}

function isSame(left: string, right: string): boolean {
  const others = parseCursors(right);
  const same = [...parseCursors(left)].every(([feed, { cursor, begun = 0 }]) => {
    const other = others.get(feed);
    return other?.cursor === cursor && (other.begun ?? 0) === begun;
  });
  return same && parseCursors(left).size === others.size;
}
