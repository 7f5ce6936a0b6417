import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { readInstant } from "../../src/backup/instant.ts";
import { beginEpoch, LONGEST_TRANSACTION_MS, markBackupVerified } from "../../src/backup/marks.ts";
import { read } from "../../src/database/read.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { openWorld, verdict } from "../../../tests/setup/world.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
const service = createSyncService(world);
afterAll(() => world[Symbol.asyncDispose]());

const register = { type: "patient.register", input: { name: "Amina", clinic: world.clinic } };

async function databaseTime(): Promise<number> {
  const [row] = await read(world.pool, (reader) =>
    reader.query<{ now: number }>("SELECT MAX(decided_at) AS now FROM operation"),
  );
  return (row?.now ?? 0) + 1;
}

test("a verified backup tells each stream how far it is durable, and says nothing of what came later", async () => {
  const person = await world.person("staff", { clinics: [world.clinic] });
  await world.submit(person, 1, [register, register]);
  const begunAt = await databaseTime();
  // Those were decided long before the backup began; what comes now, shortly before: it may have been committed after that.
  await inTransaction(world.pool, (tx) =>
    tx.write("UPDATE operation SET decided_at = decided_at - ?", [2 * LONGEST_TRANSACTION_MS]),
  );
  await expect
    .poll(async () => (await world.submit(await world.person("staff"), 1, [register])).serverTime)
    .toBeGreaterThan(begunAt);
  await world.submit(person, 3, [register]);
  expect(await markBackupVerified(world.pool, begunAt)).toBeGreaterThan(0);
  expect(
    (await service.answer({ protocol: 1, stream: person.stream, from: 4 }, person.submitter)).head,
  ).toMatchObject({ settled: 3, durableThrough: 2 });
  expect(await markBackupVerified(world.pool, begunAt)).toBe(0);
});

test.each(["12/11/2026", "5", "2026-11-28", "2026-11-28T02:00:00", "yesterday", ""])(
  "the beginning of a backup is not guessed from %j",
  (text) => {
    expect(() => readInstant(text)).toThrow("date, time and zone");
  },
);

test("a backup that begins in the future is refused", async () => {
  expect(readInstant("2026-11-28T05:00:00+03:00")).toBe(Date.UTC(2026, 10, 28, 2));
  await expect(markBackupVerified(world.pool, (await databaseTime()) + 3_600_000)).rejects.toThrow("future");
});

test("a restored server has another epoch, stands where the backup stood, and takes what devices offer again", async () => {
  const person = await world.person("staff", { clinics: [world.clinic] });
  await world.submit(person, 1, [register, register]);
  await using connection = await SingleConnection.open(database.url);
  // What a restore of a backup taken between the two leaves behind.
  await connection.run(`DELETE FROM patient WHERE id = '${person.stream}.2'`);
  await connection.run(`DELETE FROM operation WHERE stream_id = '${person.stream}' AND number = 2`);
  await connection.run(`UPDATE stream SET settled = 1 WHERE id = '${person.stream}'`);
  const state = () => service.answer({ protocol: 1, stream: person.stream, from: 3 }, person.submitter);
  const { epoch } = (await state()).head;
  const next = await beginEpoch(world.pool);
  expect(next).toBeGreaterThan(epoch);
  expect((await state()).head).toMatchObject({ epoch: next, settled: 1 });
  const offered = await world.submit(person, 1, [register, register]);
  expect(offered.settled).toBe(2);
  expect(offered.outcomes.map(verdict)).toEqual(["applied", "applied"]);
});

test("a backup that is restored twice begins two epochs", async () => {
  const backup = await world.pool.lease();
  const { rows } = await backup
    .run("SELECT value FROM server_state WHERE name = 'epoch'")
    .then((answer) => (answer.kind === "rows" ? answer : { rows: [] }));
  const first = await beginEpoch(world.pool);
  await backup.run("UPDATE server_state SET value = ? WHERE name = 'epoch'", [
    String(Reflect.get(Object(rows[0]), "value")),
  ]);
  backup.release();
  await expect.poll(() => databaseClock()).toBeGreaterThan(first);
  expect(await beginEpoch(world.pool)).not.toBe(first);
});

async function databaseClock(): Promise<number> {
  const [row] = await read(world.pool, (reader) =>
    reader.query<{ now: number }>("SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS SIGNED) AS now"),
  );
  return row?.now ?? 0;
}
