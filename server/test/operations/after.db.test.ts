import { operationId } from "@healthbridge/schema";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, type Person, verdict } from "../../../tests/setup/world.ts";
import { inTransaction } from "../../src/database/transaction.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
afterAll(() => world[Symbol.asyncDispose]());

const { clinic } = world;
const patient = () => world.person("patient");
const staff = () => world.person("staff", { clinics: [clinic] });
const register = (more: object = {}) => ({ type: "patient.register", input: { name: "Akinyi", ...more } });
const first = ({ stream }: Person) => operationId(stream, 1);

/** What becomes of an operation of hers that names others in `after`. */
async function naming(person: Person, after: readonly string[], more: object = {}): Promise<unknown> {
  const operations = [{ ...register(more), after }];
  const { outcomes } = await world.submit(person, 1, operations, { stream: newStream() });
  return verdict(outcomes[0]) ?? "applied";
}

/** As the job does it with rows that are old enough. */
async function prune({ stream }: Person): Promise<void> {
  await inTransaction(world.pool, async (tx) => {
    await tx.write("DELETE FROM operation WHERE stream_id = ?", [stream]);
    await tx.write("UPDATE stream SET pruned_through = settled WHERE id = ?", [stream]);
  });
}

describe("a patient who names somebody else's operation", () => {
  test("hears the same of one that was applied as of one that is not there", async () => {
    const [mallory, eve, nurse] = [await patient(), await patient(), await staff()];
    await world.submit(eve, 1, [register()]);
    await world.submit(nurse, 1, [register({ clinic })]);
    expect(await naming(mallory, [first(eve)])).toBe("dependency_failed");
    expect(await naming(mallory, [first(nurse)])).toBe("dependency_failed");
    expect(await naming(mallory, [operationId(newStream(), 1)])).toBe("dependency_failed");
  });

  test("hears it also of what is decided together with her own", async () => {
    const [mallory, eve] = [await patient(), await patient()];
    const [, heard] = await Promise.all([world.submit(eve, 1, [register()]), naming(mallory, [first(eve)])]);
    expect(heard).toBe("dependency_failed");
  });

  test("hears it also of what was pruned since", async () => {
    const [mallory, eve] = [await patient(), await patient()];
    await world.submit(eve, 1, [register()]);
    await prune(eve);
    expect(await naming(mallory, [first(eve)])).toBe("dependency_failed");
  });
});

test("a patient builds on her own operations of every stream: settled, together with it, and pruned", async () => {
  const mary = await patient();
  const [, together] = await Promise.all([world.submit(mary, 1, [register()]), naming(mary, [first(mary)])]);
  expect([together, await naming(mary, [first(mary)])]).toEqual(["applied", "applied"]);
  await prune(mary);
  expect(await naming(mary, [first(mary)])).toBe("applied");
});

test("staff who share a device build on what a colleague queued", async () => {
  const [one, other] = [await staff(), await staff()];
  await world.submit(one, 1, [register({ clinic })]);
  expect(await naming(other, [first(one)], { clinic })).toBe("applied");
  await prune(one);
  expect(await naming(other, [first(one)], { clinic })).toBe("applied");
});
