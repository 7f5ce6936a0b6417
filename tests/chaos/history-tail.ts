import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { DeviceLine } from "./history.ts";

/** Where devices write their histories. */
export interface Histories {
  readonly folder: string;
  readonly clients: ReadonlyArray<{ readonly devices: ReadonlyArray<{ readonly name: string }> }>;
}

/** Reads what devices have added to their histories since it read them last, as far as lines are whole. */
export class HistoryTail {
  readonly #histories: Histories;
  readonly #kinds: readonly string[];
  readonly #read = new Map<string, number>();

  /** @param kinds lines that are wanted; the others are passed over unread */
  constructor(histories: Histories, kinds: ReadonlyArray<DeviceLine["e"]>) {
    this.#histories = histories;
    this.#kinds = kinds.map((kind) => `"e":"${kind}"`);
  }

  added(): readonly DeviceLine[] {
    const { folder, clients } = this.#histories;
    return clients.flatMap(({ devices }) =>
      devices.flatMap(({ name }) => this.#addedTo(join(folder, `${name}.jsonl`))),
    );
  }

  #addedTo(path: string): readonly DeviceLine[] {
    if (!existsSync(path)) return [];
    const from = this.#read.get(path) ?? 0;
    const file = openSync(path, "r");
    const added = Buffer.alloc(fstatSync(file).size - from);
    readSync(file, added, 0, added.length, from);
    closeSync(file);
    const end = added.lastIndexOf("\n") + 1;
    this.#read.set(path, from + end);
    return added
      .toString("utf8", 0, end)
      .split("\n")
      .filter((text) => text.endsWith("}") && this.#kinds.some((kind) => text.includes(kind)))
      .map((text) => JSON.parse(text) as DeviceLine);
  }
}
