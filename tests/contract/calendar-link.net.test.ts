import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HealthBridge, memoryStore } from "@healthbridge/client-sdk";
import { shareCalendar, unshareCalendar } from "@healthbridge/client-sdk/schedule";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../server/src/config/config.ts";
import { startServer } from "../../server/src/server.ts";
import { freshDatabase } from "../setup/fresh-database.ts";
import { openWorld, startIn } from "../setup/world.ts";

const PASSWORD = "a sentence that only I know";
const TENANT = "demo";
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

test("an app shares a calendar with what was queued a moment ago, and ends the link", async () => {
  const store = memoryStore();
  const hb = await HealthBridge.open({ url: server.url, store, autoSync: false });
  const device = { hb, url: server.url, store };
  await expect(shareCalendar(device, {})).rejects.toMatchObject({ code: "not_signed_in" });
  await hb.register({ login: "wanjiru", name: "Wanjiru", password: PASSWORD });
  await hb.signIn({ login: "wanjiru", password: PASSWORD });
  const patient = await hb.registerPatient({ name: "Wanjiru" });
  await hb.book({ doctor: world.doctor, patient: patient.id, start: startIn(2, "09:00") });

  const { link, url } = await shareCalendar(device, { patient: patient.id });
  const shown = await fetch(url);
  expect(shown.status).toBe(200);
  expect(await shown.text()).toContain("SUMMARY:Appointment with Dr Achieng");

  await expect(shareCalendar(device, { doctor: world.doctor })).rejects.toMatchObject({
    code: "not_found",
    path: "input.of.doctor",
  });
  await unshareCalendar(device, link);
  expect((await fetch(url)).status).toBe(404);
  await hb.close();
});
