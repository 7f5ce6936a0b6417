import { Hono } from "hono";
import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld } from "../../../tests/setup/world.ts";
import { systemTimers } from "../../src/adapters/timers.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { AccountTurns } from "../../src/http/account-turns.ts";
import type { Authenticate, RequestEnv } from "../../src/http/context.ts";
import { errorHandler } from "../../src/http/error-handler.ts";
import { listen } from "../../src/http/listen.ts";
import { syncRoute } from "../../src/http/sync-route.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { person } from "../rest/rest-app.ts";

/** Short, so that the test need not wait. */
const SILENCE_MS = 400;

const database = await freshDatabase();
const world = await openWorld(database.url);
const { staff, doctor } = world;
const authenticate: Authenticate = async (c, next) => {
  c.set(
    "who",
    person("staff", { tenant: world.tenant, account: staff.account, device: staff.submitter.device ?? "" }),
  );
  await next();
};
const app = new Hono<RequestEnv>();
app.onError(errorHandler(createLog({ level: "error", format: "json", write: () => undefined })));
app.route("/", syncRoute(createSyncService(world), authenticate, new AccountTurns()));
const door = await listen({
  app,
  host: "127.0.0.1",
  port: 0,
  connections: 50,
  timers: systemTimers,
  times: { silence: SILENCE_MS },
});
afterAll(async () => {
  await door.close(0);
  await world[Symbol.asyncDispose]();
});

test("a sync that takes longer than the server lets a connection be silent is done all the same, and answered when it is asked again", async () => {
  await using other = await SingleConnection.open(database.url);
  await other.run("START TRANSACTION");
  await other.run(`SELECT id FROM doctor WHERE id = '${doctor}' FOR UPDATE`);
  const stream = newStream();
  const operations = ["Dr Achieng", "Dr Atieno"].map((name) => ({
    type: "doctor.update",
    input: { doctor, name },
    madeAt: 0,
  }));
  const ask = () =>
    fetch(`${door.url}/v1/sync`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ protocol: 1, stream, from: 1, operations }),
    });
  await expect(ask()).rejects.toThrow("fetch failed");
  await other.run("ROLLBACK");
  await expect.poll(async () => (await ask()).json()).toMatchObject({ settled: 2 });
});
