import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, verdict } from "../../../tests/setup/world.ts";
import { read } from "../../src/database/read.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import type { Submission } from "../../src/operations/submission.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
/** Two operations fit a transaction, and after each its time is over. */
const hurried = createExecutor({ pool: world.pool, limits: { batch: 2, share: 2, answerMs: 0 } });
afterAll(async () => {
  await hurried.close();
  await world[Symbol.asyncDispose]();
});
const { clinic, staff } = world;

const register = (name: string) => ({ type: "patient.register", input: { name, clinic }, madeAt: 0 });
const submission = (from: number, names: readonly string[]): Submission => ({
  submitter: staff.submitter,
  stream: staff.stream,
  from,
  heard: from - 1,
  operations: names.map(register),
  carrier: "queue",
});
const registered = () =>
  read(world.pool, async (reader) =>
    (await reader.query<{ name: string }>("SELECT name FROM patient ORDER BY name")).map(({ name }) => name),
  );

test("a device whose submission takes too long is answered for what is settled, nothing else of it is done, and it goes on from there", async () => {
  const all = ["A", "B", "C", "D", "E"];
  const first = await hurried.submit(submission(1, all));
  expect([first.settled, first.outcomes.map(verdict)]).toEqual([2, ["applied", "applied"]]);
  const other = await hurried.submit({ ...submission(1, ["Z"]), stream: newStream() });
  expect(other.settled).toBe(1);
  expect(await registered()).toEqual(["A", "B", "Z"]);
  for (let { settled } = first; settled < all.length;) {
    const next = await hurried.submit(submission(settled + 1, all.slice(settled)));
    expect(next).toMatchObject({ fork: false, anew: false });
    expect(next.settled).toBeGreaterThan(settled);
    ({ settled } = next);
  }
  expect(await registered()).toEqual(["A", "B", "C", "D", "E", "Z"]);
});

test("what the server itself submits is answered whole", async () => {
  const system = { tenant: world.tenant, account: undefined, device: undefined, system: true as const };
  const { settled } = await hurried.submit({
    ...submission(1, ["F", "G", "H"]),
    submitter: system,
    stream: newStream(),
    carrier: "server",
  });
  expect(settled).toBe(3);
});
