import type { EntityId, ProblemDetails, Role } from "@healthbridge/schema";
import { Hono } from "hono";
import { Refused } from "../../src/accounts/refused.ts";
import type { DatabasePool } from "../../src/database/pool.ts";
import { AccountTurns } from "../../src/http/account-turns.ts";
import type { Authenticate, Authenticated, RequestEnv } from "../../src/http/context.ts";
import { HttpProblem, httpProblem, problemResponse } from "../../src/http/problem.ts";
import { restRoutes } from "../../src/http/rest/rest-routes.ts";
import { fixedStreamsWhenNeeded } from "../../src/operations/fixed-streams.ts";
import { type Executor, SubmissionRefused } from "../../src/operations/submission.ts";

/** Ids for tests: `idOf(7)` is an id nobody else draws. */
export function idOf(number: number, stream = "restTestStream__"): EntityId {
  return `${stream}.${String(number)}`;
}

/** Somebody who asks; `person("staff", { clinics: [...] })`. */
export function person(role: Role, facts: Partial<Authenticated> = {}): Authenticated {
  return {
    tenant: "demo",
    account: idOf(1, "accountOfNobody_"),
    device: idOf(1, "deviceOfNobody__"),
    role,
    clinics: [],
    doctor: undefined,
    ...facts,
  };
}

interface RestAppOptions {
  readonly pool: DatabasePool;
  readonly executor?: Executor;
  /** ms since 1970 */
  readonly now?: () => number;
  readonly turns?: AccountTurns;
}

/** What a request says, beside method and path. */
interface Asking {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** says that whoever asks has hung up */
  readonly signal?: AbortSignal;
}

/** An answer whose body was read. */
export interface Answered<Json> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
}

/** Asks as somebody; the caller says what a good answer holds. */
export type Ask = <Json = ProblemDetails>(
  who: Authenticated,
  method: string,
  path: string,
  asking?: Asking,
) => Promise<Answered<Json>>;

/**
 * REST alone, without the edge around it: who asks is said by the test, not by a token. What the edge adds (tokens, limits, body checks) is tested there.
 */
export function restApp({
  pool,
  executor = noExecutor,
  now = () => 0,
  turns = new AccountTurns(),
}: RestAppOptions): Ask {
  const people = new Map<string, Authenticated>();
  const authenticate: Authenticate = async (c, next) => {
    const who = people.get(c.req.header("authorization") ?? "");
    if (who === undefined) throw httpProblem("not_signed_in");
    c.set("who", who);
    c.set("whoNow", () => Promise.resolve(who));
    await next();
  };
  const app = new Hono<RequestEnv>();
  app.onError((error, c) => {
    if (error instanceof HttpProblem) return problemResponse(c, error.problem, error);
    if (error instanceof SubmissionRefused || error instanceof Refused)
      return problemResponse(c, error.problem);
    throw error;
  });
  const randomness = { bytes: (count: number) => new Uint8Array(count) };
  app.route(
    "/",
    restRoutes({
      pool,
      executor,
      authenticate,
      turns,
      clock: { now, monotonic: now },
      randomness,
      streams: fixedStreamsWhenNeeded(pool, randomness),
      readJson: (c) => c.req.json(),
    }),
  );
  return async (who, method, path, { key, body, headers = {}, signal } = {}) => {
    const token = JSON.stringify(who);
    people.set(token, who);
    const response = await app.request(path, {
      method,
      headers: {
        authorization: token,
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text === "" ? undefined : JSON.parse(text),
    };
  };
}

const noExecutor: Executor = {
  waiting: 0,
  submit: () => Promise.reject(new Error("this test writes nothing")),
  close: () => Promise.resolve(),
};
