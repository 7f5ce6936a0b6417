import { administers, type Decide, OPERATIONS, rejected } from "@healthbridge/schema";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, type Person, verdict } from "../../../tests/setup/world.ts";
import { openPool } from "../../src/database/pool.ts";
import { read } from "../../src/database/read.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import type { Executor } from "../../src/operations/submission.ts";

/** Two administrators disable each other at the same moment, round after round: in one batch of one server, and through two servers. */
const ROUNDS = 8;

const database = await freshDatabase();
const world = await openWorld(database.url);
const secondPool = openPool({ url: database.url });
const second = createExecutor({ pool: secondPool });
afterAll(async () => {
  await second.close();
  await secondPool.close();
  await world[Symbol.asyncDispose]();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const disable = (executor: Executor, { submitter }: Person, { account }: Person) =>
  executor
    .submit({
      submitter,
      stream: newStream(),
      from: 1,
      heard: 0,
      operations: [{ type: "account.setStatus", input: { account, status: "disabled" }, madeAt: 0 }],
      carrier: "server",
    })
    .then(
      ({ outcomes }) => verdict(outcomes[0]),
      () => "refused",
    );

/** How many administrators each round leaves, and what the two heard. */
async function race(theirs: Executor): Promise<{ left: readonly number[]; heard: readonly string[] }> {
  const left: number[] = [];
  const heard: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const pair = [await world.person("administrator"), await world.person("administrator")] as const;
    const said = await Promise.all([
      disable(world.executor, pair[0], pair[1]),
      disable(theirs, pair[1], pair[0]),
    ]);
    heard.push(said.map(String).toSorted().join(" "));
    const rows = await read(world.pool, (reader) =>
      reader.query("SELECT id FROM account WHERE id IN (?) AND status = 'active'", [
        pair.map(({ account }) => account),
      ]),
    );
    left.push(rows.length);
  }
  return { left, heard };
}

describe("two administrators who disable each other at the same moment", () => {
  it("leave one, where both go into one batch", async () => {
    const { left, heard } = await race(world.executor);
    expect(left).toEqual(Array(ROUNDS).fill(1));
    expect(new Set(heard)).toEqual(new Set(["applied forbidden"]));
  });

  it("leave one, where each asks another server", async () => {
    const { left } = await race(second);
    expect(left).toEqual(Array(ROUNDS).fill(1));
  });

  it("leave none in one batch, once only who asks and who is meant are compared (the control)", async () => {
    vi.spyOn(OPERATIONS["account.setStatus"], "decide").mockImplementation(unlikeHerself);
    const { left } = await race(world.executor);
    expect(left).toContain(0);
  });
});

/** What was decided before: whoever was an administrator when the batch began disables everybody but herself. */
const unlikeHerself: Decide<"account.setStatus"> = (state, input, { actor }) => {
  const account = state.get("account", input.account);
  if (!administers(actor) || account === undefined) return rejected("forbidden");
  if (account.id === actor?.account) return rejected("conflict");
  return { status: "applied", changes: [{ kind: "account", entity: { ...account, status: input.status } }] };
};
