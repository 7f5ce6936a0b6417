import type { SqlValue } from "../../../server/src/database/lease.ts";
import { type AppointmentRow, type Beginning, type Statement, THINGS } from "./schedule.ts";

/** A statement as it is sent. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const CELL_MS = 300_000;
const APPOINTMENT =
  "INSERT INTO `appointment` (`id`, `tenant_id`, `doctor_id`, `clinic_id`, `patient_id`, `start_at`, `offset_minutes`, `minutes`, `zone`, `status`) VALUES ?";
const BUSY = "INSERT INTO `busy_time` (`who`, `cell`, `appointment_id`) VALUES ?";
const STREAM =
  "INSERT INTO stream (id, tenant_id, account_id, device_id, settled, pruned_through, durable_through, touched_at) VALUES ?";
const FEED = "INSERT INTO feed (handle, tenant_id, name, number, horizon) VALUES ?";
const ENTRY =
  "INSERT INTO feed_entry (feed, kind, entity_id, number, gone, origin, other_number, changed_at) VALUES ?";
const OPERATION =
  "INSERT INTO `operation` (`stream_id`, `number`, `tenant_id`, `account_id`, `type`, `fingerprint`, `input`, `applied`, `outcome`, `made_at`, `decided_at`) VALUES ?";

/**
 * The names of one schedule: no other schedule's, so that all can share a database. What can be named 1, 2, 3 has keys 10, 20, 30, and between them stand rows that nobody
 * names (5, 15, 25, 35): an InnoDB lock on a gap then reaches no key but the one it is about, which is what the model keeps.
 */
export class Names {
  readonly tenant: string;
  readonly #base: number;

  constructor(schedule: number) {
    this.tenant = `s${String(schedule).padStart(6, "0")}`;
    this.#base = schedule * 1000;
  }

  id(kind: "a" | "w" | "e" | "t" | "n", key: number): string {
    return `${this.tenant}${kind}${String(key).padStart(2, "0")}`;
  }

  cell(key: number): number {
    return this.#base + key;
  }

  handle(key: number): number {
    return this.#base + key;
  }

