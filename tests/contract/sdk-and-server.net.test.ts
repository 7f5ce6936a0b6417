import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HealthBridge, memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../server/src/config/config.ts";
import { startServer } from "../../server/src/server.ts";
import { openWorld, startIn } from "../setup/world.ts";
import { freshDatabase } from "../setup/fresh-database.ts";

/** The SDK as an app embeds it, against the server as an operator starts it. */
const TENANT = "demo";
const PASSWORD = "a sentence that only I know";
const database = await freshDatabase();
const folder = await mkdtemp(join(tmpdir(), "healthbridge-contract-"));
const server = await startServer(
  readConfig({
    DATABASE_URL: database.url,
    HEALTHBRIDGE_DATA: folder,
    HEALTHBRIDGE_KEYS: `1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_TENANT: TENANT,
    HEALTHBRIDGE_OPEN_REGISTRATION: "on",
    HEALTHBRIDGE_LOG: "silent",
    PORT: "0",
  }),
  { say: () => undefined, write: () => undefined },
);
const world = await openWorld(database.url, {}, TENANT);
afterAll(async () => {
  await server.close();
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const open = (disk = memoryDisk()) =>
  HealthBridge.open({ url: server.url, store: memoryStore(disk), deviceName: "phone", autoSync: false });

describe("a patient with a phone", () => {
  test("opens an account, books for her child and is told the truth by both", async () => {
    const hb = await open();
    expect(
      await hb.register({ login: "wanjiru", name: "Wanjiru Kamau", password: PASSWORD }),
    ).toBeUndefined();
    const account = await hb.signIn({ login: "wanjiru", password: PASSWORD });
    expect(account).toMatchObject({ login: "wanjiru", role: "patient" });
    await hb.follow("directory", `calendar:${world.doctor}`);
    await hb.sync();
    const child = await hb.registerPatient({ name: "Baraka Kamau" });
    const booking = await hb.book({ doctor: world.doctor, patient: child.id, start: startIn(2, "09:00") });
    expect(booking.forecast).toBe("applied");
    await hb.sync();
    expect(await booking.outcome()).toMatchObject({ status: "applied" });
    const other = await open();
    await other.signIn({ login: "wanjiru", password: PASSWORD });
    await other.sync();
    expect(other.get("appointment", booking.id)).toEqual(hb.get("appointment", booking.id));
    await hb.close();
    await other.close();
  });

  test("goes on where it was after the phone was switched off with work queued", async () => {
    const disk = memoryDisk();
    const before = await open(disk);
    await before.register({ login: "achieng", name: "Achieng", password: PASSWORD });
    await before.signIn({ login: "achieng", password: PASSWORD });
    const patient = await before.registerPatient({ name: "Achieng" });
    disk.crash();
    const after = await open(disk);
    expect(after.status.get().waiting.total).toBe(1);
    await after.sync();
    expect(await after.outcomes()).toMatchObject([{ id: patient.id, status: "applied" }]);
    await after.close();
  });

  test("finds a name that is taken only by signing in: whether it was free is not told", async () => {
    const hb = await open();
    expect(
      await hb.register({ login: "wanjiru", name: "Somebody else", password: `${PASSWORD}, too` }),
    ).toBeUndefined();
    await expect(hb.signIn({ login: "wanjiru", password: `${PASSWORD}, too` })).rejects.toMatchObject({
      code: "credentials_wrong",
    });
    await hb.close();
  });
});
