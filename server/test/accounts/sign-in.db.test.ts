import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openWorld } from "../../../tests/setup/world.ts";
import { accountById } from "../../src/accounts/account-reads.ts";
import type { AccountParts } from "../../src/accounts/parts.ts";
import { createRefreshTokens } from "../../src/accounts/refresh-token.ts";
import { signIn } from "../../src/accounts/sign-in.ts";
import { createOneByOne } from "../../src/accounts/submit-one.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
afterAll(() => world[Symbol.asyncDispose]());

const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const silent = (): void => undefined;

/** The parts that signing in needs; `whileLooking` happens while the password is being looked at. */
function parts(whileLooking: () => Promise<void>): AccountParts {
  return {
    pool: world.pool,
    operations: createOneByOne(world.executor, clock, randomness),
    clock,
    timers: { sleep: () => Promise.resolve(), after: () => silent },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    passwords: {
      hash: (password) => Promise.resolve(`plain ${password}`),
      verify: async (password, hash) => {
        const fits = hash === `plain ${password}`;
        await whileLooking();
        return fits;
      },
    },
    accessTokens: {
      lifetime: 900,
      issue: () => "token",
      check: () => Promise.resolve({ status: "invalid" }),
    },
    refreshTokens: createRefreshTokens([{ id: "k", bytes: new Uint8Array(32).fill(7) }]),
    access: {
      who: () => Promise.resolve(undefined),
      forget: silent,
      forgetAccount: silent,
      onForgotten: silent,
    },
    throttle: { attempt: () => Promise.resolve(), succeeded: () => Promise.resolve() },
    settings: { tenant: world.tenant, openRegistration: true, sessionMs: 86_400_000, idleMs: 86_400_000 },
  };
}

test("a sign-in that was under way while the password was changed opens no session", async () => {
  await using connection = await SingleConnection.open(database.url);
  const { account } = await world.person("patient");
  const known = await accountById(world.pool, world.tenant, account);
  const login = known?.account.login ?? "";
  const set = (password: string) =>
    connection.run(`UPDATE account SET password_hash = 'plain ${password}' WHERE id = '${account}'`);
  const sessions = async () =>
    (await connection.rows(`SELECT id FROM session WHERE account_id = '${account}'`)).length;
  await set("the old one");
  const request = { login, password: "the old one", device: "phone" };
  const nonce = (at: number) => String(at).padEnd(43, "A");
  await signIn(
    parts(() => Promise.resolve()),
    { ...request, nonce: nonce(1) },
    "1.1.1.1",
  );
  expect(await sessions()).toBe(1);
  const late = signIn(
    parts(() => set("the new one").then(silent)),
    { ...request, nonce: nonce(2) },
    "1.1.1.1",
  );
  await expect(late).rejects.toMatchObject({ problem: { code: "credentials_wrong" } });
  expect(await sessions()).toBe(1);
});

test("a sign-in that was under way while the account was disabled opens no session", async () => {
  await using connection = await SingleConnection.open(database.url);
  const { account } = await world.person("patient");
  const known = await accountById(world.pool, world.tenant, account);
  await connection.run(`UPDATE account SET password_hash = 'plain right' WHERE id = '${account}'`);
  const request = { login: known?.account.login ?? "", password: "right", device: "phone" };
  const set = (status: string) => world.asSystem([{ type: "account.setStatus", input: { account, status } }]);
  const disabled = signIn(
    parts(() => set("disabled").then(silent)),
    { ...request, nonce: "A".repeat(43) },
    "1.1.1.1",
  );
  await expect(disabled).rejects.toMatchObject({ problem: { code: "credentials_wrong" } });
  await set("active");
  const rows = await connection.rows(`SELECT id FROM session WHERE account_id = '${account}'`);
  expect(rows).toEqual([]);
});
