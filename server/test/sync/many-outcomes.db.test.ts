import type { SyncRequest } from "@healthbridge/schema";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openWorld, type Person } from "../../../tests/setup/world.ts";
import { Lease } from "../../src/database/lease.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
const service = createSyncService(world);
afterAll(() => world[Symbol.asyncDispose]());

function sync(person: Person, request: Partial<SyncRequest>) {
  return service.answer({ protocol: 1, stream: person.stream, from: 1, ...request }, person.submitter);
}

describe("a stream with more outcomes than fit an answer", () => {
  const COUNT = 1_100;
  const refused = { type: "none.such", input: {}, madeAt: 0 };
  let person: Person;
  beforeAll(async () => {
    person = await world.person("staff", { clinics: [world.clinic] });
    for (let from = 1; from <= COUNT; from += 500)
      await world.submit(
        person,
        from,
        Array.from({ length: Math.min(500, COUNT + 1 - from) }, () => refused),
      );
  });

  test("is told again part by part, and goes on once the device has heard of them", async () => {
    const told: number[] = [];
    for (let heard = 0; heard < COUNT;) {
      const { settled, outcomes = [] } = (await sync(person, { from: COUNT + 1, heard })).head;
      expect(outcomes.length).toBeLessThanOrEqual(500);
      expect(settled).toBe(heard + outcomes.length);
      told.push(...outcomes.map(({ number }) => number));
      heard = settled;
    }
    expect(told).toEqual(Array.from({ length: COUNT }, (_, at) => at + 1));
    const next = { from: COUNT + 1, operations: [refused] };
    expect((await sync(person, { ...next, heard: 0 })).head.settled).toBe(500);
    expect((await sync(person, { ...next, heard: COUNT - 1 })).head).toMatchObject({
      settled: COUNT + 1,
      outcomes: [{ number: COUNT }, { number: COUNT + 1 }],
    });
  });

  test("is not read to its end for one operation that is sent again", async () => {
    const run = vi.spyOn(Lease.prototype, "run");
    await sync(person, { from: 1, operations: [refused] });
    const answers = await Promise.all(run.mock.results.map(({ value }) => value as unknown));
    const known = answers.filter((_, at) =>
      run.mock.calls[at]?.[0].includes("FROM operation WHERE (stream_id"),
    );
    run.mockRestore();
    expect(known).toMatchObject([{ rows: { length: 1 } }]);
  });
});
