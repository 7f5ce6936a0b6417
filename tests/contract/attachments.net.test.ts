import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HealthBridge, memoryDisk, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { openAttachments } from "@healthbridge/client-sdk/attachments";
import { seededRandom } from "@healthbridge/client-sdk/testing";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../server/src/config/config.ts";
import { startServer } from "../../server/src/server.ts";
import { freshDatabase } from "../setup/fresh-database.ts";
import { openWorld, startIn } from "../setup/world.ts";

/** The SDK as an app embeds it, over a line that breaks all the time, against the server as an operator starts it. */
const TENANT = "demo";
const PASSWORD = "a sentence that only I know";
const database = await freshDatabase();
const folder = await mkdtemp(join(tmpdir(), "healthbridge-attachments-"));
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

/** A line on which every connection is torn off after a chance number of bytes sent. */
async function breakingLine(seed: number) {
  const random = seededRandom(seed);
  const target = new URL(server.url);
  const count = { up: 0, torn: 0 };
  const door = createServer((client) => {
    const far = connect(Number(target.port), target.hostname);
    let left = random.between(700, 12_000);
    const tear = (): void => {
      client.resetAndDestroy();
      far.resetAndDestroy();
    };
    client.on("error", () => far.destroy());
    far.on("error", () => client.destroy());
    far.pipe(client);
    client.on("end", () => far.end());
    client.on("data", (bytes) => {
      const passes = bytes.subarray(0, left);
      left -= passes.length;
      count.up += passes.length;
      far.write(passes, () => {
        if (left > 0) return;
        count.torn += 1;
        tear();
      });
    });
  });
  const listening = Promise.withResolvers<void>();
  door.listen(0, "127.0.0.1", () => {
    listening.resolve();
  });
  await listening.promise;
  const { port } = door.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    count,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      door.close(() => {
        closed.resolve();
      });
      await closed.promise;
    },
  };
}

function jpeg(size: number): Blob {
  return new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), new Uint8Array(randomBytes(size - 4))]);
}

async function bytesOf(file: Blob): Promise<Buffer> {
  return Buffer.from(await file.arrayBuffer());
}

test("a photo crosses a line that breaks every few kilobytes, whole, and costs little more than itself", async () => {
  await using line = await breakingLine(7);
  const platform = platformRuntime();
  let over = server.url;
  const runtime = {
    ...platform,
    fetch: (url: string, init: RequestInit) => platform.fetch(url.replace(server.url, over), init),
  };
  const files = memoryDisk();
  const store = memoryStore();
  const hb = await HealthBridge.open({ url: server.url, store, runtime, autoSync: false });
  await hb.register({ login: "wanjiru", name: "Wanjiru Kamau", password: PASSWORD });
  await hb.signIn({ login: "wanjiru", password: PASSWORD });
  await hb.follow("directory", `calendar:${world.doctor}`);
  await hb.sync();
  const patient = await hb.registerPatient({ name: "Wanjiru Kamau" });
  const visit = await hb.book({ doctor: world.doctor, patient: patient.id, start: startIn(2, "09:00") });
  await hb.sync();

  const open = () =>
    openAttachments({ hb, url: server.url, store, runtime, files: memoryStore(files), autoUpload: false });
  let attachments = await open();
  const file = jpeg(120_000);
  const thumbnail = jpeg(3_000);
  const id = await attachments.attach(file, { conversation: visit.id, kind: "photo", thumbnail });
  await hb.enqueue("message.send", { conversation: visit.id, attachments: [id] });
  await hb.sync();

  over = line.url;
  let rounds = 0;
  for (; attachments.list()[0]?.state === "waiting" && rounds < 200; rounds += 1) {
    await attachments.upload();
    // Now and then the app is killed as well.
    if (rounds % 5 !== 4) continue;
    await attachments.end();
    attachments = await open();
  }
  over = server.url;
  expect(attachments.list()).toMatchObject([{ id, state: "sent", bytes: 123_000 }]);
  expect(line.count.torn).toBeGreaterThan(8);
  expect(line.count.up).toBeLessThan(2 * 123_000);
  expect((await bytesOf(await attachments.download(id))).equals(await bytesOf(file))).toBe(true);
  expect((await bytesOf(await attachments.download(id, "thumbnail"))).equals(await bytesOf(thumbnail))).toBe(
    true,
  );
  await attachments.end();
  await hb.close();
});
