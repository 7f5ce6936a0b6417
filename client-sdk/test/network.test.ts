import { getEventListeners } from "node:events";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { describeStatus } from "../src/index.ts";
import { clinic, doctor, otieno, sheet, slot, wanjiru } from "./support/clinic.ts";
import { json, problem } from "./support/line.ts";
import { scene, useNetwork } from "./support/scene.ts";
import { settled } from "./support/fake-runtime.ts";

useNetwork();
const html = (status: number) =>
  new HttpResponse("<html>Welcome to Hotel Wifi</html>", {
    status,
    headers: { "content-type": "text/html" },
  });

test("a lost response: the same numbers are sent again and get the same outcome", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  const booked = await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  line.faults.push(async (_, go) => {
    await go();
    return HttpResponse.error();
  });
  expect(await hb.sync()).toMatchObject({ done: false, waiting: 1, problem: { code: "offline" } });
  expect(hb.status.get()).toMatchObject({ state: "offline", waiting: { total: 1 } });
  expect(describeStatus(hb.status.get())).toBe("1 waiting to be sent; no connection");
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  const [one, two] = line.syncs;
  expect(two?.body["operations"]).toEqual(one?.body["operations"]);
  expect(two?.body["from"]).toBe(one?.body["from"]);
  expect(hb.get("appointment", booked.id)).toEqual(server.get("appointment", booked.id));
  expect(hb.get("sheet", sheet.id)).toEqual(server.get("sheet", sheet.id));
});

test.each([
  ["a captive portal's page", () => html(200)],
  ["a proxy's 502", () => html(502)],
  [
    "a redirect",
    () => new HttpResponse(null, { status: 302, headers: { location: "http://portal.test/login" } }),
  ],
  ["JSON that is not ours", () => json({ hello: "world" })],
  [
    "truncated JSON",
    () => new HttpResponse('{"settled":1,"serv', { headers: { "content-type": "application/json" } }),
  ],
  ["a 401 page that is not ours", () => html(401)],
  ["an internal error of ours", () => problem(500, "internal")],
])("%s is offline, never an outcome", async (_, answer) => {
  const { ready, line } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  line.faults.push(() => answer());
  const report = await hb.sync();
  expect(report).toMatchObject({ done: false, applied: 0, rejected: 0, waiting: 1 });
  expect(hb.status.get().account?.login).toBe("amina");
  expect(line.syncs).toHaveLength(1);
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
});

test("an answer in lines cut in the middle keeps its whole pages and goes on from there", async () => {
  const { open, server, line } = scene();
  for (let at = 1; at <= 9; at++) server.put("patient", { ...wanjiru, id: `patientpatientpb.${at}` });
  const hb = await open();
  await hb.signIn({ login: "amina", password: "a sentence that is long" });
  line.faults.push(async (_, go) => {
    const text = await (await go()).text();
    return new HttpResponse(text.slice(0, Math.floor(text.length * 0.6)), {
      headers: { "content-type": "application/x-ndjson" },
    });
  });
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(hb.list("patient")).toHaveLength(11);
  const second = line.syncs[1]?.body["cursors"];
  expect(second).toMatch(/:[1-9]/);
});

test("a token that ran out in the middle is renewed and the sync goes on", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  server.expireAccessTokens();
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(line.seen.map(({ path }) => path)).toEqual(["/v1/sync", "/v1/sessions/refresh", "/v1/sync"]);
});

test("a renewed token whose first use the line lost is renewed again when it has run out meanwhile", async () => {
  const { ready, server, line } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  server.expireAccessTokens();
  line.faults.push(
    (_, go) => go(),
    (_, go) => go(),
    () => HttpResponse.error(),
  );
  expect(await hb.sync()).toMatchObject({ done: false, problem: { code: "offline" } });
  const refreshes = (): number => line.seen.filter(({ path }) => path === "/v1/sessions/refresh").length;
  expect(refreshes()).toBe(1);
  // A quarter of an hour without a network later the new one is over as well.
  const isOver = (request: Request, go: () => Promise<Response>): Promise<Response> | Response =>
    request.url.endsWith("/v1/sync") && refreshes() === 1 ? problem(401, "token_expired") : go();
  line.faults.push(...Array.from({ length: 8 }, () => isOver));
  await hb.sync();
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  expect(refreshes()).toBe(2);
});

