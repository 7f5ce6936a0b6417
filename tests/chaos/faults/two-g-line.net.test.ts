import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { networkLine, proxyLine, startTwoGLine, type TwoGLine } from "./two-g-line.ts";
import { askFromLine, sizedServer } from "./two-g-support.ts";

/** As the line is, only good and fast: what is tried here is the way, not the weather. The weather's own test takes minutes. */
const QUICK = { delayMs: 2, jitterMs: 1, loss: 0, duplicates: 0, bitsPerSecond: 10_000_000 };

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

async function line(kind: "network" | "proxy", settings: object = QUICK): Promise<TwoGLine | undefined> {
  const server = stack.use(await sizedServer());
  const options = { target: { host: "127.0.0.1", port: server.port }, seed: 1, settings };
  const found = kind === "proxy" ? await proxyLine(options) : await networkLine(options);
  if ("reason" in found) {
    console.log(`Not tried, for want of a network of one's own: ${found.reason}`);
    return undefined;
  }
  return stack.use(found);
}

describe.each(["network", "proxy"] as const)("a line as a %s", (kind) => {
  test("carries requests of a process on it, and counts them", async () => {
    const found = await line(kind);
    if (found === undefined) return;
    const took = await askFromLine(found, `${found.url}/20000`, 3);
    expect(took).toHaveLength(3);
    expect(found.http.bodies).toEqual({ up: 0, down: 60_000 });
    expect(found.http.stats).toMatchObject({ requests: 3, connections: 1 });
    const { up, down } = await found.bytes();
    expect(down.bytes).toBeGreaterThan(60_000);
    expect(down.bytes).toBeLessThan(70_000);
    expect(up.bytes).toBeGreaterThan(3 * 60);
    expect([up.lost, down.lost, up.doubled, down.doubled]).toEqual([0, 0, 0, 0]);
  });

  test("loses and doubles packets, and everything arrives all the same", async () => {
    const found = await line(kind, { ...QUICK, loss: 0.1, duplicates: 0.2 });
    if (found === undefined) return;
    await askFromLine(found, `${found.url}/15000`, 1);
    expect(found.http.bodies.down).toBe(15_000);
    const { up, down } = await found.bytes();
    expect(up.lost + down.lost).toBeGreaterThan(0);
    expect(up.doubled + down.doubled).toBeGreaterThan(0);
  });

  test("can have faults of the server's end as well", async () => {
    const found = await line(kind);
    if (found === undefined) return;
    found.http.plan(() => ({ kind: "cut", direction: "response", afterBytes: 20 }));
    await expect(askFromLine(found, `${found.url}/100`, 1)).rejects.toThrow(/ECONNRESET|aborted|hang up/);
  });
});

test("a process on a network of its own has no other way out, and the network goes with the line", async () => {
  const found = await line("network");
  if (found === undefined) return;
  const past = found.http.url.replace(/^http:\/\/[\d.]+/, "http://127.0.0.1");
  await expect(askFromLine(found, past, 1)).rejects.toThrow("ECONNREFUSED");
  const device =
    new RegExp(String.raw`hb2g\d+o`).exec(await readFile("/proc/net/dev", "utf8"))?.[0] ?? "none";
  await found[Symbol.asyncDispose]();
  expect(await readFile("/proc/net/dev", "utf8")).not.toContain(device);
});

test("where there can be no network, the proxy takes its place and says so", async () => {
  const server = stack.use(await sizedServer());
  const said: string[] = [];
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  stack.defer(() => {
    process.env["PATH"] = path;
  });
  const found = stack.use(
    await startTwoGLine(
      { target: { host: "127.0.0.1", port: server.port }, seed: 1, settings: QUICK },
      (text) => said.push(text),
    ),
  );
  expect(found.kind).toBe("proxy");
  expect(said).toEqual([expect.stringContaining("a proxy takes its place")]);
});
