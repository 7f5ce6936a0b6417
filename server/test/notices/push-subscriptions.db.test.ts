import { createECDH, randomBytes } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openWorld, type Person, startIn, verdict } from "../../../tests/setup/world.ts";
import type { SqlValue } from "../../src/database/lease.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import type { Letter } from "../../src/notices/carriers/carrier.ts";
import { sendNoticesJob } from "../../src/notices/send-notices.ts";
import { IDLE_MS, PLAN, sendParts } from "./support.ts";

const database = await freshDatabase();
const world = await openWorld(database.url, {
  notices: { plan: { ...PLAN, quiet: undefined, channels: ["push"] }, onDue: () => undefined },
});
afterAll(() => world[Symbol.asyncDispose]());

function subscription(endpoint = `https://push.example/${randomBytes(6).toString("hex")}`) {
  const p256dh = createECDH("prime256v1").generateKeys("base64url");
  return { endpoint, keys: { p256dh, auth: randomBytes(16).toString("base64url") } };
}

const write = (sql: string, values: readonly SqlValue[] = []) =>
  inTransaction(world.pool, (tx) => tx.write(sql, values));

/** What the server's own route for it submits. */
async function ask(person: Person, type: string, input: object): Promise<string | undefined> {
  const stream = randomBytes(12).toString("base64url");
  const { submitter } = person;
  const operations = [{ type, input, madeAt: 0 }];
  const { outcomes } = await world.executor.submit({
    submitter,
    stream,
    from: 1,
    heard: 0,
    operations,
    carrier: "server",
  });
  return verdict(outcomes[0]) ?? "applied";
}

/** Somebody with an account, signed in on her device, and herself as its patient. */
async function somebody(): Promise<Person> {
  const person = await world.person("patient");
  const register = { type: "patient.register", input: { name: "Akinyi" } };
  const { outcomes } = await world.submit(person, 1, [register]);
  expect(outcomes.map(verdict)).toEqual(["applied"]);
  const device = deviceOf(person);
  await write(
    "INSERT INTO session (id, tenant_id, account_id, device_id, generation, current_hash, nonce_hash, created_at, used_at, expires_at) VALUES (?)",
    [[device, world.tenant, person.account, device, 1, device, device, 0, Date.now(), 9e12]],
  );
  return person;
}

/** To which devices a booking of hers is told. */
async function toldTo({ stream }: Person): Promise<readonly (readonly [string, string])[]> {
  await write("DELETE FROM notice");
  days += 1;
  const book = { doctor: world.doctor, patient: `${stream}.1`, start: startIn(days, "09:00") };
  await world.asSystem([{ type: "appointment.book", input: book }]);
  const letters: Letter[] = [];
  const carrier = {
    channel: "push",
    reaches: ({ push }: Letter["to"]) => push.length > 0,
    send(letter: Letter) {
      letters.push(letter);
      return Promise.resolve({ status: "sent" } as const);
    },
  } as const;
  await sendNoticesJob(sendParts({ pool: world.pool, carriers: [carrier] })).run(
    new AbortController().signal,
  );
  return letters.flatMap(({ to }) =>
    to.push.map(({ device, subscription }) => [device, subscription.endpoint] as const),
  );
}
let days = 1;

const deviceOf = ({ submitter }: Person): string => submitter.device ?? "";

describe("a device that subscribed to push messages", () => {
  test("gets what its owner's patients are told, at the address it named last", async () => {
    const person = await somebody();
    const device = deviceOf(person);
    expect(await toldTo(person)).toEqual([]);
    const [first, second] = [subscription(), subscription()];
    expect(await ask(person, "device.subscribePush", { device, push: first })).toBe("applied");
    expect(await ask(person, "device.subscribePush", { device, push: second })).toBe("applied");
    expect(await toldTo(person)).toEqual([[device, second.endpoint]]);
  });

  test("gets nothing any more once it unsubscribed, or was signed out", async () => {
    const person = await somebody();
    const device = deviceOf(person);
    const push = subscription();
    await ask(person, "device.subscribePush", { device, push });
    // A push service that ends an older subscription ends no newer one.
    await ask(person, "device.unsubscribePush", { device, endpoint: "https://push.example/older" });
    expect(await toldTo(person)).toHaveLength(1);
    await ask(person, "device.unsubscribePush", { device });
    expect(await toldTo(person)).toEqual([]);
    await ask(person, "device.subscribePush", { device, push });
    await world.asSystem([{ type: "device.revoke", input: { device } }]);
    expect(await toldTo(person)).toEqual([]);
  });

  test("gets nothing once its account was disabled, nor when it is enabled again", async () => {
    const person = await somebody();
    await ask(person, "device.subscribePush", { device: deviceOf(person), push: subscription() });
    const { account } = person;
    await world.asSystem([{ type: "account.setStatus", input: { account, status: "disabled" } }]);
    expect(await toldTo(person)).toEqual([]);
    await world.asSystem([{ type: "account.setStatus", input: { account, status: "active" } }]);
    expect(await toldTo(person)).toEqual([]);
  });

  test.each([
    ["ended, though its device is still on the list", "UPDATE session SET ended_at = 1 WHERE device_id = ?"],
    ["run out", "UPDATE session SET expires_at = 1 WHERE device_id = ?"],
    [
      "not been used for too long",
      `UPDATE session SET used_at = used_at - ${String(IDLE_MS)} WHERE device_id = ?`,
    ],
    ["been cleared away, long after it was over", "DELETE FROM session WHERE device_id = ?"],
  ])("gets nothing once its session has %s", async (_what, over) => {
    const person = await somebody();
    const device = deviceOf(person);
    await ask(person, "device.subscribePush", { device, push: subscription() });
    expect(await toldTo(person)).toHaveLength(1);
    await write(over, [device]);
    expect(await toldTo(person)).toEqual([]);
  });

  test("keeps a browser from whoever was signed in there before", async () => {
    const [before, now] = [await somebody(), await somebody()];
    const push = subscription();
    await ask(before, "device.subscribePush", { device: deviceOf(before), push });
    await ask(now, "device.subscribePush", { device: deviceOf(now), push });
    expect(await toldTo(before)).toEqual([]);
    expect(await toldTo(now)).toEqual([[deviceOf(now), push.endpoint]]);
  });

  test("is its owner's: nobody else can subscribe or unsubscribe it, and hears no more than of none", async () => {
    const [owner, other] = [await somebody(), await world.person("administrator")];
    const device = deviceOf(owner);
    const push = subscription();
    expect(await ask(other, "device.subscribePush", { device, push })).toBe("not_found");
    const stranger = await world.person("staff", { clinics: [world.clinic] });
    expect(await ask(stranger, "device.unsubscribePush", { device })).toBe("not_found");
    expect(await ask(stranger, "device.subscribePush", { device: "aVdxT2lHdVNyQ2Rm.9", push })).toBe(
      "not_found",
    );
  });

  test.each([
    ["an address without encryption", { endpoint: "http://push.example/1" }],
    ["an address with a password", { endpoint: "https://user:password@push.example/1" }],
    ["a key that is none", { keys: { p256dh: "short", auth: "short" } }],
    ["a field that we do not know", { more: 1 }],
  ])("is not taken with %s", async (_what, wrong) => {
    const person = await somebody();
    const push = { ...subscription(), ...wrong };
    expect(await ask(person, "device.subscribePush", { device: deviceOf(person), push })).toMatch(
      /malformed|unknown_field/,
    );
  });
});
