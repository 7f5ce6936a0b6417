import type { Store } from "@healthbridge/client-sdk";

/** What somebody has typed into a form, by field. */
export type Typed = Readonly<Record<string, string>>;

interface Row {
  readonly fields: Typed;
  /** when it was typed, ms since 1970 */
  readonly at: number;
}

/** So long nothing more is typed before what was begun is kept. */
const PAUSE_MS = 700;
/** Who has not gone on with a form by then does not come back to it; nobody's details stay for nothing. */
const KEPT_MS = 3 * 24 * 3_600_000;
/** Whose form it is stands behind the colon: a sealed store hides that. */
const PREFIX = "form:";

/**
 * Forms that were begun and not sent, by name. They are kept in a store of their own under the worker's key: when she has looked at another screen, or the app has locked, they are
 * there again, and for her alone.
 */
export class Begun {
  readonly #store: Store;
  readonly #forms: Map<string, Row>;
  /** what is not kept yet as it is */
  readonly #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, forms: Map<string, Row>) {
    this.#store = store;
    this.#forms = forms;
  }

  static async open(store: Store, now: number = Date.now()): Promise<Begun> {
    const nothing: ReadonlyArray<readonly [string, unknown]> = [];
    const rows = await store
      .transaction("read", (tx) => tx.list("meta", { prefix: PREFIX }))
      .catch(() => nothing); // damaged, or no room: that keeps nobody from her desk
    const begun = new Begun(store, new Map());
    for (const [key, value] of rows) {
      const name = key.slice(PREFIX.length);
      const row = asRow(value);
      if (row !== undefined && row.at > now - KEPT_MS) begun.#forms.set(name, row);
      else begun.forget(name);
    }
    return begun;
  }

  of(name: string): Typed | undefined {
    return this.#forms.get(name)?.fields;
  }

  /** Notes how far somebody is: kept after a pause. */
  note(name: string, fields: Typed): void {
    this.#forms.set(name, { fields, at: Date.now() });
    this.#changed.add(name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), PAUSE_MS);
  }

  /** Forgets a form that was sent or emptied, at once: sent, it must not be there again. */
  forget(name: string): void {
    this.#forms.delete(name);
    this.#changed.add(name);
    void this.#keep();
  }

  /** Everything noted is kept, as far as it could be. */
  async close(): Promise<void> {
    await this.#keep();
    await this.#store.close();
  }

  #keep(): Promise<unknown> {
    clearTimeout(this.#timer);
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const names = [...this.#changed];
    this.#changed.clear();
    try {
      await this.#store.transaction("write", async (tx) => {
        for (const name of names) {
          const row = this.#forms.get(name);
          await (row === undefined ? tx.delete("meta", PREFIX + name) : tx.put("meta", PREFIX + name, row));
        }
      });
    } catch {
      for (const name of names) this.#changed.add(name); // no room, or locked a moment ago: tried again with the next letter
    }
  }
}

/** Written by this app alone; whatever else is there is forgotten. */
function asRow(value: unknown): Row | undefined {
  if (typeof value !== "object" || value === null || !("fields" in value) || !("at" in value))
    return undefined;
  const { fields, at } = value;
  if (typeof fields !== "object" || fields === null || typeof at !== "number") return undefined;
  const typed = Object.entries(fields).filter(
    (each): each is [string, string] => typeof each[1] === "string",
  );
  return { fields: Object.fromEntries(typed), at };
}
