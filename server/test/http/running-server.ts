import { randomBytes } from "node:crypto";
import { afterAll } from "vitest";
import type { Role, Session } from "@healthbridge/schema";
import { createPasswordHasher } from "../../src/accounts/password-hash.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { readConfig } from "../../src/config/config.ts";
import { openPool } from "../../src/database/pool.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import { type StartOptions, startServer } from "../../src/server.ts";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";

export const nonce = (): string => randomBytes(32).toString("base64url");
export const PASSWORD = "a walk along the wide river";

interface ListedItem {
  readonly id: string;
  readonly nextFree: string;
}

/** What the tests look at in a body. Each answer has some of it. */
export interface AnswerBody extends Session {
  readonly id: string;
  readonly code: string | undefined;
  readonly path: string | undefined;
  readonly correlation: string;
  readonly reasons: readonly { readonly path: string }[];
  readonly openapi: string;
  readonly items: readonly [ListedItem, ...ListedItem[]];
  readonly outcome: string;
  readonly settled: number;
  readonly outcomes: readonly { readonly problem: { readonly code: string } }[];
  readonly devices: readonly { readonly id: string; readonly name: string; readonly status: string }[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
  readonly text: string;
}

export interface Sending {
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  readonly token?: string;
}

export interface TestServer {
  readonly url: string;
  readonly databaseUrl: string;
  /** every line of the log so far */
  readonly log: string[];
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
  signIn(login: string, password?: string, device?: string): Promise<Session>;
  /** opens an account as the server itself */
  open(login: string, role: Role, more?: object): Promise<string>;
  close(): Promise<void>;
}

/** The real server over a fresh database, with real sockets. */
export async function runningServer(
  environment: Record<string, string> = {},
  options: Partial<StartOptions> = {},
): Promise<TestServer> {
  const database = await freshDatabase();
  const log: string[] = [];
  const config = readConfig({
    HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_OPEN_REGISTRATION: "on",
    HEALTHBRIDGE_LOG: "info",
    HEALTHBRIDGE_LOG_FORMAT: "json",
    DATABASE_URL: database.url,
    PORT: "0",
    ...environment,
  });
  const server = await startServer(config, {
    say: () => undefined,
    write: (line) => log.push(line),
    ...options,
  });
  const pool = openPool({ url: database.url, size: 2 });
  const executor = createExecutor({ pool });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await server.close();
    await executor.close();
    await pool.close();
  };
  afterAll(close);
  const send: TestServer["send"] = (method, path, sending) => sendTo(server.url, method, path, sending);
  return {
    url: server.url,
    databaseUrl: database.url,
    log,
    send,
    close,
    async signIn(login, password = PASSWORD, device = "Tablet") {
      const answer = await send("POST", "/v1/sessions", {
        json: { login, password, device, nonce: nonce() },
      });
      if (answer.status !== 201) throw new Error(`sign-in answered ${answer.text}`);
      return answer.body;
    },
    async open(login, role, more = {}) {
      const stream = randomBytes(12).toString("base64url");
      const passwordHash = await createPasswordHasher(systemRandomness).hash(PASSWORD);
      const input = { login, name: `Canary ${login}`, role, ...more };
      const { outcomes } = await executor.submit({
        submitter: { tenant: config.tenant, account: undefined, device: undefined, system: true },
        stream,
        from: 1,
        heard: 0,
        operations: [{ type: "account.register", input, madeAt: 0, secrets: { passwordHash } }],
        carrier: "server",
      });
      const [outcome] = outcomes;
      if (outcome?.status === "rejected") throw new Error(JSON.stringify(outcome.problem));
      return `${stream}.1`;
    },
  };
}

async function sendTo(url: string, method: string, path: string, sending: Sending = {}): Promise<Answer> {
  const { json, token } = sending;
  const headers = new Headers(sending.headers);
  if (json !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const body = json === undefined ? sending.body : JSON.stringify(json);
  const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").includes("json") && text !== "";
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(isJson && !text.includes("\n{") ? text : "{}"),
  };
}
