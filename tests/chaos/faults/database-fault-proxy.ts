import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatDatabaseUrl, parseDatabaseUrl } from "../../../server/src/database/database-url.ts";
import { type Address, Door, type FaultControl, type FaultEvent } from "./door.ts";
import type { Line } from "./line.ts";
import { type Packet, packets } from "./mysql-wire.ts";

/** What may happen to one statement. Bytes are counted from the first of its packet (or of its answer). */
export type DatabaseFault =
  /**
   * Both sides are cut after so many bytes. `request` with 0: the statement never reaches the database. `response` with 0: the database has
   * done it and said so, and nobody hears it.
   */
  | { readonly kind: "cut"; readonly direction: "request" | "response"; readonly afterBytes: number }
  /** Sent whole, and both sides cut at once: whether the database still does it nobody can know. */
  | { readonly kind: "cut-unheard" }
  /** The client is cut and the statement not sent, while the database believes for so long that all is well: its locks stay. */
  | { readonly kind: "ghost"; readonly ms: number }
  | { readonly kind: "delay"; readonly ms: number; readonly direction?: "request" | "response" }
  /** Not passed on until `lift`, or until the client gives up. */
  | { readonly kind: "hold" }
  /** Done by the database; its answer never comes, and the line stays open in silence, until `lift`. */
  | { readonly kind: "half-open" };

/** What a plan is asked about: a statement that a client sent. */
export interface Statement {
  /** from 1, over all connections */
  readonly number: number;
  /** from 1 */
  readonly connection: number;
  /** its beginning */
  readonly sql: string;
  readonly commit: boolean;
  /** of the whole packet */
  readonly bytes: number;
}

/** A proxy before the database. What is not a query (sign-in, ping) always passes. */
export interface DatabaseFaultProxy extends FaultControl {
  /** The database's address, account included, with the way through this proxy. */
  readonly url: string;
  /** What happens to statements from now on; asked once for each. */
  plan(decide: (statement: Statement) => DatabaseFault | undefined): void;
}

export interface DatabaseFaultProxyOptions {
  /** as in DATABASE_URL; a local socket is met with a local socket, a port with a port */
  readonly url: string;
  readonly onFault?: (event: FaultEvent) => void;
}

export async function startDatabaseFaultProxy(
  options: DatabaseFaultProxyOptions,
): Promise<DatabaseFaultProxy> {
  const { socketPath, host, port } = parseDatabaseUrl(options.url);
  // A database trusts its own machine's socket with a plain password, so a port in front of one could not sign in.
  const folder = socketPath === undefined ? undefined : await mkdtemp(join(tmpdir(), "healthbridge-proxy-"));
  const proxy = new DatabaseProxy(
    options,
    socketPath === undefined ? { host, port } : { socketPath },
    folder === undefined ? { host: "127.0.0.1", port: 0 } : { socketPath: join(folder, "db.sock") },
    folder,
  );
  await proxy.accept();
  return proxy;
}

const COMMIT = /^\s*commit\b/i;
const SHOWN_SQL = 80;

/** One client's connection, and the one to the database that goes with it. */
interface Session {
  readonly client: Line;
  readonly database: Line;
  readonly connection: number;
  /** What becomes of what the database says. */
  readonly answer: { left: number; lost: boolean; delayMs: number };
}

class DatabaseProxy extends Door implements DatabaseFaultProxy {
  readonly #url: string;
  readonly #folder: string | undefined;
  #decide: (statement: Statement) => DatabaseFault | undefined = () => undefined;

  constructor(
    { url, onFault }: DatabaseFaultProxyOptions,
    target: Address,
    listen: Address,
    folder: string | undefined,
  ) {
    super({ target, listen }, (client) => this.#serveClient(client), onFault);
    this.#url = url;
    this.#folder = folder;
  }

  get url(): string {
    return formatDatabaseUrl({ ...parseDatabaseUrl(this.#url), ...this.address });
  }

  plan(decide: (statement: Statement) => DatabaseFault | undefined): void {
    this.#decide = decide;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #serveClient(client: Line): Promise<void> {
    const session: Session = {
      client,
      database: this.upstream(),
      connection: this.stats.connections,
      answer: { left: Number.POSITIVE_INFINITY, lost: false, delayMs: 0 },
    };
    const answering = this.#passAnswers(session);
    await this.#passStatements(session);
    await answering;
  }

  async #passStatements(session: Session): Promise<void> {
    for await (const packet of packets(session.client)) {
      const stays =
        packet.sql === undefined
          ? await this.#send(session, packet.wire)
          : await this.#serveStatement(session, packet, packet.sql);
      if (stays) continue;
      session.client.close("reset");
      session.database.close("reset");
      return;
    }
    // The client left by itself: the database sees the same.
    session.database.close("end");
  }

  #serveStatement(session: Session, { wire }: Packet, sql: string): Promise<boolean> {
    const number = this.nextNumber();
    const { connection } = session;
    const commit = COMMIT.test(sql);
    const fault = this.#decide({ number, connection, sql, commit, bytes: wire.length });
    if (fault === undefined) return this.#send(session, wire);
    this.note(fault.kind, number, sql.slice(0, SHOWN_SQL));
    return this.#make(fault, session, wire);
  }

  /** False when both sides are to be cut. */
  async #make(fault: DatabaseFault, session: Session, wire: Buffer): Promise<boolean> {
    switch (fault.kind) {
      case "cut":
        if (fault.direction === "response") {
          session.answer.left = fault.afterBytes;
          return this.#send(session, wire);
        }
        await this.#send(session, wire.subarray(0, fault.afterBytes));
        return false;
      case "cut-unheard":
        await this.#send(session, wire);
        return false;
      case "ghost":
        session.client.close("reset");
        await this.rest(fault.ms);
        return false;
      case "delay":
        if (fault.direction === "response") session.answer.delayMs = fault.ms;
        else await this.rest(fault.ms);
        return this.#send(session, wire);
      case "hold":
        await Promise.race([this.lifted, session.client.gone]);
        return this.#send(session, wire);
      case "half-open":
        break;
    }
    session.answer.lost = true;
    const { lifted } = this;
    await this.#send(session, wire);
    await Promise.race([lifted, session.client.gone]);
    return false;
  }

  async #send({ database }: Session, bytes: Buffer): Promise<boolean> {
    const sent = await database.write(bytes);
    if (sent) this.count("up", bytes.length);
    return sent;
  }

  async #passAnswers({ client, database, answer }: Session): Promise<void> {
    while (answer.left > 0) {
      const chunk = await database.next();
      if (chunk === undefined) break;
      if (answer.lost) continue;
      if (answer.delayMs > 0) await this.rest(answer.delayMs);
      answer.delayMs = 0;
      const passed = chunk.subarray(0, answer.left);
      if (!(await client.write(passed))) break;
      this.count("down", passed.length);
      answer.left -= passed.length;
    }
    const cut = answer.left <= 0 || database.broken;
    client.close(cut ? "reset" : "end");
    database.close("end");
  }
}
