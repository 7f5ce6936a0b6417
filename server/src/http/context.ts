import type { EntityId } from "@healthbridge/schema";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import type { Authenticated } from "../accounts/authenticated.ts";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { FixedStreams } from "../operations/fixed-streams.ts";
import type { Executor } from "../operations/submission.ts";
import type { AccountTurns } from "./account-turns.ts";

export type { Authenticated } from "../accounts/authenticated.ts";

/** What every handler finds in its context. */
export interface RequestEnv {
  /** Absent where a test calls the app without a socket. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** id under which the log speaks of this request; part of every problem */
    correlation: string;
    /** the caller's address; a proxy's word counts only where the proxy is trusted */
    address: string;
    /** the line is encrypted up to us or to a trusted proxy */
    secure: boolean;
    /** set as soon as it is known, for the log */
    loggedAccount?: EntityId;
  };
}

/** Behind `authenticate`: `c.get("who")` is there. */
export interface SignedInEnv {
  Bindings: RequestEnv["Bindings"];
  Variables: RequestEnv["Variables"] & {
    who: Authenticated;
    /** Looks again who asks: a body can take minutes to come. Refuses where the session has ended since. */
    whoNow: () => Promise<Authenticated>;
  };
}

/** Refuses with 401 unless a living session asks; then puts `who` into the context and counts against the account's rate. */
export type Authenticate = MiddlewareHandler<SignedInEnv>;

/**
 * Reads a request's body as JSON: size (sent and unpacked), content type, encoding, UTF-8, depth and keys are checked.
 *
 * @param name how paths of problems call the body; left out: they begin in it
 * @throws HttpProblem `too_large`, `unsupported_media` or `malformed`
 */
export type ReadJson = (c: Context, name?: string) => Promise<unknown>;

/** What the REST routes are given. */
export interface RestDependencies {
  readonly executor: Executor;
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly streams: () => Promise<FixedStreams>;
  readonly authenticate: Authenticate;
  readonly turns: AccountTurns;
  readonly readJson: ReadJson;
}