test("a lost refresh response signs nobody out: the same pair is sent until an answer arrives", async () => {
  const { ready, server, open, disk, line } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  server.expireAccessTokens();
  line.faults.push(
    (_, go) => go(),
    async (_, go) => {
      await go();
      return HttpResponse.error();
    },
  );
  expect(await hb.sync()).toMatchObject({ done: false, waiting: 1 });
  disk.crash();
  const again = await open();
  expect(await again.sync()).toMatchObject({ done: true, applied: 1 });
  const refreshes = line.seen.filter(({ path }) => path === "/v1/sessions/refresh");
  expect(refreshes).toHaveLength(2);
  expect(refreshes[0]?.body).toEqual(refreshes[1]?.body);
});

test("a revoked device needs a sign-in and keeps its queue", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  const codes: string[] = [];
  hb.on("signInNeeded", ({ code }) => codes.push(code));
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  line.faults.push(() => problem(401, "device_revoked"));
  expect(await hb.sync()).toMatchObject({ done: false, waiting: 1, problem: { code: "device_revoked" } });
  expect(codes).toEqual(["device_revoked"]);
  expect(hb.status.get().state).toBe("needs-sign-in");
  await hb.signIn({ login: "amina", password: "a sentence that is long" });
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
});

test("a server that speaks newer versions only keeps the queue and says so", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  line.faults.push(() => problem(426, "protocol_unsupported"));
  expect(await hb.sync()).toMatchObject({ waiting: 1, problem: { code: "protocol_unsupported" } });
  expect(hb.status.get().state).toBe("upgrade-needed");
});

test.each([413, 400])("a request refused as a whole (%d) is sent again in halves", async (status) => {
  const { ready, line } = scene();
  const hb = await ready();
  await hb.enqueueMany(
    Array.from({ length: 8 }, (_, at) => ({
      type: "patient.register" as const,
      input: { name: `P${at}`, clinic: clinic.id },
    })),
  );
  line.faults.push(() => problem(status, "too_large"));
  expect(await hb.sync()).toMatchObject({ done: true, applied: 8 });
  const sizes = line.syncs.map(({ body }) => body["operations"]?.length ?? 0).filter(Boolean);
  expect(sizes[0]).toBe(8);
  expect(sizes[1]).toBe(4);
});

test.each([
  ["seconds", { "retry-after": "7" }, 7_000],
  [
    "a date against the answer's own clock",
    { "retry-after": "Sun, 22 Nov 2026 10:00:20 GMT", date: "Sun, 22 Nov 2026 10:00:00 GMT" },
    20_000,
  ],
  ["far too long", { "retry-after": "864000" }, 900_000],
  ["nothing", { "retry-after": "0" }, 500],
])("Retry-After in %s is kept, within reason and with a little spread", async (_, headers, expected) => {
  const { ready, runtime, line } = scene();
  runtime.chance = 0;
  const hb = await ready();
  line.faults.push(() => problem(503, "unavailable", headers));
  hb.start();
  await settled();
  expect(hb.status.get().nextAttempt).toBe(runtime.wall + expected);
  await runtime.advance(expected);
  expect(hb.status.get().state).toBe("online");
});

test("in the background, failures are followed by growing random pauses, and the network's return by an attempt at once", async () => {
  const { ready, runtime, line } = scene();
  const hb = await ready();
  const failing = Array.from({ length: 4 }, () => () => HttpResponse.error());
  line.faults.push(...failing);
  hb.start();
  await settled();
  const pauses: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const wait = (hb.status.get().nextAttempt ?? 0) - runtime.wall;
    pauses.push(wait);
    await runtime.advance(wait);
  }
  expect(pauses).toEqual([500, 1_000, 2_000]);
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  await settled();
  expect(hb.status.get().waiting.total).toBe(1);
  runtime.goOnline();
  await settled();
  expect(hb.status.get()).toMatchObject({ state: "online", waiting: { total: 0 } });
});

