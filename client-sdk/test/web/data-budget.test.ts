import { dataBudget, type DataBudgetOptions } from "@healthbridge/client-sdk/web";
import { describe, expect, test } from "vitest";
import { clinic, doctor, otieno, slot, wanjiru } from "../support/clinic.ts";
import { FakeBrowser } from "../support/fake-browser.ts";
import { FakeRuntime, settled } from "../support/fake-runtime.ts";
import { FakeSocket } from "../support/fake-sockets.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

const DAY_MS = 86_400_000;

function opened(options: Partial<DataBudgetOptions> = {}) {
  const at = scene();
  const browser = new FakeBrowser();
  const budget = dataBudget({
    name: "patient",
    dailyBytes: 1_000_000,
    runtime: at.runtime,
    page: browser,
    ...options,
  });
  return { ...at, browser, budget };
}

/** A device that is governed, with what it has read so far forgotten by the budget. */
async function governed(options: Partial<DataBudgetOptions> = {}) {
  const at = opened(options);
  const hb = await at.ready({ runtime: at.budget.runtime });
  const stop = at.budget.govern(hb);
  await settled();
  at.line.seen.length = 0;
  return { ...at, hb, stop };
}

describe("a data budget", () => {
  test("counts what was sent and received, by what it was for", async () => {
    const { ready, budget } = opened();
    await ready({ runtime: budget.runtime });
    const { usedToday, byKind, limit, paused } = budget.state.get();
    expect(byKind.sync).toBeGreaterThan(800);
    expect(byKind.other).toBeGreaterThan(500); // the sign-in
    expect(byKind.files + byKind.documents + byKind.live).toBe(0);
    expect(usedToday).toBe(byKind.sync + byKind.other);
    expect({ limit, paused }).toEqual({ limit: 1_000_000, paused: false });
  });

  test("leaves an answer without content alone, whatever the browser gives it for a body", async () => {
    const runtime = new FakeRuntime();
    const empty = new Response(null, { status: 204, headers: { "upload-offset": "4096" } });
    Object.defineProperty(empty, "body", { value: new ReadableStream() }); // as Chromium has it
    runtime.fetch = async () => empty;
    const { budget } = opened({ runtime });
    const response = await budget.runtime.fetch("https://health.example/v1/attachments/a.1", {
      method: "PATCH",
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("upload-offset")).toBe("4096");
  });

  test("leaves an answer as it is, and counts all of it", async () => {
    const { line, server, budget } = opened();
    const text = "x".repeat(50_000);
    Reflect.set(
      server,
      "fetch",
      async () => new Response(text, { headers: { "content-type": "text/plain" } }),
    );
    const response = await budget.runtime.fetch(`${line.url}/v1/attachments/a.1`, { method: "GET" });
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(await response.text()).toBe(text);
    expect(budget.state.get().byKind.files).toBe(50_000 + 400);
  });

  test("goes on where another tab, or the day's earlier run, has come to", async () => {
    const { budget, browser, runtime, ready } = opened();
    await ready({ runtime: budget.runtime });
    const again = dataBudget({ name: "patient", dailyBytes: 500, runtime, page: browser });
    expect(again.state.get()).toMatchObject({ usedToday: budget.state.get().usedToday, paused: true });
    const other = dataBudget({ name: "clinic", dailyBytes: 500, runtime, page: browser });
    expect(other.state.get().usedToday).toBe(0);
  });

  test("begins anew at midnight", async () => {
    const { budget, runtime, ready } = opened({ dailyBytes: 10 });
    await ready({ runtime: budget.runtime });
    expect(budget.state.get().paused).toBe(true);
    await runtime.advance(DAY_MS);
    expect(budget.state.get()).toMatchObject({ usedToday: 0, paused: false });
  });
});

describe("beyond the limit", () => {
  test("nothing is sent or asked by itself but what is urgent, which goes at once", async () => {
    const { hb, budget, line, runtime } = await governed();
    budget.setLimit(1);
    expect(budget.state.get().paused).toBe(true);
    expect(hb.status.get().started).toBe(false);
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    await runtime.advance(DAY_MS / 24);
    expect(line.syncs).toEqual([]);
    await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) }, { lane: "urgent" });
    await settled();
    expect(hb.waiting().map(({ type }) => type)).toEqual(["patient.register"]);
    expect(line.syncs.length).toBeGreaterThan(0);
    expect(line.syncs.flatMap(({ body }) => body["operations"] ?? [])).toHaveLength(1);
  });

  test("what is urgent goes on trying while the network is away", async () => {
    const { hb, budget, line, runtime } = await governed();
    budget.setLimit(1);
    for (let fault = 0; fault < 3; fault += 1)
      line.faults.push(() => {
        throw new TypeError("no network");
      });
    await hb.book({ doctor: doctor.id, patient: wanjiru.id, start: slot(0) }, { lane: "urgent" });
    for (let minute = 0; minute < 10; minute += 1) await runtime.advance(60_000);
    expect(hb.waiting()).toEqual([]);
  });

  test("the rest goes when the user says so, and until midnight", async () => {
    const { hb, budget, runtime } = await governed();
    budget.setLimit(1);
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    budget.allowToday();
    await settled();
    expect(hb.waiting()).toEqual([]);
    expect(budget.state.get().paused).toBe(false);
    expect(hb.status.get().started).toBe(true);
    await runtime.advance(DAY_MS);
    // The first request of the new day is more than one byte.
    await hb.registerPatient({ name: "Njeri", clinic: clinic.id });
    await settled();
    expect(budget.state.get().paused).toBe(true);
  });

  test("the rest goes by itself tomorrow", async () => {
    const { hb, budget, runtime } = await governed();
    const used = budget.state.get().usedToday;
    budget.setLimit(used);
    await hb.book({ doctor: doctor.id, patient: otieno.id, start: slot(1) });
    await settled();
    expect(hb.waiting()).toHaveLength(1);
    await runtime.advance(DAY_MS);
    await settled();
    expect(hb.waiting()).toEqual([]);
  });

  test("a sync that the user asks for goes", async () => {
    const { hb, budget } = await governed();
    budget.setLimit(1);
    await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
    expect(await hb.sync()).toMatchObject({ done: true });
  });

  test("photos and documents wait as if there were no network, and are told when they may go", async () => {
    const { budget, line } = opened();
    budget.setLimit(0);
    const ask = (path: string) => budget.runtime.fetch(line.url + path, { method: "GET" });
    for (const path of ["/v1/attachments/a.1", "/v1/documents/a.notes/sync", "/v1/realtime/ticket"])
      await expect(ask(path)).rejects.toThrow("waits for data");
    let told = 0;
    budget.runtime.onOnline(() => (told += 1));
    budget.allowToday();
    expect(told).toBe(1);
    expect((await ask("/v1/attachments/a.1")).status).toBe(401);
  });

  test("a socket is closed, and its bytes were counted", () => {
    let socket: FakeSocket | undefined;
    const openSocket = (_: string, protocols: string[]) =>
      (socket = new FakeSocket(protocols, () => undefined));
    const { budget } = opened({ openSocket });
    budget.openSocket?.("wss://health.example/v1/realtime", []);
    socket?.open();
    socket?.say({ told: "x".repeat(1_000) });
    expect(budget.state.get().byKind.live).toBeGreaterThan(1_400);
    budget.setLimit(1);
    expect(socket?.isOpen).toBe(false);
  });
});

