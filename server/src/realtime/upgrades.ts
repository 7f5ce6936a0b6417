import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { encodeBase64Url, type TicketPurpose } from "@healthbridge/schema";
import { type WebSocket, WebSocketServer } from "ws";
import { refused } from "../accounts/refused.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { RateLimiter } from "../adapters/rate-limiter.ts";
import type { Timers } from "../adapters/timers.ts";
import { addressKey } from "../http/client-address.ts";
import { answerFor } from "../http/error-handler.ts";
import type { Lifecycle } from "../http/lifecycle.ts";
import { networkCheck } from "../http/networks.ts";
import { httpProblem, problemAnswer } from "../http/problem.ts";
import { perMinute, takeOne } from "../http/rate-limits.ts";
import { ALWAYS } from "../http/security-headers.ts";
import type { Log } from "../telemetry/log.ts";
import type { Answered } from "../telemetry/server-metrics.ts";
import { REALTIME } from "./limits.ts";
import type { Rate } from "./allowance.ts";
import { OpenSocket } from "./open-socket.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import type { Sockets } from "./sockets.ts";
import type { TicketHolder, Tickets } from "./tickets.ts";
import {
  addressOf,
  asksForSocket,
  checkHandshake,
  readUpgrade,
  type UpgradeRequest,
} from "./upgrade-request.ts";

/** Who serves the sockets of some addresses. */
export interface UpgradeHandler {
  /** the paths that are its own; its groups are handed on */
  readonly path: RegExp;
  /** how the log and the counts name it */
  readonly route: string;
  /** what its tickets are for */
  readonly purpose: TicketPurpose;
  /** bytes of one message at most */
  readonly messageBytes: number;
  /** bytes that may wait for one socket; `REALTIME.backlogBytes` where left out */
  readonly backlogBytes?: number;
  /** messages and pings that are taken */
  readonly rate: Rate;
  /** sockets of one account at one time, on this process */
  readonly perAccount: number;
  /** a ticket may come as `?ticket=` too, from clients that can do no better. It is spent by the time any log has it. */
  readonly ticketInAddress?: true;
  /** The sub-protocol to speak, of those offered (the ticket's is not among them); throws `HttpProblem` where none will do. Left out: any client will do. */
  readonly speaks?: (offered: readonly string[]) => string;
  /** Says no before the socket is open: throws `Refused` or `HttpProblem`. */
  readonly admit?: (arrived: Arrived) => Promise<void>;
  /** Takes the socket over (`socket.use`) before anything was read from it. */
  opened(socket: OpenSocket, arrived: Arrived): void;
}

/** Who came, and for what. */
export interface Arrived {
  readonly holder: TicketHolder;
  /** the groups of the handler's path */
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** Who is let near the door. */
export interface UpgradeSettings {
  readonly trustedProxies: readonly string[];
  readonly origins: readonly string[];
  /** requests of every kind from one address per minute */
  readonly addressRate: number;
}

/** What the door for sockets is made of. */
export interface UpgradeParts {
  readonly tickets: Tickets;
  readonly sockets: Sockets;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly settings: UpgradeSettings;
  /** told of each request for a socket that was answered */
  readonly onAnswered?: ((answered: Answered) => void) | undefined;
  readonly onMessage?: ((kind: string) => void) | undefined;
  readonly onClosed?: ((kind: string, code: number) => void) | undefined;
}

const MS = 1_000;
const CORRELATION_BYTES = 9;
const MOST_BLOCKED = 10_000;

/** The door for sockets: every request for one comes here, and its path says whose it is. */
export class Upgrades {
  readonly #parts: UpgradeParts;
  readonly #handlers: Array<{ readonly handler: UpgradeHandler; readonly server: WebSocketServer }> = [];
  readonly #isTrusted: (address: string) => boolean;
  readonly #origins: ReadonlySet<string>;
  readonly #asking: RateLimiter;
  readonly #failing: RateLimiter = perMinute(REALTIME.refusalsPerMinute);
  /** addresses that have guessed too often, and until when nothing of theirs is looked up */
  readonly #blocked = new Map<string, number>();

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
    this.#isTrusted = networkCheck(parts.settings.trustedProxies);
    this.#origins = new Set(parts.settings.origins);
    this.#asking = perMinute(Math.ceil(parts.settings.addressRate / REALTIME.requestsPerUpgrade));
  }

  register(handler: UpgradeHandler): void {
    const options = {
      noServer: true,
      clientTracking: false,
      maxPayload: handler.messageBytes,
      maxFragments: REALTIME.fragments,
      // A few bytes saved, for a quarter of a megabyte of each socket and a way to send bombs.
      perMessageDeflate: false,
      // Pings are counted with the messages, and who sends too many is told so; ws would cut her off without a word.
      maxPendingAutoPongs: 0,
      handleProtocols: (offered: ReadonlySet<string>, request: IncomingMessage) =>
        this.#answered(handler, [...offered], request),
    };
    this.#handlers.push({ handler, server: new WebSocketServer(options) });
  }

  /** Whether a request is for a socket of somebody's. Any other that asks for another protocol is answered as if it did not. */
  wants(request: IncomingMessage): boolean {
    return asksForSocket(request) && this.#handlerFor(addressOf(request).path) !== undefined;
  }

