import { afterEach, expect, test } from "vitest";
import { networkLine, proxyLine } from "./two-g-line.ts";
import { askFromLine, sizedServer } from "./two-g-support.ts";

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

// The figures are what faults.md measured of such a line; the bounds are wide, as every run meets other weather.
test.each(["network", "proxy"] as const)("a 2G line as a %s is as slow as 2G is", async (kind) => {
  const server = stack.use(await sizedServer());
  const options = { target: { host: "127.0.0.1", port: server.port }, seed: 7 };
  const line = kind === "proxy" ? await proxyLine(options) : await networkLine(options);
  if ("reason" in line) {
    console.log(`Not tried, for want of a network of one's own: ${line.reason}`);
    return;
  }
  stack.use(line);
  const trips = await askFromLine(line, `${line.url}/1`, 9);
  const loads = [];
  for (let load = 0; load < 3; load += 1) loads.push(...(await askFromLine(line, `${line.url}/33000`, 1)));
  const { up, down } = await line.bytes();
  console.log(
    `2G line as a ${kind}: a round trip took ${String(median(trips))} ms (${trips.join(", ")}),`,
    `33 kB took ${loads.join(", ")} ms; up ${JSON.stringify(up)}, down ${JSON.stringify(down)}`,
  );
  expect(median(trips)).toBeGreaterThan(400);
  expect(median(trips)).toBeLessThan(1_500);
  expect(median(loads)).toBeGreaterThan(5_000);
  expect(median(loads)).toBeLessThan(20_000);
});