  /** Rows that are there before a schedule begins, in an order that foreign keys allow. */
  beginning({ appointments, streams, feeds, entries, operations }: Beginning): readonly Sql[] {
    const between = Array.from({ length: THINGS + 1 }, (_, at) => at * 10 + 5);
    const all = Array.from({ length: THINGS }, (_, at) => at * 10 + 10);
    const keys = (named: readonly number[]): readonly number[] => [
      ...between,
      ...named.map((each) => each * 10),
    ];
    const busy = appointments.flatMap(({ id, doctor, patient }) =>
      [...new Set([doctor, patient])].map((who) => [
        this.id("w", who * 10),
        this.cell(id * 10),
        this.id("a", id * 10),
      ]),
    );
    const statements: readonly (readonly [string, readonly SqlValue[][]])[] = [
      [
        BUSY,
        [
          ...all.flatMap((who) =>
            between.map((cell) => [this.id("w", who), this.cell(cell), `${this.tenant}x`]),
          ),
          ...busy,
        ],
      ],
      [APPOINTMENT, between.map((key) => this.#appointment(key, 5, 5, 5, "cancelled"))],
      [
        APPOINTMENT,
        appointments.map(({ id, doctor, patient }) =>
          this.#appointment(id * 10, doctor * 10, patient * 10, id * 10, "booked"),
        ),
      ],
      [STREAM, keys(streams).map((key) => this.#stream(key))],
      [FEED, keys(feeds).map((key) => [this.handle(key), this.tenant, this.id("n", key), 0, 0])],
      [
        ENTRY,
        [
          ...all.flatMap((feed) => between.map((entity) => this.#entry(feed, entity, 9))),
          ...entries.map(({ feed, entity }) => this.#entry(feed * 10, entity * 10, 1)),
        ],
      ],
      [
        OPERATION,
        [
          ...all.flatMap((stream) => between.map((number) => this.#operation(stream, number))),
          ...operations.map(({ stream, number }) => this.#operation(stream * 10, number * 10)),
        ],
      ],
    ];
    return statements.filter(([, rows]) => rows.length > 0).map(([sql, rows]) => ({ sql, values: [rows] }));
  }

  /** A statement, as the server words it. */
  // oxlint-disable-next-line typescript/consistent-return -- every statement has its case, which tsc and the exhaustiveness rule see to
  sql(statement: Exclude<Statement, { readonly do: "commit" | "rollback" }>): Sql {
    switch (statement.do) {
      case "look":
        return {
          sql: "SELECT id, status, first_cell FROM appointment WHERE id IN (?)",
          values: [this.#ids("a", statement.ids)],
        };
      case "lockAppointments":
        return {
          sql: "SELECT id, status, start_at, first_cell FROM appointment WHERE id IN (?) ORDER BY id FOR UPDATE",
          values: [this.#ids("a", statement.ids)],
        };
      case "takeTime": {
        const { id, who, cell } = statement;
        return {
          sql: BUSY,
          values: [who.map((each) => [this.id("w", each * 10), this.cell(cell * 10), this.id("a", id * 10)])],
        };
      }
      case "insertAppointment": {
        const { id, doctor, patient, cell } = statement;
        return {
          sql: APPOINTMENT,
          values: [[this.#appointment(id * 10, doctor * 10, patient * 10, cell * 10, "booked")]],
        };
      }
      case "cancel":
        return {
          sql: "UPDATE appointment SET status = 'cancelled' WHERE id IN (?)",
          values: [this.#ids("a", statement.ids)],
        };
      case "releaseTime":
        return {
          sql: "DELETE FROM busy_time WHERE appointment_id IN (?)",
          values: [this.#ids("a", statement.ids)],
        };
      case "updateAppointments":
        return this.#updateAppointments(statement.rows);
      case "openStreams":
        return {
          sql: `${STREAM} ON DUPLICATE KEY UPDATE touched_at = ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000)`,
          values: [statement.ids.toSorted((left, right) => left - right).map((id) => this.#stream(id * 10))],
        };
      case "readStreams":
        return {
          sql: "SELECT id, settled, pruned_through, touched_at FROM stream WHERE id IN (?)",
          values: [this.#ids("t", statement.ids)],
        };
      case "settle":
        return {
          sql: "UPDATE stream SET settled = CASE id WHEN ? THEN ? END WHERE id IN (?)",
          values: [this.id("t", statement.id * 10), statement.settled, [this.id("t", statement.id * 10)]],
        };
      case "claimStream":
        return {
          sql: "SELECT pruned_through AS through FROM stream WHERE id = ? FOR UPDATE SKIP LOCKED",
          values: [this.id("t", statement.id * 10)],
        };
      case "pruneOperations":
        return {
          sql: "DELETE FROM operation WHERE stream_id = ? AND number > ? AND number <= ? AND applied = 1 AND (outcome IS NULL OR type = 'message.send')",
          values: [this.id("t", statement.stream * 10), 0, statement.through * 10],
        };
      case "insertOperations":
        return {
          sql: OPERATION,
          values: [statement.numbers.map((each) => this.#operation(statement.stream * 10, each * 10))],
        };
      case "makeFeeds":
        return {
          sql: "INSERT INTO feed (tenant_id, name, number, horizon) VALUES ? ON DUPLICATE KEY UPDATE number = number",
          values: [this.#ids("n", statement.names).map((name) => [this.tenant, name, 0, 0])],
        };
      case "lockFeeds":
        return {
          sql: "SELECT handle, tenant_id AS tenant, name, number FROM feed WHERE (tenant_id, name) IN (?) ORDER BY handle FOR UPDATE",
          values: [this.#ids("n", statement.names).map((name) => [this.tenant, name])],
        };
      case "claimFeeds":
        return {
          sql: "SELECT handle FROM feed WHERE handle IN (?) ORDER BY handle FOR UPDATE SKIP LOCKED",
          values: [this.#handles(statement.names)],
        };
      case "bumpFeeds": {
        const handles = this.#handles(statement.names);
        const cases = handles.map(() => "WHEN ? THEN ?").join(" ");
        return {
          sql: `UPDATE feed SET number = CASE handle ${cases} END WHERE handle IN (?)`,
          values: [...handles.flatMap((handle) => [handle, statement.number]), handles],
        };
      }
      case "writeEntries":
        return {
          sql: `${ENTRY} ON DUPLICATE KEY UPDATE other_number = IF(origin <=> VALUES(origin), other_number, number),
       number = VALUES(number), gone = VALUES(gone), origin = VALUES(origin), changed_at = VALUES(changed_at)`,
          values: [
            statement.entities.map((entity) =>
              this.#entry(statement.feed * 10, entity * 10, statement.number),
            ),
          ],
        };
      case "readHolders":
        return {
          sql: `SELECT e.entity_id AS id, f.tenant_id AS tenant, f.name AS feed FROM feed_entry e JOIN feed f ON f.handle = e.feed
     WHERE e.kind = 'patient' AND e.gone = 0 AND e.entity_id IN (?)`,
          values: [this.#ids("e", statement.entities)],
        };
    }
  }

  #updateAppointments(rows: readonly AppointmentRow[]): Sql {
    const sorted = rows.toSorted((left, right) => left.id - right.id);
    const source = sorted
      .map((_, at) => (at === 0 ? "SELECT ? AS `id`, ? AS `start_at`, ? AS `status`" : "SELECT ?, ?, ?"))
      .join(" UNION ALL ");
    return {
      sql: `UPDATE \`appointment\` t JOIN (${source}) v ON t.id = CONVERT(v.id USING ascii) COLLATE ascii_bin SET t.\`start_at\` = v.\`start_at\`, t.\`status\` = v.\`status\``,
      values: sorted.flatMap(({ id, cell, status }) => [
        this.id("a", id * 10),
        this.cell(cell * 10) * CELL_MS,
        status,
      ]),
    };
  }

  #ids(kind: "a" | "e" | "t" | "n", keys: readonly number[]): readonly string[] {
    return keys.map((key) => this.id(kind, key * 10)).toSorted();
  }

  #handles(keys: readonly number[]): readonly number[] {
    return keys.map((key) => this.handle(key * 10)).toSorted((left, right) => left - right);
  }

  #appointment(key: number, doctor: number, patient: number, cell: number, status: string): SqlValue[] {
    return [
      this.id("a", key),
      this.tenant,
      this.id("w", doctor),
      "clinic",
      this.id("w", patient),
      this.cell(cell) * CELL_MS,
      180,
      5,
      "Africa/Nairobi",
      status,
    ];
  }

  #stream(key: number): SqlValue[] {
    return [this.id("t", key), this.tenant, "account", null, 0, 0, 0, 0];
  }

  #entry(feed: number, entity: number, number: number): SqlValue[] {
    return [this.handle(feed), "patient", this.id("e", entity), number, 0, null, 0, 0];
  }

  #operation(stream: number, number: number): SqlValue[] {
    return [this.id("t", stream), number, this.tenant, "account", "a.type", "print", "{}", 1, null, 0, 0];
  }
}
