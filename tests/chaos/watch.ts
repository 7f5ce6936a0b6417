import { randomBytes } from "node:crypto";
import { type Connection, createConnection } from "mysql2/promise";
import { setTimeout as pause } from "node:timers/promises";
import { overlaps } from "./checker/rules/one-booking.ts";
import type { AppointmentRow } from "./checker/evidence.ts";
import { COUNTER_VILLAGE } from "./client/workload.ts";
import { DocumentLook } from "./document-look.ts";
import type { Glimpse, Journal, RigLine } from "./history.ts";
import type { House } from "./house/house.ts";

/** Somebody who looks on during the run: at the tables from the side, and at the servers over HTTP as an ordinary reader. */
export interface Watch {
  stop(): Promise<void>;
}

const EVERY_MS = 3_000;
const ACTIVE = "('pending', 'booked', 'arrived', 'fulfilled', 'noshow')";
/** ms a look may take; the database may be frozen */
const PATIENCE_MS = 5_000;

export function beginWatch(house: House, journal: Journal<RigLine>): Watch {
  const ended = new AbortController();
  const tables = new TableReader(house, new DocumentLook(house, journal));
  const reader = new HttpReader(house);
  const watching = (async () => {
    while (!ended.signal.aborted) {
      const counters = await tables.look(journal);
      if (counters !== undefined) await reader.look(journal, Object.keys(counters));
      await pause(EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      ended.abort();
      await watching;
      tables.close();
    },
  };
}

class TableReader {
  readonly #house: House;
  readonly #documents: DocumentLook;
  #line: Connection | undefined;

  constructor(house: House, documents: DocumentLook) {
    this.#house = house;
    this.#documents = documents;
  }

  /** Writes down what the tables show; answers the counters, or nothing where the database is away. */
  async look(journal: Journal<RigLine>): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      const active = await this.#rows<AppointmentRow>(
        `SELECT id, doctor_id, patient_id, start_at, minutes, patient_busy FROM appointment WHERE status IN ${ACTIVE} AND queue_number IS NULL`,
      );
      const counts = await this.#rows<{ id: string; card_number: string }>(
        `SELECT id, card_number FROM patient WHERE village = '${COUNTER_VILLAGE}'`,
      );
      const counters = Object.fromEntries(counts.map(({ id, card_number }) => [id, card_number]));
      const found = [
        ...overlaps(active, "doctor_id"),
        ...overlaps(
          active.filter(({ patient_busy }) => patient_busy === null),
          "patient_id",
        ),
      ].length;
      journal.write({ e: "poll", overlaps: found, counters });
      await this.#documents.look((sql, values) => this.#rows(sql, values), "news");
      return counters;
    } catch {
      this.close();
      return undefined;
    }
  }

  close(): void {
    this.#line?.destroy();
    this.#line = undefined;
  }

  async #rows<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.#line === undefined) {
      const made = await createConnection({ ...this.#house.database.direct, connectTimeout: PATIENCE_MS });
      made.on("error", () => undefined);
      this.#line = made;
    }
    const [rows] = await this.#line.query({ sql, timeout: PATIENCE_MS, values: [...values] });
    return rows as Row[];
  }
}

/** A member of staff with a screen that asks one server after the other. */
class HttpReader {
  readonly #house: House;
  #turn = 0;
  #token = "";

  constructor(house: House) {
    this.#house = house;
  }

  async look(journal: Journal<RigLine>, counters: readonly string[]): Promise<void> {
    this.#turn += 1;
    const { server } = this.#house.entrances[this.#turn % this.#house.entrances.length] ?? {};
    const id = counters[this.#turn % counters.length];
    if (server === undefined || id === undefined) return;
    const url = `http://127.0.0.1:${server.port}`;
    try {
      const patient = await this.#get(url, `/v1/patients/${id}`);
      const shown = await this.#get(url, "/v1/appointments?limit=50");
      const items = (shown?.["items"] ?? []) as ReadonlyArray<{
        readonly id: string;
        readonly status: string;
      }>;
      const glimpses: Glimpse[] = items.map((each) => ({
        kind: "appointment",
        id: each.id,
        shows: each.status,
        waiting: false,
      }));
      const card = patient?.["cardNumber"];
      if (typeof card === "string") glimpses.push({ kind: "patient", id, shows: card, waiting: false });
      journal.write({ e: "get", server: server.name, glimpses });
    } catch {
      // The server is away just now.
    }
  }

  async #get(url: string, path: string): Promise<Record<string, unknown> | undefined> {
    for (let time = 0; time < 2; time += 1) {
      const headers = { authorization: `Bearer ${this.#token}` };
      const response = await fetch(url + path, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (response.ok) return (await response.json()) as Record<string, unknown>;
      if (response.status !== 401) return undefined;
      await this.#signIn(url);
    }
    return undefined;
  }

  async #signIn(url: string): Promise<void> {
    const [tenant] = this.#house.tenants;
    const account = tenant?.accounts.find(({ role }) => role === "staff");
    const { login, password } = account ?? {};
    const nonce = randomBytes(32).toString("base64url");
    const response = await fetch(`${url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ tenant: tenant?.id, login, password, device: "onlooker", nonce }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const session = (await response.json()) as { accessToken?: string };
    this.#token = session.accessToken ?? "";
  }
}
