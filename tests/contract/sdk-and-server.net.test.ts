import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HealthBridge, memoryDisk, memoryStore } from "@healthbridge/client-sdk";
import { afterAll } from "vitest";
import { readConfig } from "../../server/src/config/config.ts";
import { startServer } from "../../server/src/server.ts";
import { openWorld } from "../setup/world.ts";
import { freshDatabase } from "../setup/fresh-database.ts";
import { describePatientWithPhone } from "./sdk-scenarios.ts";

/** The SDK as an app embeds it, against the server as an operator starts it. */
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

describePatientWithPhone(() => ({
  doctor: world.doctor,
  url: server.url,
  open: (disk = memoryDisk()) =>
    HealthBridge.open({ url: server.url, store: memoryStore(disk), deviceName: "phone", autoSync: false }),
}));
