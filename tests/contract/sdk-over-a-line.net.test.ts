import { randomBytes } from "node:crypto";
import {
  HealthBridge,
  memoryStore,
  platformRuntime,
  type Runtime,
  type Store,
} from "@healthbridge/client-sdk";
import { openChat } from "@healthbridge/client-sdk/chat";
import { type Line, openLine } from "@healthbridge/client-sdk/realtime";
import { afterAll, afterEach, expect, it } from "vitest";
import { createPasswordHasher } from "../../server/src/accounts/password-hash.ts";
import { systemRandomness } from "../../server/src/adapters/randomness.ts";
import { readConfig } from "../../server/src/config/config.ts";
import { read } from "../../server/src/database/read.ts";
import { type RunningServer, startServer } from "../../server/src/server.ts";
import { freshDatabase } from "../setup/fresh-database.ts";
import { newStream, openWorld, startIn } from "../setup/world.ts";

/** The SDK over a line, against the server as an operator starts it, with the platform's own sockets. */
const PASSWORD = "a walk along the wide river";
const KEY = `k1:${randomBytes(32).toString("base64url")}`;
const database = await freshDatabase();
const world = await openWorld(database.url, {}, "demo");

/** The server on the tests' database; on a port that was free a moment ago where one is named. */
function started(port = "0"): Promise<RunningServer> {
  const config = readConfig({
    DATABASE_URL: database.url,
    HEALTHBRIDGE_KEYS: KEY,
    HEALTHBRIDGE_LOG: "silent",
    PORT: port,
  });
  return startServer(config, { say: () => undefined, write: () => undefined });
}

let server = await started();
afterAll(async () => {
  await server.close();
  await world[Symbol.asyncDispose]();
});
await openAccount("amina", { role: "staff", clinics: [world.clinic] });
await openAccount("baraka", { role: "staff", clinics: [world.clinic] });

const opened: HealthBridge[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((hb) => hb.close()));
});

interface Phone {
  readonly hb: HealthBridge;
  readonly url: string;
  readonly store: Store;
  readonly line: Line;
  /** syncs that went over HTTP */
  readonly overHttp: () => number;
}

async function phone(
  login: string,
  openSocket?: Parameters<typeof openLine>[0]["openSocket"],
): Promise<Phone> {
  const own = randomBytes(6).toString("hex");
  let overHttp = 0;
  const platform = platformRuntime();
  const runtime: Runtime = {
    ...platform,
    fetch: (url, init) => {
      if (url.endsWith("/v1/sync")) overHttp += 1;
      return platform.fetch(url, init);
    },
    // One of each phone's own: locks of this platform reach only its own program.
    withLock: (name, options, work) => platform.withLock(`${own}${name}`, options, work),
  };
  const { url } = server;
  const store = memoryStore();
  const line = openLine({
    url,
    store,
    runtime,
    ...(openSocket === undefined ? {} : { openSocket }),
  });
  const hb = await HealthBridge.open({
    url,
    store,
    deviceName: login,
    runtime: line.runtime,
  });
  opened.push(hb);
  await hb.signIn({ login, password: PASSWORD });
  await hb.follow(`calendar:${world.doctor}`);
  await expect.poll(() => line.state.get()).toBe("live");
  await hb.sync();
  return { hb, url, store, line, overHttp: () => overHttp };
}

const patient = async (hb: HealthBridge, name: string) =>
  (await hb.registerPatient({ name, clinic: world.clinic })).id;

it("what one books the other sees at once, and neither asks over HTTP", async () => {
  const [amina, baraka] = [await phone("amina"), await phone("baraka")];
  const before = amina.overHttp() + baraka.overHttp();
  const wanjiru = await patient(amina.hb, "Wanjiru Kamau");
  const { id } = await amina.hb.book({ doctor: world.doctor, patient: wanjiru, start: startIn(3, "09:00") });
  await expect.poll(() => baraka.hb.get("appointment", id)?.status).toBe("booked");
  expect(baraka.hb.get("patient", wanjiru)).toMatchObject({ name: "Wanjiru Kamau" });
  await baraka.hb.cancel({ appointment: id, reason: "feels better" });
  await expect.poll(() => amina.hb.get("appointment", id)?.status).toBe("cancelled");
  expect(amina.overHttp() + baraka.overHttp()).toBe(before);
});

