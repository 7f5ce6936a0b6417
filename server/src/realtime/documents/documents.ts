import { DOCUMENT_CLOSE, type DocumentAddress, parseDocumentName } from "@healthbridge/schema";
import type { Hono } from "hono";
import { refused } from "../../accounts/refused.ts";
import type { Clock } from "../../adapters/clock.ts";
import { createRateLimiter, type RateLimiter } from "../../adapters/rate-limiter.ts";
import type { Timers } from "../../adapters/timers.ts";
import type { DatabasePool } from "../../database/pool.ts";
import type { Authenticate, SignedInEnv } from "../../http/context.ts";
import { httpProblem } from "../../http/problem.ts";
import type { Log } from "../../telemetry/log.ts";
import type { OpenSocket } from "../open-socket.ts";
import type { Arrived, UpgradeHandler } from "../upgrades.ts";
import type { DocumentAccess, DocumentRight } from "./access.ts";
import { startApplyThread } from "./apply-thread.ts";
import { DocumentLog } from "./document-log.ts";
import { DocumentMetrics } from "./document-metrics.ts";
import { documentRoutes } from "./document-routes.ts";
import { DOCUMENT_MESSAGE_BYTES, DocumentSocket } from "./document-socket.ts";
import type { DocumentHints } from "./hints.ts";
import { SOCKET_LIMITS } from "./limits.ts";
import { LogWriter } from "./log-writer.ts";
import { watchRights } from "./rights-watch.ts";
import { Rooms } from "./rooms.ts";
import { ThreadTime } from "./thread-time.ts";
import { deniedFrame } from "./wire.ts";

/** What documents are made of. */
export interface DocumentsParts {
  readonly pool: DatabasePool;
  readonly access: DocumentAccess;
  readonly hints: DocumentHints;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** The documents of consultations: over sockets, and over HTTP where no socket lives. */
export interface Documents {
  readonly handler: UpgradeHandler;
  readonly routes: (authenticate: Authenticate) => Hono<SignedInEnv>;
  readonly metrics: ReturnType<DocumentMetrics["metrics"]>;
  close(): Promise<void>;
}

const MINUTE_SECONDS = 60;
const CLEAR_MS = 60_000;

export function createDocuments(parts: DocumentsParts): Documents {
  return new OpenDocuments(parts);
}

/** What was found out before a socket is opened. */
interface Admitted {
  readonly address: DocumentAddress;
  readonly right: DocumentRight | undefined;
}

class OpenDocuments implements Documents {
  readonly handler: UpgradeHandler;
  readonly #parts: DocumentsParts;
  readonly #thread: ReturnType<typeof startApplyThread>;
  readonly #counts = new DocumentMetrics();
  readonly #time: ThreadTime;
  readonly #rooms: Rooms;
  readonly #sockets = new Set<DocumentSocket>();
  readonly #admitted = new WeakMap<Arrived, Admitted>();
  readonly #refusals: RateLimiter = createRateLimiter(SOCKET_LIMITS.refusalsPerMinute, MINUTE_SECONDS);
  readonly #watch: { close(): Promise<void> };
  readonly #stopClearing: () => void;

  constructor(parts: DocumentsParts) {
    const { pool, hints, clock, timers, access } = parts;
    this.#parts = parts;
    this.#thread = startApplyThread(timers);
    this.#time = new ThreadTime(clock);
    const metrics = this.#counts;
    const log = new DocumentLog(pool);
    const writer = new LogWriter(pool);
    const onSpent = (account: string, cpuMs: number): void => {
      this.#spent(account, cpuMs);
    };
    const onFailed = (error: unknown): void => {
      parts.log.error("changes of a document were not kept", error);
    };
    const room = { thread: this.#thread, log, writer, hints, clock, metrics, onSpent, onFailed };
    this.#rooms = new Rooms(room, timers);
    this.#watch = watchRights({ access, timers, sockets: this.#sockets });
    this.#stopClearing = every(timers, CLEAR_MS, () => {
      this.#time.clear();
    });
    this.handler = {
      path: /^\/v1\/documents\/(?<name>[A-Za-z0-9_.-]{1,64})$/,
      route: "/v1/documents/:name",
      purpose: "documents",
      messageBytes: DOCUMENT_MESSAGE_BYTES,
      backlogBytes: SOCKET_LIMITS.backlog,
      rate: SOCKET_LIMITS.frames,
      perAccount: SOCKET_LIMITS.perAccount,
      // The stock provider can put it nowhere else.
      ticketInAddress: true,
      admit: (arrived) => this.#admit(arrived),
      opened: (socket, arrived) => {
        this.#opened(socket, arrived);
      },
    };
  }