test("a line on which nothing moves is given up after 30 seconds, not before", async () => {
  const { ready, runtime, line } = scene();
  const hb = await ready();
  line.faults.push(() => new Promise<Response>(() => undefined));
  const report = hb.sync();
  await settled();
  await runtime.advance(29_000);
  expect(hb.status.get().state).toBe("sending");
  await runtime.advance(1_001);
  expect(await report).toMatchObject({ done: false, problem: { code: "offline" } });
});

test("sync goes on trying for as long as it was told to", async () => {
  const { ready, runtime, line } = scene();
  const hb = await ready();
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  line.faults.push(
    () => HttpResponse.error(),
    () => HttpResponse.error(),
  );
  const report = hb.sync({ tryFor: 60_000 });
  await settled();
  await runtime.advance(2_000);
  await runtime.advance(4_000);
  expect(await report).toMatchObject({ done: true, applied: 1 });
});

test("sync gives up when its time is over, also on a device that syncs by itself with growing pauses", async () => {
  const { ready, runtime, line } = scene();
  const hb = await ready();
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  line.faults.push(...Array.from({ length: 40 }, () => () => HttpResponse.error()));
  hb.start();
  await settled();
  for (let turn = 0; turn < 8; turn++) await runtime.advance(150_000); // its pauses are minutes long by now
  let ended = false;
  const report = hb.sync({ tryFor: 10_000 });
  void report.then(() => (ended = true));
  await settled();
  await runtime.advance(10_000);
  await expect.poll(() => ended).toBe(true);
  expect(await report).toMatchObject({ done: false, waiting: 1, problem: { code: "offline" } });
  hb.stop();
});

/** More than goes into one exchange, so that a server's pace counts. */
const thirtyPatients = () =>
  Array.from({ length: 30 }, (_, at) => ({
    type: "patient.register" as const,
    input: { name: `Patient ${at}`, clinic: clinic.id },
  }));

test("the pace that a busy server asks for is kept, whoever asks to sync", async () => {
  const { ready, runtime, line, server } = scene();
  const hb = await ready();
  await hb.enqueueMany(thirtyPatients());
  server.pace = 2_000;
  const report = hb.sync({ until: "settled" });
  await settled();
  expect(line.syncs).toHaveLength(1);
  await runtime.advance(1_000);
  expect(line.syncs).toHaveLength(1);
  for (let turn = 0; turn < 4; turn++) await runtime.advance(1_000);
  expect(await report).toMatchObject({ applied: 30, waiting: 0, problem: undefined });
});

test("a server that asks for a thousand years is left alone for a quarter of an hour, and whoever waits is told at once", async () => {
  const { ready, runtime, line, server } = scene();
  const hb = await ready();
  await hb.enqueueMany(thirtyPatients());
  server.pace = 9_007_199_254_740_991;
  hb.start();
  expect(await hb.sync()).toMatchObject({ done: false, problem: { code: "unavailable" } });
  await settled();
  const before = line.syncs.length;
  server.pace = undefined;
  await runtime.advance(890_000);
  expect(line.syncs).toHaveLength(before);
  await runtime.advance(10_000);
  expect(line.syncs.length).toBeGreaterThan(before);
  hb.stop();
});

test("a caller who gives up is told so, and what was sent stays sent", async () => {
  const { ready } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(3) });
  expect(await hb.sync({ signal: AbortSignal.abort() })).toMatchObject({
    done: false,
    problem: { code: "aborted" },
  });
  await settled();
  expect(hb.status.get().waiting.total).toBe(0);
});

test("a caller with its answer listens to its signal no longer: an app may have one for as long as it runs", async () => {
  const { ready } = scene();
  const hb = await ready();
  const { signal } = new AbortController();
  const report = hb.sync({ signal });
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  expect(await report).toMatchObject({ done: true });
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("an idle look costs under 120 bytes", async () => {
  const { ready, line } = scene();
  const hb = await ready();
  await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) });
  await hb.sync();
  line.seen.length = 0;
  await hb.sync();
  expect(line.syncs).toHaveLength(1);
  expect(line.syncs[0]?.bytes).toBeLessThan(100);
});
