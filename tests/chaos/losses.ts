import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { DeviceLine, Journal, RigLine } from "./history.ts";
import type { House } from "./house/house.ts";

/**
 * Looks for what a killed database has forgotten, before any device can offer it again: devices keep what they hold as done, and would hide a loss by mending it.
 */
export class LossCheck {
  readonly #house: House;
  readonly #journal: Journal<RigLine>;
  readonly #acknowledged = new Set<string>();
  readonly #read = new Map<string, number>();

  constructor(house: House, journal: Journal<RigLine>) {
    this.#house = house;
    this.#journal = journal;
  }

  /** Starts the database while no device can reach a server, and compares. */
  async startDatabase(): Promise<void> {
    const { database, entrances } = this.#house;
    await Promise.all(entrances.map(({ proxy }) => proxy.refuse()));
    try {
      await database.start();
      this.#readHistories();
      const stored = await this.#stored();
      const lost = [...this.#acknowledged].filter((id) => !stored.has(id));
      this.#journal.write({ e: "restarted", acknowledged: this.#acknowledged.size, lost });
    } finally {
      await Promise.all(entrances.map(({ proxy }) => proxy.accept()));
    }
  }

  async #stored(): Promise<ReadonlySet<string>> {
    const connection = await createConnection({ ...this.#house.database.direct });
    const [rows] = await connection.query("SELECT CONCAT(stream_id, '.', number) AS id FROM operation");
    await connection.end();
    return new Set((rows as Array<RowDataPacket & { readonly id: string }>).map(({ id }) => id));
  }

  #readHistories(): void {
    for (const { devices } of this.#house.clients)
      for (const { name } of devices) this.#readHistory(join(this.#house.folder, `${name}.jsonl`));
  }

  /** Reads what was added since the last time, as far as lines are whole. */
  #readHistory(path: string): void {
    if (!existsSync(path)) return;
    const from = this.#read.get(path) ?? 0;
    const file = openSync(path, "r");
    const added = Buffer.alloc(fstatSync(file).size - from);
    readSync(file, added, 0, added.length, from);
    closeSync(file);
    const end = added.lastIndexOf("\n") + 1;
    this.#read.set(path, from + end);
    for (const text of added.toString("utf8", 0, end).split("\n")) {
      if (!text.includes('"e":"outcome"')) continue;
      const line = JSON.parse(text) as DeviceLine;
      if (line.e === "outcome") this.#acknowledged.add(line.outcome.id);
    }
  }
}
