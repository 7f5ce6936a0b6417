import { parseCursors, type SyncRequest, type SyncResponse } from "@healthbridge/schema/client";

/** An answer that came unasked, to whoever stands at these cursors. */
interface Page {
  readonly page: SyncResponse;
  readonly since: string;
}

/** Beyond this many something is wrong with who should take them. */
const MOST = 16;

/** What the server has sent unasked, kept until this device asks for just that: then it is the answer, and nothing has to travel. */
export class Pages {
  readonly #more: () => void;
  #pages: Page[] = [];

  /** @param more told where another page waits behind the one that was taken: an exchange takes one, and whoever was poked twice before it began knows of one */
  constructor(more: () => void) {
    this.#more = more;
  }

  add(page: Page): void {
    this.#pages = [...this.#pages, page].slice(-MOST);
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
    return { ...found.page, settled: from - 1 };
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
