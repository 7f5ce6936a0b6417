import { describe, expect, test, vi } from "vitest";
import type { LineSocket } from "../../src/adapters/platform-socket.ts";
import { inspectable } from "../../src/devtools/inspectable.ts";
import { HealthBridge, memoryDisk, memoryStore, platformRuntime, type Runtime } from "../../src/index.ts";
import { VirtualTime } from "../../src/testing/virtual-time.ts";
import { openLine } from "../../src/realtime/index.ts";
import { clinic, password } from "../support/clinic.ts";
import { settled } from "../support/fake-runtime.ts";
import { FakeSockets } from "../support/fake-sockets.ts";
import { scene, useNetwork } from "../support/scene.ts";
import { openClinic, PASSWORD } from "../react/support/clinic.ts";

useNetwork();

/** A runtime over a clock that stands still, and a server that answers as it is told. */
function world(answer: (url: string, init: RequestInit) => Promise<Response>) {
  const time = new VirtualTime({ start: 0 });
  const online = new Set<() => void>();
  const runtime: Runtime = {
    ...platformRuntime(),
    now: () => time.now(),
    monotonic: () => time.elapsed(),
    sleep: (ms, signal) => time.sleep(ms, signal),
    fetch: answer,
    onOnline: (listener) => {
      online.add(listener);
      return () => void online.delete(listener);
    },
  };
  return { time, runtime, online };
}

const ok = (text = "{}"): Promise<Response> =>
  Promise.resolve(new Response(text, { headers: { "content-type": "application/json" } }));

describe("requests", () => {
  test("are listed, the newest first, with bytes and the way they ended; without what follows the ? and without heads", async () => {
    const { runtime } = world((url) =>
      url.includes("gone") ? Promise.reject(new TypeError("no network")) : ok("12345"),
    );
    const seen = inspectable(runtime);
    const headers = { authorization: "Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln" };
    const answer = await seen.fetch("http://lab.test/v1/sync?ticket=secret", {
      method: "POST",
      body: "abc",
      headers,
    });
    expect(await answer.text()).toBe("12345");
    await expect(seen.fetch("http://lab.test/v1/gone", {})).rejects.toThrow("no network");
    expect(seen.requests.get()).toMatchObject([
      { number: 2, method: "GET", path: "/v1/gone", state: "failed", problem: "no network" },
      { number: 1, method: "POST", path: "/v1/sync", state: "done", status: 200, sent: 3, received: 5 },
    ]);
    expect(JSON.stringify(seen.requests.get())).not.toMatch(/secret|eyJ/);
  });

  test("pass as they are where there is nothing to read, or nothing that can be made anew", async () => {
    const redirect = Response.error(); // as a redirect that was not followed: its status is 0
    const answers = [new Response(null, { status: 204 }), redirect];
    const { runtime } = world(() => Promise.resolve(answers.shift() ?? redirect));
    const seen = inspectable(runtime);
    expect((await seen.fetch("http://lab.test/v1/signOut", {})).status).toBe(204);
    expect(await seen.fetch("http://lab.test/v1/moved", {})).toBe(redirect);
    expect(seen.requests.get().map(({ state }) => state)).toEqual(["done", "done"]);
  });

  test("that are cut in the middle have failed", async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new TypeError("reset")),
    });
    const { runtime } = world(() => Promise.resolve(new Response(body)));
    const seen = inspectable(runtime);
    const answer = await seen.fetch("http://lab.test/v1/sync", {});
    await expect(answer.text()).rejects.toThrow("reset");
    expect(seen.requests.get()).toMatchObject([{ state: "failed", problem: "reset", status: 200 }]);
  });

  test("are no more than a hundred", async () => {
    const { runtime } = world(() => ok());
    const seen = inspectable(runtime);
    for (let count = 0; count < 120; count++) await (await seen.fetch("http://lab.test/v1/sync", {})).text();
    expect(seen.requests.get()).toHaveLength(100);
    expect(seen.requests.get()[0]?.number).toBe(120);
  });
});