it("a message is on the other's screen a moment after it was written, and read marks come back the same way", async () => {
  await openAccount("wanjiru", { role: "patient" });
  await openAccount("achieng", { role: "doctor", doctor: world.doctor });
  const [hers, his] = [await phone("wanjiru"), await phone("achieng")];
  const wanjiru = (await hers.hb.registerPatient({ name: "Wanjiru Kamau" })).id;
  const { id: conversation } = await hers.hb.book({
    doctor: world.doctor,
    patient: wanjiru,
    start: startIn(4, "09:00"),
  });
  await expect.poll(() => his.hb.get("appointment", conversation)?.status).toBe("booked");
  const [patient, doctor] = [await openChat(hers), await openChat(his)];
  const before = hers.overHttp() + his.overHttp();
  await patient.send({ conversation, text: "The fever is back." });
  await expect
    .poll(() => doctor.messages(conversation).map(({ text }) => text))
    .toEqual(["The fever is back."]);
  await doctor.send({ conversation, text: "Since when?" });
  await expect.poll(() => patient.messages(conversation).at(-1)?.text).toBe("Since when?");
  expect(patient.messages(conversation).map((each) => each.doctor)).toEqual([undefined, world.doctor]);
  await patient.markRead(conversation);
  await expect.poll(() => doctor.messages(conversation).at(-1)?.state).toBe("read");
  expect(hers.overHttp() + his.overHttp()).toBe(before);
});

it("what another process writes arrives within seconds, without anybody asking", async () => {
  const { hb, overHttp } = await phone("amina");
  const before = overHttp();
  const [id = ""] = await world.asSystem([
    { type: "patient.register", input: { name: "Written Elsewhere", clinic: world.clinic } },
  ]);
  await expect.poll(() => hb.get("patient", id)?.name).toBe("Written Elsewhere");
  expect(overHttp()).toBe(before);
});

it("a socket that dies under a request costs nothing: the same goes over HTTP, and has its effect once", async () => {
  const sockets: WebSocket[] = [];
  let deadly = false;
  const { hb, line, overHttp } = await phone("amina", (url, protocols) => {
    const socket = new WebSocket(url, protocols);
    sockets.push(socket);
    const send = socket.send.bind(socket);
    // The server gets the frame, and its answer finds nobody.
    socket.send = (data) => {
      send(data);
      if (deadly) socket.close();
    };
    return socket;
  });
  deadly = true;
  const before = overHttp();
  const name = `Only Once ${randomBytes(4).toString("hex")}`;
  const id = await patient(hb, name);
  const report = await hb.sync();
  expect(report.problem).toBeUndefined();
  expect(hb.waiting()).toEqual([]);
  expect(overHttp()).toBeGreaterThan(before);
  expect(hb.get("patient", id)).toMatchObject({ name });
  deadly = false;
  await expect.poll(() => line.state.get()).toBe("live");
  expect(sockets.length).toBeGreaterThan(1);
  expect(await count(name)).toBe(1);
});

it("a server that stops sends its lines away, and they find the next one", async () => {
  const { hb, line } = await phone("amina");
  const { port } = new URL(server.url);
  await server.close();
  expect(line.state.get()).not.toBe("live");
  server = await started(port);
  await expect.poll(() => line.state.get()).toBe("live");
  const id = await patient(hb, "After The Restart");
  await expect.poll(() => hb.get("patient", id)?.waiting).toBeUndefined();
});

/** An account that can sign in. */
async function openAccount(login: string, profile: object): Promise<void> {
  const passwordHash = await createPasswordHasher(systemRandomness).hash(PASSWORD);
  const input = { login, name: `Canary ${login}`, ...profile };
  await world.executor.submit({
    submitter: { tenant: world.tenant, account: undefined, device: undefined, system: true },
    stream: newStream(),
    from: 1,
    heard: 0,
    operations: [{ type: "account.register", input, madeAt: 0, secrets: { passwordHash } }],
    carrier: "server",
  });
}

/** Patients of that name in the database. */
async function count(name: string): Promise<number> {
  const rows = await read(world.pool, (reader) =>
    reader.query<{ id: string }>("SELECT id FROM patient WHERE name = ?", [name]),
  );
  return rows.length;
}