  /** Answers a request for a socket. */
  async take(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    const { clock, log, timers, randomness } = this.#parts;
    const started = clock.monotonic();
    const correlation = encodeBase64Url(randomness.bytes(CORRELATION_BYTES));
    // Whoever hangs up meanwhile must not end the process.
    const hungUp = (): void => {
      connection.destroy();
    };
    connection.on("error", hungUp);
    const callOff = timers.after(REALTIME.upgradeMs, hungUp);
    const asked = readUpgrade(request, this.#isTrusted);
    const found = this.#handlerFor(asked.path);
    const facts = { method: "GET", route: found?.handler.route ?? "(none)", correlation };
    const answered = (status: number, account?: string): void => {
      const line = { ...facts, status, ms: Math.round(clock.monotonic() - started), account };
      this.#parts.onAnswered?.(line);
      log.info("answered", line);
    };
    try {
      if (found === undefined) throw httpProblem("not_found");
      const arrived = await this.#admit(request, asked, found.handler);
      callOff();
      if (connection.destroyed) return;
      this.#checkRoom(arrived, found.handler);
      found.server.handleUpgrade(request, connection, head, (ws) => {
        connection.off("error", hungUp);
        answered(101, arrived.holder.account);
        this.#open(ws, found.handler, arrived);
      });
    } catch (error) {
      callOff();
      const { problem, options } = answerFor(error instanceof Error ? error : new Error(String(error)));
      if (problem.code === "internal") log.error("a request failed", error, { correlation });
      const answer = problemAnswer(problem, correlation, {
        ...options,
        headers: { ...ALWAYS, ...options.headers },
      });
      answered(answer.status);
      await refuseUpgrade(connection, answer);
    }
  }

  #handlerFor(path: string) {
    return this.#handlers.find(({ handler }) => handler.path.test(path));
  }

  /** Everything that can be wrong, what costs least first. */
  async #admit(request: IncomingMessage, asked: UpgradeRequest, handler: UpgradeHandler): Promise<Arrived> {
    const { tickets } = this.#parts;
    this.#checkOpen();
    const address = addressKey(asked.address);
    await takeOne(this.#asking, address);
    checkHandshake(request);
    if (asked.origin !== undefined && !asked.fromOwnPage && !this.#origins.has(asked.origin))
      throw httpProblem("forbidden", "origin");
    handler.speaks?.(asked.offered);
    const ticket = asked.ticket ?? (handler.ticketInAddress === true ? asked.ticketInAddress : undefined);
    if (ticket === undefined) throw refused("not_signed_in");
    this.#checkBlocked(address);
    const holder = await tickets.redeem(ticket, handler.purpose);
    // A page cannot lie about where it comes from: a ticket that one page asked for opens nothing for another, nor for what is no page.
    if (holder === undefined || holder.origin !== asked.origin) {
      await this.#noteFailure(address);
      throw refused("token_invalid");
    }
    const arrived = { holder, groups: { ...handler.path.exec(asked.path)?.groups } };
    await handler.admit?.(arrived);
    return arrived;
  }

  /** Looked at in the same moment in which the socket is opened: many may ask at once, and the server may stop meanwhile. */
  #checkRoom({ holder }: Arrived, { route, perAccount }: UpgradeHandler): void {
    this.#checkOpen();
    if (this.#parts.sockets.countOf(holder.account, route) >= perAccount)
      throw refused("rate_limited", undefined, REALTIME.beatMs / MS);
  }

  /** Whoever only guesses is not looked up any more for a while. Who has a good ticket costs nobody else behind the same address anything. */
  #checkBlocked(address: string): void {
    const left = (this.#blocked.get(address) ?? 0) - this.#parts.clock.monotonic();
    if (left > 0) throw refused("rate_limited", undefined, left / MS);
  }

  async #noteFailure(address: string): Promise<void> {
    const wait = await this.#failing.take(address);
    if (wait === undefined) return;
    this.#blocked.delete(address);
    this.#blocked.set(address, this.#parts.clock.monotonic() + wait * MS);
    const [oldest] = this.#blocked.keys();
    if (this.#blocked.size > MOST_BLOCKED && oldest !== undefined) this.#blocked.delete(oldest);
  }

  #checkOpen(): void {
    if (this.#parts.lifecycle.isDraining) throw refused("unavailable", undefined, REALTIME.returnMs / MS);
  }

  /** The sub-protocol that is answered; a browser that offered some hangs up without one. */
  #answered(handler: UpgradeHandler, offered: readonly string[], request: IncomingMessage): string | false {
    const { ticketProtocol, offered: others } = readUpgrade(request, this.#isTrusted);
    return handler.speaks?.(others) ?? others[0] ?? ticketProtocol ?? offered[0] ?? false;
  }

  #open(ws: WebSocket, handler: UpgradeHandler, arrived: Arrived): void {
    const { clock, timers, log, sockets, onMessage, onClosed } = this.#parts;
    const socket = new OpenSocket({
      ws,
      holder: arrived.holder,
      kind: handler.route,
      rate: handler.rate,
      backlogBytes: handler.backlogBytes ?? REALTIME.backlogBytes,
      log,
      clock,
      timers,
      onMessage: () => onMessage?.(handler.route),
      onClosed: (closed, code) => {
        sockets.remove(closed);
        onClosed?.(handler.route, code);
      },
    });
    sockets.add(socket);
    handler.opened(socket, arrived);
  }
}