describe("the network of an instance", () => {
  test("is taken away, under requests too, and given back as the platform says it", async () => {
    const asked = vi.fn<Runtime["fetch"]>((_url, { signal }) => {
      return new Promise<Response>((_, reject) => {
        signal?.addEventListener("abort", () => reject(new TypeError(String(signal.reason))));
      });
    });
    const { runtime } = world(asked);
    const seen = inspectable(runtime);
    const back = vi.fn<() => void>();
    const stop = seen.onOnline(back);
    const underWay = seen.fetch("http://lab.test/v1/sync", {});
    seen.setLine("offline");
    await expect(underWay).rejects.toThrow("cut by the inspector");
    await expect(seen.fetch("http://lab.test/v1/sync", {})).rejects.toThrow(TypeError);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(back).not.toHaveBeenCalled();
    seen.setLine("normal");
    expect(back).toHaveBeenCalledTimes(1);
    stop();
    seen.setLine("offline");
    seen.setLine("normal");
    expect(back).toHaveBeenCalledTimes(1);
  });

  test("is slow: two seconds there and back, and 50 kbit a second", async () => {
    const { runtime, time } = world(() => ok("x".repeat(6_250)));
    const seen = inspectable(runtime);
    seen.setLine("slow-2g");
    let text: string | undefined;
    const read = async (): Promise<void> => {
      const answer = await seen.fetch("http://lab.test/v1/sync", { method: "POST", body: "y".repeat(6_250) });
      text = await answer.text();
    };
    const reading = read();
    await time.advance(3_999);
    expect(text).toBeUndefined();
    await time.advance(1);
    await reading;
    expect(text).toHaveLength(6_250);
  });

  test("has no sockets while it is away, and closes those it had", () => {
    const closed = vi.fn<() => void>();
    const socket: LineSocket = {
      binaryType: "blob",
      send: () => undefined,
      close: closed,
      addEventListener: () => undefined,
    };
    const { runtime } = world(() => ok());
    const seen = inspectable(runtime, () => socket);
    const held = seen.openSocket?.("ws://lab.test/v1/realtime", ["ticket.secret"]);
    held?.send("hello");
    expect(seen.requests.get()).toMatchObject([
      { method: "WS", path: "/v1/realtime", sent: 5, received: 0, state: "under way" },
    ]);
    expect(JSON.stringify(seen.requests.get())).not.toContain("secret");
    seen.setLine("offline");
    expect(closed).toHaveBeenCalledTimes(1);
    expect(() => seen.openSocket?.("ws://lab.test", [])).toThrow("offline");
    expect(inspectable(runtime, undefined).openSocket === undefined).toBe(typeof WebSocket === "undefined");
  });
});

test("a line over it loses its socket, and has another when the network is back", async () => {
  const parts = scene();
  const sockets = new FakeSockets(parts.line, parts.server);
  const seen = inspectable(parts.runtime, sockets.openSocket);
  const device = { url: parts.line.url, store: memoryStore(parts.disk) };
  const line = openLine({ ...device, runtime: seen, openSocket: seen.openSocket });
  const hb = await HealthBridge.open({ ...device, runtime: line.runtime });
  await hb.signIn({ login: "amina", password });
  await settled();
  expect(line.state.get()).toBe("live");
  seen.setLine("offline");
  await settled();
  expect(line.state.get()).toBe("connecting");
  await hb.registerPatient({ name: "Otieno", clinic: clinic.id });
  expect((await hb.sync()).problem?.code).toBe("offline");
  seen.setLine("normal");
  await settled();
  expect(line.state.get()).toBe("live");
  expect((await hb.sync()).waiting).toBe(0);
  expect(
    seen.requests
      .get()
      .filter(({ method }) => method === "WS")
      .map(({ state }) => state),
  ).toEqual(expect.arrayContaining(["under way", "done"]));
  line.close();
  await hb.close();
});

test("a device on such a runtime works as on any other: it waits offline, and sends when the network is back", async () => {
  await using at = await openClinic();
  const { runtime } = at.desk.open;
  const seen = inspectable(runtime);
  const hb = await HealthBridge.open({
    url: at.desk.open.url,
    store: memoryStore(memoryDisk()),
    runtime: seen,
    autoSync: false,
  });
  await at.lab.time.run(hb.signIn({ login: "amina", password: PASSWORD }));
  seen.setLine("offline");
  await hb.registerPatient({ name: "Otieno", clinic: at.clinic });
  expect((await at.lab.time.run(hb.sync())).problem?.code).toBe("offline");
  seen.setLine("normal");
  expect((await at.lab.time.run(hb.sync())).applied).toBe(1);
  expect(JSON.stringify(seen.requests.get())).not.toMatch(/eyJ/);
  await hb.close();
});
