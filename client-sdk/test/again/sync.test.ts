import { expect, test } from "vitest";
import { clinic, password } from "../support/clinic.ts";
import { type FakeRuntime, settled } from "../support/fake-runtime.ts";
import { problem } from "../support/line.ts";
import { scene, useNetwork } from "../support/scene.ts";

useNetwork();

const HOUR = 3_600_000;
/** Should it go on for ever, this ends it. */
const ENOUGH = 200;

/** A device that syncs by itself for an hour, and whose every sync is answered like this; how often it asked. */
async function asked(answer: (number: number, response: Response) => Promise<Response>): Promise<number> {
  const { ready, runtime } = scene();
  const hb = await ready();
  const { fetch } = runtime;
  let count = 0;
  runtime.fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!url.endsWith("/v1/sync") || count >= ENOUGH) return response;
    return answer((count += 1), response);
  };
  hb.start();
  await settled();
  await passes(runtime, () => hb.status.get().nextAttempt, count >= ENOUGH ? 0 : HOUR);
  hb.stop();
  return count;
}

async function passes(runtime: FakeRuntime, next: () => number | undefined, ms: number): Promise<void> {
  const end = runtime.wall + ms;
  for (let turn = 0; runtime.wall < end && turn < ENOUGH; turn += 1)
    await runtime.advance(Math.max(500, (next() ?? 0) - runtime.wall));
}

/** The same answer with another head. */
async function withHead(response: Response, change: object): Promise<Response> {
  const [head = "", ...rest] = (await response.text()).split("\n");
  const text = [JSON.stringify({ ...JSON.parse(head), ...change }), ...rest].join("\n");
  return new Response(text, { headers: response.headers });
}

test.each(["0", "1"])(
  "a server that says for an hour that it wants to be asked again in %s s is asked less and less often",
  async (seconds) => {
    expect(
      await asked(() => Promise.resolve(problem(503, "unavailable", { "retry-after": seconds }))),
    ).toBeLessThan(60);
  },
);

test("two servers of which one was restored, in turn, are left alone for longer and longer", async () => {
  expect(await asked((number, response) => withHead(response, { epoch: 100 + (number % 2) }))).toBeLessThan(
    60,
  );
});

test("a server that has all begin anew as soon as some of it was read is left alone for longer and longer", async () => {
  const handles = Array.from({ length: 20 }, (_, at) => at + 1);
  expect(
    await asked((number, response) =>
      number % 2 === 0 ? withHead(response, { reset: handles }) : cut(response),
    ),
  ).toBeLessThan(60);
});

/** All but the end of an answer. */
async function cut(response: Response): Promise<Response> {
  const lines = (await response.text()).trimEnd().split("\n");
  return new Response(`${lines.slice(0, -1).join("\n")}\n`, { headers: response.headers });
}

test("a session that the server cannot end just now is not ended again after each of many answers", async () => {
  const { ready, runtime, line } = scene();
  const hb = await ready();
  const { fetch } = runtime;
  let ended = 0;
  runtime.fetch = (url, init) => {
    if (!url.endsWith("/v1/sessions/current")) return fetch(url, init);
    ended += 1;
    return Promise.resolve(problem(503, "unavailable"));
  };
  await hb.signOut();
  await settled();
  expect(ended).toBe(1);
  await hb.signIn({ login: "amina", password });
  await hb.enqueueMany(
    Array.from({ length: 100 }, () => ({
      type: "patient.register" as const,
      input: { name: "Kamau", clinic: clinic.id },
    })),
  );
  expect(await hb.sync()).toMatchObject({ done: true });
  expect(line.syncs.length).toBeGreaterThan(2);
  expect(ended).toBe(2);
});