  get metrics() {
    return this.#counts.metrics({ rooms: () => this.#rooms.size, members: () => this.#sockets.size });
  }

  routes(authenticate: Authenticate): Hono<SignedInEnv> {
    const { access } = this.#parts;
    return documentRoutes({
      access,
      rooms: this.#rooms,
      metrics: this.#counts,
      authenticate,
      isOver: (account) => this.#time.isOver(account),
    });
  }

  async close(): Promise<void> {
    this.#stopClearing();
    await this.#watch.close();
    await this.#rooms.close();
    await this.#thread.close();
  }

  /** Whoever was refused again and again is not let in for a while: the stock provider 3.0 would go on for ever. */
  async #admit(arrived: Arrived): Promise<void> {
    const { holder, groups } = arrived;
    const wait = await this.#refusals.take(holder.account);
    if (wait !== undefined) throw refused("rate_limited", undefined, wait);
    await this.#refusals.giveBack(holder.account);
    const address = parseDocumentName(groups["name"] ?? "");
    if (address === undefined) throw httpProblem("not_found");
    const [right] = await this.#parts.access.of([{ holder, address }]);
    this.#admitted.set(arrived, { address, right });
  }

  #opened(socket: OpenSocket, arrived: Arrived): void {
    const { address, right } = this.#admitted.get(arrived) ?? {};
    if (address === undefined || right === undefined) return this.#turnAway(socket);
    const { clock, timers } = this.#parts;
    const document = `${address.conversation}.${address.kind}`;
    const open = this.#rooms.enter(document, socket.holder.tenant);
    const expire = timers.after(SOCKET_LIMITS.lifeMs, () => {
      socket.end(DOCUMENT_CLOSE.expired, "come again");
    });
    const user = new DocumentSocket({
      socket,
      right,
      open,
      clock,
      metrics: this.#counts,
      onRefused: () => {
        this.#refused(socket.holder.account);
      },
      onClosed: () => {
        expire();
        this.#sockets.delete(user);
        this.#rooms.leave(document);
      },
    });
    this.#sockets.add(user);
    socket.use(user);
  }

  /** Closed at once, the stock provider 3.0 would come back nine times a second. */
  #turnAway(socket: OpenSocket): void {
    this.#refused(socket.holder.account);
    socket.send(deniedFrame("no access"));
    const stop = this.#parts.timers.after(SOCKET_LIMITS.refusalMs, () => {
      socket.end(DOCUMENT_CLOSE.noAccess, "no access");
    });
    socket.use({ message: () => undefined, closed: stop });
  }

  #refused(account: string): void {
    void this.#refusals.take(account).catch(() => undefined); // a count that failed is one too few
  }

  #spent(account: string, cpuMs: number): void {
    if (this.#time.spend(account, cpuMs)) return;
    for (const socket of this.#sockets)
      if (socket.account === account) socket.end(DOCUMENT_CLOSE.tooMuch, "too much");
  }
}

function every(timers: Timers, ms: number, work: () => void): () => void {
  let callOff: () => void;
  const next = (): void => {
    callOff = timers.after(ms, () => {
      work();
      next();
    });
  };
  next();
  return () => {
    callOff();
  };
}
