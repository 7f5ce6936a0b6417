import { createConnection } from "mysql2/promise";
import { setTimeout as pause } from "node:timers/promises";
import type { Query } from "./checker/document-rows.ts";
import { DocumentLook } from "./document-look.ts";
import type { Journal, RigLine } from "./history.ts";
import { HistoryTail } from "./history-tail.ts";
import type { House } from "./house/house.ts";

const LONGEST_WAIT_MS = 4_000;

/**
 * Looks for what a killed database has forgotten, before any device can offer it again: devices keep what they hold as done, and would hide a loss by mending it.
 */
export class LossCheck {
  readonly #house: House;
  readonly #journal: Journal<RigLine>;
  readonly #outcomes: HistoryTail;
  readonly #documents: DocumentLook;
  readonly #acknowledged = new Set<string>();

  constructor(house: House, journal: Journal<RigLine>) {
    this.#house = house;
    this.#journal = journal;
    this.#outcomes = new HistoryTail(house, ["outcome"]);
    this.#documents = new DocumentLook(house, journal);
  }

  /**
   * Has somebody edit a document; resolves when she is told that the server has it, or after a while. She never comes back, so a kill right behind that shows
   * whether it was true.
   */
  async acknowledgedEdit(): Promise<void> {
    const tail = new HistoryTail(this.#house, ["editing", "stored"]);
    tail.added();
    for (const client of this.#house.clients) client.tell({ do: "edit" });
    const hers = new Set<string>();
    const until = performance.now() + LONGEST_WAIT_MS;
    for (let told = false; !told && performance.now() < until; await pause(20))
      for (const line of tail.added()) {
        if (line.e === "editing" && line.visitor === true) for (const { mark } of line.edits) hers.add(mark);
        told ||= line.e === "stored" && line.edits.some(({ mark }) => hers.has(mark));
      }
  }

  /** Starts the database while no device can reach a server, and compares. */
  async startDatabase(): Promise<void> {
    const { database, entrances } = this.#house;
    await Promise.all(entrances.map(({ proxy }) => proxy.refuse()));
    try {
      await database.start();
      await this.#compare();
    } finally {
      await Promise.all(entrances.map(({ proxy }) => proxy.accept()));
    }
  }

  async #compare(): Promise<void> {
    for (const line of this.#outcomes.added())
      if (line.e === "outcome") this.#acknowledged.add(line.outcome.id);
    const connection = await createConnection({ ...this.#house.database.direct });
    const query: Query = async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await connection.query(sql, [...values]))[0] as Row[];
    try {
      const rows = await query<{ readonly id: string }>(
        "SELECT CONCAT(stream_id, '.', number) AS id FROM operation",
      );
      const stored = new Set(rows.map(({ id }) => id));
      const lost = [...this.#acknowledged].filter((id) => !stored.has(id));
      this.#journal.write({ e: "restarted", acknowledged: this.#acknowledged.size, lost });
      await this.#documents.look(query, "all");
    } finally {
      await connection.end();
    }
  }
}
