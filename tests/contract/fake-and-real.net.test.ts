import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { FakeServer, type FakeServerOptions } from "../../client-sdk/src/testing/index.ts";
import { createPasswordHasher } from "../../server/src/accounts/password-hash.ts";
import { openAdministrator } from "../../server/src/accounts/first-administrator.ts";
import { createOneByOne } from "../../server/src/accounts/submit-one.ts";
import { systemClock } from "../../server/src/adapters/clock.ts";
import { systemRandomness } from "../../server/src/adapters/randomness.ts";
import { readConfig } from "../../server/src/config/config.ts";
import { openPool } from "../../server/src/database/pool.ts";
import { createExecutor } from "../../server/src/operations/executor.ts";
import { startServer } from "../../server/src/server.ts";
import { freshDatabase } from "../setup/fresh-database.ts";
import type { Answers, Told } from "./wire/story.ts";
import { tellStory } from "./wire/tell.ts";

/** The fake server that apps are tested with is asked the same as the real one, and has to answer the same. */
const database = await freshDatabase();
const config = readConfig({
  HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
  HEALTHBRIDGE_OPEN_REGISTRATION: "on",
  HEALTHBRIDGE_LOG: "silent",
  DATABASE_URL: database.url,
  PORT: "0",
});
const password = await addAdministrator();
const server = await startServer(config, { say: () => undefined, write: () => undefined });
afterAll(() => server.close());

async function addAdministrator(): Promise<string> {
  const pool = openPool({ url: database.url, size: 2 });
  const executor = createExecutor({ pool });
  const operations = createOneByOne(executor, systemClock, systemRandomness);
  const passwords = createPasswordHasher(systemRandomness);
  const parts = { operations, passwords, randomness: systemRandomness };
  const { password } = await openAdministrator(parts, config.tenant, "admin");
  await executor.close();
  await pool.close();
  return password;
}

const overSocket: Answers = async (request) => {
  const { pathname } = new URL(request.url);
  const body = request.method === "GET" ? undefined : await request.text();
  return fetch(`${server.url}${pathname}`, {
    method: request.method,
    headers: request.headers,
    ...(body === undefined || body === "" ? {} : { body }),
  });
};

test("a fake server tells the same story as the real one", { timeout: 60_000 }, async () => {
  const fake = new FakeServer();
  fake.addAccount({ login: "admin", password, role: "administrator", name: "admin" });
  const real = await tellStory(overSocket, { login: "admin", password });
  const faked = await tellStory(fake.fetch, { login: "admin", password });
  expect(faked.length).toBeGreaterThan(80);
  for (const [at, told] of real.entries()) expect.soft(faked[at] satisfies Told | undefined).toEqual(told);
  expect(faked.length).toBe(real.length);
});

test("the story notices a server that answers otherwise", async () => {
  const administrator = { login: "admin", password };
  const tell = (options: FakeServerOptions, spoil: (answer: Response) => Response = (answer) => answer) => {
    const fake = new FakeServer(options);
    fake.addAccount({ ...administrator, role: "administrator", name: "admin" });
    return tellStory(async (request) => spoil(await fake.fetch(request)), administrator);
  };
  const right = await tell({});
  expect(await tell({})).toEqual(right);
  expect(await tell({ pageBytes: 100 })).not.toEqual(right);
  expect(await tell({ openRegistration: false }).catch(() => [])).not.toEqual(right);
  const other = (answer: Response): Response =>
    answer.status === 409 ? new Response(answer.body, { status: 422, headers: answer.headers }) : answer;
  expect(await tell({}, other)).not.toEqual(right);
});