describe("what the phone says of its line", () => {
  test("is shown, and nothing where it says nothing", () => {
    const { budget, browser } = opened();
    expect(budget.state.get()).toMatchObject({ metered: undefined, saveData: false });
    browser.onLine({ type: "cellular", saveData: false });
    browser.show(true);
    expect(budget.state.get()).toMatchObject({ metered: true, saveData: false, filesWait: false });
    browser.onLine({ type: "wifi" });
    browser.show(true);
    expect(budget.state.get().metered).toBe(false);
  });

  test("Save-Data keeps photos back until the user says so; all else goes", async () => {
    const browser = new FakeBrowser();
    browser.onLine({ type: "cellular", saveData: true });
    const { budget, line, ready } = opened({ page: browser });
    const photo = () => budget.runtime.fetch(`${line.url}/v1/attachments/a.1`, { method: "GET" });
    expect(budget.state.get()).toMatchObject({ paused: false, filesWait: true });
    await expect(photo()).rejects.toThrow("waits for data");
    await ready({ runtime: budget.runtime });
    budget.allowToday();
    expect((await photo()).status).toBe(401);
  });

  test("Save-Data keeps nothing back where the app says so", () => {
    const browser = new FakeBrowser();
    browser.onLine({ saveData: true });
    const { budget } = opened({ page: browser, filesWhenSaving: "go" });
    expect(budget.state.get()).toMatchObject({ saveData: true, filesWait: false });
  });
});
