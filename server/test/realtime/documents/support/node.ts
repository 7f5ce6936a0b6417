import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../../../../src/adapters/clock.ts";
import { systemRandomness } from "../../../../src/adapters/randomness.ts";
import { systemTimers, type Timers } from "../../../../src/adapters/timers.ts";
import { openPool } from "../../../../src/database/pool.ts";
import { Lifecycle } from "../../../../src/http/lifecycle.ts";
import type { DocumentAccess, DocumentRight } from "../../../../src/realtime/documents/access.ts";
import { createDocuments, type Documents } from "../../../../src/realtime/documents/documents.ts";
import { type DocumentHints, noHints } from "../../../../src/realtime/documents/hints.ts";
import { Sockets } from "../../../../src/realtime/sockets.ts";
import type { TicketHolder, Tickets } from "../../../../src/realtime/tickets.ts";
import { Upgrades } from "../../../../src/realtime/upgrades.ts";
import type { Log } from "../../../../src/telemetry/log.ts";

/** What accounts may do, by account and document; changed while a test runs. */
export class Rights implements DocumentAccess {
  readonly #rights = new Map<string, DocumentRight>();
  readonly #disabled = new Set<string>();

  set(account: string, document: string, right: DocumentRight | undefined): void {
    if (right === undefined) this.#rights.delete(`${account} ${document}`);
    else this.#rights.set(`${account} ${document}`, right);
  }

  disable(account: string): void {
    this.#disabled.add(account);
  }

  active: DocumentAccess["active"] = (accounts) =>
    Promise.resolve(new Set(accounts.filter((account) => !this.#disabled.has(account))));

  of: DocumentAccess["of"] = (asked) =>
    Promise.resolve(
      asked.map(({ holder: { account }, address: { conversation, kind } }) =>
        this.#rights.get(`${account} ${conversation}.${kind}`),
      ),
    );
}

/** What waits so long waits until a test says that it is over. */
const LONG_MS = 30_000;
const DRAIN_MS = 2_000;

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A server that has documents and nothing else. */
export interface DocumentNode extends AsyncDisposable {
  /** `ws://…/v1/documents`, as the stock provider takes it */
  readonly url: string;
  readonly documents: Documents;
  /** a ticket of an account, good once */
  ticket(account: string): string;
  /** Lets so many ms pass for whoever measures silence. */
  pass(ms: number): void;
  /** Ends what waits for half a minute or longer. */
  expire(): void;
  /** Sends everybody away, as a server does that stops. */
  drain(): Promise<void>;
  /** Cuts every line at once and takes no new one, as if the process were gone. */
  cut(): Promise<void>;
}

export async function documentNode(
  databaseUrl: string,
  access: DocumentAccess,
  hints: DocumentHints = noHints,
): Promise<DocumentNode> {
  const pool = openPool({ url: databaseUrl, size: 4 });
  const holders = new Map<string, TicketHolder>();
  let passed = 0;
  const long = new Set<() => void>();
  const clock: Clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + passed };
  const timers: Timers = {
    sleep: systemTimers.sleep,
    after(ms, action) {
      if (ms < LONG_MS) return systemTimers.after(ms, action);
      const once = (): void => {
        long.delete(once);
        action();
      };
      long.add(once);
      return () => long.delete(once);
    },
  };
  const base = { clock, timers };
  const documents = createDocuments({
    ...base,
    pool,
    access,
    hints,
    log: silent,
  });
  const tickets: Tickets = {
    issue: () => Promise.reject(new Error("not here")),
    redeem: (ticket) => {
      const found = holders.get(ticket);
      holders.delete(ticket);
      return Promise.resolve(found);
    },
  };
  const sockets = new Sockets({ ...base, randomness: systemRandomness });
  const upgrades = new Upgrades({
    ...base,
    tickets,
    sockets,
    randomness: systemRandomness,
    log: silent,
    lifecycle: new Lifecycle(),
    settings: { trustedProxies: [], origins: [], addressRate: 6_000 },
  });
  upgrades.register(documents.handler);
  const connections = new Set<Socket>();
  const server = createServer();
  server.on("connection", (connection) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
  });
  server.on("upgrade", (request, connection, head) => void upgrades.take(request, connection, head));
  const port = await listening(server);
  let closed = false;
  const end = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    server.close();
    for (const connection of connections) connection.destroy();
    await documents.close();
    await pool.close();
  };
  return {
    url: `ws://127.0.0.1:${String(port)}/v1/documents`,
    documents,
    ticket(account) {
      const ticket = randomBytes(24).toString("base64url");
      holders.set(ticket, holder(account, `${account}.d`));
      return ticket;
    },
    pass(ms) {
      passed += ms;
    },
    expire() {
      // Some begin to wait again.
      for (const action of Array.from(long)) action();
    },
    drain: () => sockets.sendAway(DRAIN_MS),
    cut: end,
    [Symbol.asyncDispose]: end,
  };
}

function holder(account: string, device: string): TicketHolder {
  return {
    tenant: "clinic",
    account,
    device,
    role: "patient",
    clinics: [],
    doctor: undefined,
    sessionExpiresAt: Infinity,
    origin: undefined,
  };
}

async function listening(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, "127.0.0.1", () => {
    resolve(undefined);
  });
  await promise;
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
