import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Connection, createConnection } from "mysql2/promise";

/** SQL from the side: shares nothing with the product but the database. */
export interface Side {
  /** Rows of a query; fails where the database is not there. */
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The one number of a query; `undefined` where the database is not there just now. */
  number(sql: string, values?: readonly unknown[]): Promise<number | undefined>;
  close(): Promise<void>;
}

/** The database of a data folder. Connects when first asked, and again when it was killed. */
export function openSide(database: string): Side {
  let line: Connection | undefined;
  const connect = async (): Promise<Connection> => {
    if (line !== undefined) return line;
    const password = (await readFile(join(database, "secret"), "utf8")).trim();
    const socketPath = join(database, "run/db.sock");
    const made = await createConnection({
      socketPath,
      user: "healthbridge",
      password,
      database: "healthbridge",
    });
    made.on("error", () => undefined);
    return (line = made);
  };
  const rows: Side["rows"] = async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    try {
      const [found] = await (await connect()).query(sql, [...values]);
      return found as Row[];
    } catch (error) {
      line?.destroy();
      line = undefined;
      throw error;
    }
  };
  return {
    rows,
    async number(sql, values) {
      try {
        const [row] = await rows<object>(sql, values);
        return Number(Object.values(row ?? {})[0]);
      } catch {
        return undefined;
      }
    },
    async close() {
      line?.destroy();
      line = undefined;
    },
  };
}

const ACTIVE = "('pending', 'booked', 'arrived', 'fulfilled', 'noshow')";

/** Pairs of appointments that take the same time of one doctor or of one patient. */
export async function overlaps(side: Side, who: "doctor_id" | "patient_id"): Promise<number | undefined> {
  return side.number(
    `SELECT COUNT(*) FROM appointment a JOIN appointment b ON a.${who} = b.${who} AND a.id < b.id
     AND a.start_at < b.start_at + b.minutes * 60000 AND b.start_at < a.start_at + a.minutes * 60000
     WHERE a.status IN ${ACTIVE} AND b.status IN ${ACTIVE}`,
  );
}

/** Slots marked as taken on the day sheets, by doctor and instant: `<doctor>@<minutes>`. */
export async function takenSlots(side: Side): Promise<ReadonlySet<string>> {
  const sheets = await side.rows<{ doctor_id: string; runs: string }>(
    "SELECT doctor_id, runs FROM day_sheet WHERE runs LIKE '%b%' OR runs LIKE '%h%'",
  );
  const taken = new Set<string>();
  for (const { doctor_id, runs } of sheets) {
    for (const [first, , , step, states] of JSON.parse(runs) as [number, number, number, number, string][]) {
      for (const [at, state] of states.split("").entries())
        if (state === "b" || state === "h") taken.add(`${doctor_id}@${first + at * step}`);
    }
  }
  return taken;
}

/** The same of the appointments themselves. */
export async function bookedTimes(side: Side): Promise<readonly string[]> {
  const rows = await side.rows<{ key: string }>(
    `SELECT CONCAT(doctor_id, '@', start_at DIV 60000) AS \`key\` FROM appointment WHERE status IN ${ACTIVE}`,
  );
  return rows.map(({ key }) => key);
}

/** A sum of everything that care and the queue consist of: the same sum, the same rows. */
export async function fingerprint(side: Side): Promise<string> {
  const tables = ["appointment", "busy_time", "day_sheet", "patient", "operation", "feed", "feed_entry"];
  const sums: string[] = [];
  for (const table of tables) {
    const [row] = await side.rows<{ Checksum: number | string | null }>(`CHECKSUM TABLE ${table}`);
    sums.push(`${table}:${String(row?.Checksum)}`);
  }
  return sums.join(" ");
}
