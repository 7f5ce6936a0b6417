import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPool } from "../../../server/src/database/pool.ts";
import { read } from "../../../server/src/database/read.ts";
import { createDatabase } from "../../setup/fresh-database.ts";
import { type Program, start, until } from "../../setup/process.ts";
import { EXAMPLES } from "./builds.ts";

const SERVER = "tests/browser/demo-server.ts";

/** The server with the demo's data on a database of its own, serving the three apps. */
export interface Site extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** the doctor whose account the demo has, by her name */
  readonly doctor: string;
  /** Stops in order, and starts again on the same port; with other builds of the apps, as a release does. */
  release(apps: string): Promise<void>;
  /** Opens a patient's account, as anybody can in the demo. */
  register(person: {
    readonly login: string;
    readonly password: string;
    readonly name: string;
  }): Promise<void>;
  /** What the database holds of what was asked for with these very words: nothing that was lost, nothing twice. */
  appointments(reason: string): Promise<readonly Agreed[]>;
  messages(text: string): Promise<number>;
  patients(name: string): Promise<number>;
  /** What the server has said in all its lives. */
  said(): string;
}

export interface Agreed {
  readonly status: string;
  readonly startAt: number;
}

/**
 * Starts it, and waits until it takes requests.
 * @param given an empty database; one of its own of the tests' server where left out
 */
export async function openSite(given?: string): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const url = given ?? stack.use(await createDatabase({ migrated: false })).url;
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-site-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const lives: Program[] = [];
  let port = "0";
  const open = async (apps: string): Promise<void> => {
    const program = start(SERVER, [], {
      PORT: port,
      DATABASE_URL: url,
      HEALTHBRIDGE_DATA: folder,
      HEALTHBRIDGE_APPS: apps,
      HEALTHBRIDGE_ACCOUNT_RATE: "100000",
      HEALTHBRIDGE_ADDRESS_RATE: "100000",
    });
    lives.push(program);
    port = await until("the server to be ready", () => {
      if (!program.running()) throw new Error(`The server ended:\n${program.said()}`);
      return /Ready at http:\/\/[^:]+:(\d+)/.exec(program.said())?.[1];
    });
  };
  const close = async (): Promise<void> => {
    lives.at(-1)?.kill("SIGTERM");
    await lives.at(-1)?.ended;
  };
  stack.defer(close);
  await open(EXAMPLES);
  const pool = openPool({ url });
  stack.defer(() => pool.close());
  const count = async (sql: string, value: string): Promise<number> => {
    const [row] = await read(pool, (reader) => reader.query<{ n: number }>(sql, [value]));
    return Number(row?.n);
  };
  const owned = stack.move();
  return {
    host: "127.0.0.1",
    get port() {
      return Number(port);
    },
    doctor: /rain-falls-on-tin-roofs +(Dr [^,]+),/.exec(lives[0]?.said() ?? "")?.[1] ?? "",
    async release(apps) {
      await close();
      await open(apps);
    },
    async register(person) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/accounts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(person),
      });
      if (!answer.ok) throw new Error(`No account for ${person.login}: ${await answer.text()}`);
    },
    appointments: (reason) =>
      read(pool, (reader) =>
        reader.query<Agreed>("SELECT status, start_at AS startAt FROM appointment WHERE reason = ?", [
          reason,
        ]),
      ),
    messages: (text) => count("SELECT COUNT(*) AS n FROM message WHERE text = ?", text),
    patients: (name) => count("SELECT COUNT(*) AS n FROM patient WHERE name = ?", name),
    said: () => lives.map((life) => life.said()).join("\n"),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
