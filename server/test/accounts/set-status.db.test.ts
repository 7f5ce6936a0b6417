import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, type Person, verdict } from "../../../tests/setup/world.ts";
import { read } from "../../src/database/read.ts";
import { inTransaction } from "../../src/database/transaction.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
afterAll(() => world[Symbol.asyncDispose]());

const status = (account: string, to: "active" | "disabled") => ({
  type: "account.setStatus",
  input: { account, status: to },
});
const deviceOf = ({ submitter }: Person): string => submitter.device ?? "";

/** Somebody with an account, signed in on her device. */
async function somebody(): Promise<Person> {
  const person = await world.person("patient");
  const device = deviceOf(person);
  await inTransaction(world.pool, (tx) =>
    tx.write(
      "INSERT INTO session (id, tenant_id, account_id, device_id, generation, current_hash, nonce_hash, created_at, used_at, expires_at) VALUES (?)",
      [[device, world.tenant, person.account, device, 1, device, device, 0, Date.now(), 9e12]],
    ),
  );
  return person;
}

/** How her device and its session stand. */
async function standing(person: Person): Promise<readonly unknown[]> {
  return read(world.pool, (reader) =>
    reader.query(
      "SELECT d.status, s.ended_why AS why FROM device d JOIN session s ON s.device_id = d.id WHERE d.id = ?",
      [deviceOf(person)],
    ),
  );
}
const LIVES = [{ status: "active", why: null }];
const OVER = [{ status: "revoked", why: "disabled" }];

describe("disabling an account", () => {
  test("ends its sessions and takes its devices off the list, and nobody else's", async () => {
    const [leaver, other] = [await somebody(), await somebody()];
    await world.asSystem([status(leaver.account, "disabled")]);
    expect([await standing(leaver), await standing(other)]).toEqual([OVER, LIVES]);
  });

  test("holds though the same transaction enables it again", async () => {
    const person = await somebody();
    await world.asSystem([status(person.account, "disabled"), status(person.account, "active")]);
    expect(await standing(person)).toEqual(OVER);
  });

  test("holds though its device writes in the same transaction", async () => {
    const person = await somebody();
    const device = deviceOf(person);
    const push = {
      endpoint: "https://push.example/1",
      keys: { p256dh: "B".repeat(87), auth: randomBytes(16).toString("base64url") },
    };
    const subscribed = world.executor.submit({
      submitter: person.submitter,
      stream: newStream(),
      from: 1,
      heard: 0,
      operations: [{ type: "device.subscribePush", input: { device, push }, madeAt: 0 }],
      carrier: "server",
    });
    const [{ outcomes }] = await Promise.all([
      subscribed,
      world.asSystem([status(person.account, "disabled")]),
    ]);
    expect(outcomes.map(verdict)).toEqual(["applied"]);
    expect(await standing(person)).toEqual(OVER);
  });
});

test("enabling ends what was left living of an account that was disabled by another door", async () => {
  const person = await somebody();
  await inTransaction(world.pool, (tx) =>
    tx.write("UPDATE account SET status = 'disabled' WHERE id = ?", [person.account]),
  );
  await world.asSystem([status(person.account, "active")]);
  expect(await standing(person)).toEqual(OVER);
});

test("enabling an account that is not disabled ends nothing", async () => {
  const person = await somebody();
  await world.asSystem([status(person.account, "active")]);
  expect(await standing(person)).toEqual(LIVES);
});

test("an administrator disables others, not the account that asks", async () => {
  const [boss, other] = [await world.person("administrator"), await world.person("administrator")];
  const ask = (account: string) =>
    world.executor.submit({
      submitter: boss.submitter,
      stream: newStream(),
      from: 1,
      heard: 0,
      operations: [{ ...status(account, "disabled"), madeAt: 0 }],
      carrier: "server",
    });
  expect((await ask(boss.account)).outcomes).toMatchObject([
    { status: "rejected", problem: { code: "conflict", path: "input.account" } },
  ]);
  expect((await ask(other.account)).outcomes.map(verdict)).not.toContain("conflict");
  expect((await ask(boss.account)).outcomes.map(verdict)).toEqual(["conflict"]);
});
