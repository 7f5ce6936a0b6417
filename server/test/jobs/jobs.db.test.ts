import { addDays, dateFromDays, LIMITS, operationId } from "@healthbridge/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { read } from "../../src/database/read.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { clearFeedsJob } from "../../src/jobs/clear-feeds.ts";
import { clearSessionsJob } from "../../src/jobs/clear-sessions.ts";
import { extendSheetsJob } from "../../src/jobs/extend-sheets.ts";
import type { Job } from "../../src/jobs/job.ts";
import { pruneOperationsJob } from "../../src/jobs/prune-operations.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import { openFixedStreams } from "../../src/operations/fixed-streams.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { everyDay, newStream, openWorld, startIn, verdict, ZONE } from "../../../tests/setup/world.ts";

const DAY_MS = 86_400_000;
const database = await freshDatabase();
/** Two processes on one database. */
const world = await openWorld(database.url);
const second = await openWorld(database.url);
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

type Value = string | number | readonly (string | number)[];

function rows<Row extends object>(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
  return read(world.pool, (reader) => reader.query<Row>(sql, values));
}

/** Makes things old: the one thing a test cannot do through the front door. */
function age(sql: string, values: readonly Value[] = []): Promise<unknown> {
  return inTransaction(world.pool, (tx) => tx.write(sql, values));
}

const run = (job: Job) => job.run(new AbortController().signal);
const today = dateFromDays(Math.floor(Date.now() / DAY_MS));

describe("extending day sheets", () => {
  const DOCTORS = 45;
  let doctors: readonly string[] = [];
  const jobs = async () => {
    const extend = async ({ pool, executor }: typeof world) =>
      extendSheetsJob({ pool, executor, streams: await openFixedStreams(pool, systemRandomness) });
    return [await extend(world), await extend(second)] as const;
  };
  const sheets = () =>
    rows<{ doctor: string; n: number; last: string }>(
      "SELECT doctor_id AS doctor, COUNT(*) AS n, MAX(date) AS last FROM day_sheet WHERE doctor_id IN (?) GROUP BY doctor_id",
      [doctors],
    );

  beforeAll(async () => {
    const { clinic } = world;
    doctors = await world.asSystem(
      Array.from({ length: DOCTORS }, (_, at) => ({
        type: "doctor.register",
        input: { name: `Dr ${at}`, clinic, specialities: ["surgery"], languages: ["sw"] },
      })),
    );
    await world.asSystem(
      doctors.map((doctor) => ({
        type: "availability.set",
        input: { doctor, zone: ZONE, slotMinutes: 30, bufferMinutes: 0, weekly: everyDay("08:00", "10:00") },
      })),
    );
    // As if the last week's sheets had not been made yet.
    const until = addDays(today, LIMITS.sheetDays - 8);
    await age("UPDATE availability SET sheets_until = ? WHERE id IN (?)", [until, doctors]);
    await age("DELETE FROM day_sheet WHERE doctor_id IN (?) AND date >= ?", [doctors, until]);
  });

  test("makes what is missing exactly once, on two processes at once", async () => {
    const [one, other] = await jobs();
    const before = await rows<{ id: string; number: number }>(
      "SELECT name AS id, number FROM feed WHERE name LIKE 'calendar:%'",
    );
    const numbers = new Map(before.map(({ id, number }) => [id, number]));
    await Promise.all([run(one), run(other), run(one), run(other)]);
    const found = await sheets();
    expect(found).toHaveLength(DOCTORS);
    for (const each of found)
      expect(each).toMatchObject({ n: LIMITS.sheetDays, last: addDays(today, LIMITS.sheetDays - 2) });
    expect(
      await rows("SELECT DISTINCT sheets_until AS until FROM availability WHERE id IN (?)", [doctors]),
    ).toEqual([{ until: addDays(today, LIMITS.sheetDays - 1) }]);
    const asked = await rows(
      "SELECT COUNT(*) AS n, COUNT(DISTINCT input) AS doctors, MIN(applied) AS applied FROM operation WHERE type = 'availability.extend'",
    );
    expect(asked).toEqual([{ n: DOCTORS, doctors: DOCTORS, applied: 1 }]);
    const after = await rows<{ id: string; number: number }>(
      "SELECT name AS id, number FROM feed WHERE name IN (?)",
      [doctors.map((doctor) => `calendar:${doctor}`)],
    );
    for (const { id, number } of after) expect(number - (numbers.get(id) ?? 0)).toBe(7);
  });

  test("does nothing where nothing is due", async () => {
    const [one] = await jobs();
    expect(await run(one)).toEqual({ extended: 0, refused: 0 });
  });

  test("costs one transaction for every ten doctors, not one for each", async () => {
    await age("UPDATE availability SET sheets_until = ? WHERE id IN (?)", [addDays(today, 40), doctors]);
    let leases = 0;
    const lease = () => {
      leases += 1;
      return world.pool.lease();
    };
    const { runtime } = world.pool;
    const pool = {
      runtime,
      lease,
      retire() {},
      stats: () => world.pool.stats(),
      close: () => Promise.resolve(),
    };
    const executor = createExecutor({ pool });
    const streams = await openFixedStreams(world.pool, systemRandomness);
    expect(await run(extendSheetsJob({ pool, executor, streams }))).toEqual({
      extended: DOCTORS,
      refused: 0,
    });
    // The time, the tenants, and for each of five batches the mark, the doctors, the transaction; then nothing more is due.
    expect(leases).toBeLessThanOrEqual(2 + 5 * 3 + 2);
    await executor.close();
  });

  test("passes over a doctor whose plan cannot be extended, and tries the others", async () => {
    const [broken = "", well = ""] = doctors;
    const until = addDays(today, 3);
    await age("UPDATE availability SET sheets_until = ? WHERE id IN (?)", [until, [broken, well]]);
    const [kept] = await rows<{ plan: string }>("SELECT plan FROM availability WHERE id = ?", [broken]);
    await age(
      "UPDATE availability SET plan = REPLACE(plan, 'Africa/Nairobi', 'Africa/Atlantis') WHERE id = ?",
      [broken],
    );
    const [one] = await jobs();
    expect(await run(one)).toEqual({ extended: 1, refused: 1 });
    await age("UPDATE availability SET plan = ? WHERE id = ?", [kept?.plan ?? "", broken]);
    expect(await run(one)).toEqual({ extended: 1, refused: 0 });
  });
});

describe("pruning operations", () => {
  const OLD_DAYS = 500;
  const register = (name: string) => ({ type: "patient.register", input: { name, clinic: world.clinic } });
  const makeOld = (stream: string, through: number) =>
    age("UPDATE operation SET decided_at = decided_at - ? WHERE stream_id = ? AND number <= ?", [
      OLD_DAYS * DAY_MS,
      stream,
      through,
    ]);
  const left = async (stream: string) =>
    (
      await rows<{ number: number }>("SELECT number FROM operation WHERE stream_id = ? ORDER BY number", [
        stream,
      ])
    ).map(({ number }) => number);
  const patients = () => rows("SELECT COUNT(*) AS n FROM patient");

  test("takes a stream's oldest rows that say nothing, keeps what was refused, and replays stay replays", async () => {
    const person = await world.person("staff", { clinics: [world.clinic] });
    const operations = [
      register("A"),
      { type: "no.such", input: {} },
      register("B"),
      register("C"),
      register("D"),
    ];
    await world.submit(person, 1, operations);
    await makeOld(person.stream, 4);
    const jobs = [pruneOperationsJob(world.pool, 400), pruneOperationsJob(second.pool, 400)];
    const did = await Promise.all(jobs.map(run));
    expect(did.reduce((sum, { pruned = 0 }) => sum + pruned, 0)).toBe(3);
    expect(await left(person.stream)).toEqual([2, 5]);
    expect(
      await rows("SELECT settled, pruned_through AS pruned FROM stream WHERE id = ?", [person.stream]),
    ).toEqual([{ settled: 5, pruned: 4 }]);
    const before = await patients();
    const again = await world.submit(person, 1, operations);
    expect(again.settled).toBe(5);
    expect(again.outcomes.map(verdict)).toEqual([
      "outcome_pruned",
      "unsupported",
      "outcome_pruned",
      "outcome_pruned",
      "applied",
    ]);
    expect(await patients()).toEqual(before);
    // Another operation under a pruned number is a copy's, and what follows it is not looked at.
    const copy = await world.submit(person, 1, [
      register("A"),
      { type: "no.such", input: {} },
      register("Z"),
    ]);
    expect(copy.outcomes.map(verdict)).toEqual(["outcome_pruned", "unsupported", "key_reused"]);
    expect(copy).toMatchObject({ fork: true, anew: true });
    expect((await world.submit(person, 6, [register("E")])).outcomes.map(verdict)).toEqual(["applied"]);
  });

  test("stops at the first row that is young, and goes on in later runs", async () => {
    const stream = newStream();
    const person = { ...(await world.person("staff", { clinics: [world.clinic] })), stream };
    await world.submit(
      person,
      1,
      Array.from({ length: 6 }, (_, at) => register(`P ${at}`)),
    );
    await makeOld(stream, 2);
    // Younger before older: a clock that was set back.
    await age("UPDATE operation SET decided_at = decided_at - ? WHERE stream_id = ? AND number = 5", [
      OLD_DAYS * DAY_MS,
      stream,
    ]);
    await run(pruneOperationsJob(world.pool, 400));
    expect(await left(stream)).toEqual([3, 4, 5, 6]);
    await makeOld(stream, 6);
    await run(pruneOperationsJob(world.pool, 400));
    expect(await left(stream)).toEqual([]);
  });

  describe("of messages", () => {
    const { doctor, clinic } = world;
    const told = async (conversation: string) => ({
      lines: await rows(
        "SELECT id, line_number AS number, text, withdrawn FROM message WHERE conversation_id = ? ORDER BY line_number",
        [conversation],
      ),
      count: await rows("SELECT line_count AS n FROM conversation WHERE id = ?", [conversation]),
      feeds: await rows(
        "SELECT feed, entity_id AS id, number, gone FROM feed_entry WHERE kind IN ('message', 'conversation') ORDER BY feed, number",
      ),
    });
    /** A conversation with three lines, the second withdrawn, all of it so old that the audit has no use for it. */
    const oldTalk = async (start: string) => {
      const person = { ...(await world.person("staff", { clinics: [clinic] })), stream: newStream() };
      const [patient = ""] = await world.asSystem([
        { type: "patient.register", input: { name: "T", clinic } },
      ]);
      const booked = await world.submit(person, 1, [
        { type: "appointment.book", input: { doctor, patient, start } },
      ]);
      const conversation = operationId(person.stream, 1);
      const say = (text: string) => ({ type: "message.send", input: { conversation, text } });
      const operations = [
        say("one"),
        say("two"),
        { type: "message.retract", input: { message: operationId(person.stream, 3) } },
        say("three"),
      ];
      const sent = await world.submit(person, 2, operations);
      expect([...booked.outcomes, ...sent.outcomes].map(verdict)).toEqual(
        Array.from({ length: 5 }, () => "applied"),
      );
      await makeOld(person.stream, 5);
      return { person, conversation, operations, say };
    };

    test("takes what was said of them too; who sends one again is told so, and it is never shown twice", async () => {
      const { person, conversation, operations, say } = await oldTalk(startIn(3, "09:00"));
      const before = await told(conversation);
      expect(before.lines).toMatchObject([
        { number: 1, text: "one" },
        { number: 2, text: null, withdrawn: 1 },
        { number: 3, text: "three" },
      ]);
      await run(pruneOperationsJob(world.pool, 400));
      expect(await left(person.stream)).toEqual([]);
      // One after another, all at once, and by another process.
      for (const through of [world, second, world]) {
        const again = await through.submit(person, 2, operations);
        expect([again.settled, ...again.outcomes.map(verdict)]).toEqual([
          5,
          ...Array.from({ length: 4 }, () => "outcome_pruned"),
        ]);
      }
      expect(await told(conversation)).toEqual(before);
      const other = await world.submit(person, 2, [say("another")]);
      expect(other.outcomes.map(verdict)).toEqual(["key_reused"]);
      expect(await told(conversation)).toEqual(before);
      // What goes on in the stream is new.
      const next = await world.submit(person, 6, [say("four")]);
      expect(next.outcomes).toMatchObject([{ status: "applied", output: { number: 4 } }]);
    });

    test("takes what an earlier version passed by", async () => {
      const { person, conversation, operations } = await oldTalk(startIn(3, "09:20"));
      const kept = await rows<Readonly<Record<string, Value>>>(
        "SELECT stream_id, number, tenant_id, account_id, type, fingerprint, input, applied, outcome, made_at, decided_at FROM operation WHERE stream_id = ? AND type = 'message.send'",
        [person.stream],
      );
      await run(pruneOperationsJob(world.pool, 400));
      const names = Object.keys(kept[0] ?? {}).join(", ");
      for (const row of kept)
        await age(`INSERT INTO operation (${names}) VALUES (?)`, [Object.values(row).map(String)]);
      expect(await left(person.stream)).toEqual([2, 3, 5]);
      const before = await told(conversation);
      const job = pruneOperationsJob(world.pool, 400);
      expect(await job.due()).toBe(3);
      expect(await run(job)).toEqual({ pruned: 3 });
      expect([await job.due(), await left(person.stream)]).toEqual([0, []]);
      const again = await world.submit(person, 2, operations);
      expect(new Set(again.outcomes.map(verdict))).toEqual(new Set(["outcome_pruned"]));
      expect(await told(conversation)).toEqual(before);
    });
  });

  test("works through a long stream in small steps", async () => {
    const person = await world.person("staff", { clinics: [world.clinic] });
    for (let at = 0; at < 3; at += 1)
      await world.submit(
        person,
        at * 400 + 1,
        Array.from({ length: 400 }, (_, each) => register(`L ${at}.${each}`)),
      );
    await makeOld(person.stream, 1_200);
    const [one, other] = await Promise.all([
      run(pruneOperationsJob(world.pool, 400)),
      run(pruneOperationsJob(second.pool, 400)),
    ]);
    expect((one["pruned"] ?? 0) + (other["pruned"] ?? 0)).toBe(1_200);
    expect(await left(person.stream)).toEqual([]);
  });
});

describe("clearing feeds", () => {
  const keeping = { tombstoneDays: 180, pastSheetDays: 30 };
  const feedOf = async (name: string) => {
    const [row] = await rows<{ handle: number; number: number; horizon: number }>(
      "SELECT handle, number, horizon FROM feed WHERE tenant_id = ? AND name = ?",
      [world.tenant, name],
    );
    if (row === undefined) throw new Error(`no feed ${name}`);
    return row;
  };
  const sync = createSyncService({ pool: world.pool, executor: world.executor });
  const pull = async (cursors: string) =>
    sync.answer({ protocol: 1, stream: newStream(), from: 1, cursors }, world.staff.submitter);

  test("removes days long past; who had not read so far is reset, who had is not", async () => {
    const [doctor = ""] = await world.asSystem([
      {
        type: "doctor.register",
        input: { name: "Dr Past", clinic: world.clinic, specialities: ["surgery"], languages: ["sw"] },
      },
    ]);
    await world.asSystem([
      {
        type: "availability.set",
        input: { doctor, zone: ZONE, slotMinutes: 60, bufferMinutes: 0, weekly: everyDay("08:00", "10:00") },
      },
    ]);
    const name = `calendar:${doctor}`;
    const { handle, number } = await feedOf(name);
    // The five sheets made first become those of days forty days ago.
    const first = await rows<{ id: string; number: number }>(
      "SELECT entity_id AS id, number FROM feed_entry WHERE feed = ? AND kind = 'sheet' ORDER BY number LIMIT 5",
      [handle],
    );
    for (const [at, { id }] of first.entries()) {
      const past = `${doctor}/${addDays(today, at - 45)}`;
      await age(
        "UPDATE feed_entry SET entity_id = ?, changed_at = changed_at - ? WHERE feed = ? AND entity_id = ?",
        [past, 50 * DAY_MS, handle, id],
      );
    }
    const done = await Promise.all([
      run(clearFeedsJob(world.pool, keeping)),
      run(clearFeedsJob(second.pool, keeping)),
    ]);
    expect(done.reduce((sum, { cleared = 0 }) => sum + cleared, 0)).toBe(5);
    const after = await feedOf(name);
    expect(after).toMatchObject({ number, horizon: first.at(-1)?.number });
    expect(
      await rows("SELECT COUNT(*) AS n FROM feed_entry WHERE feed = ? AND kind = 'sheet'", [handle]),
    ).toEqual([{ n: LIMITS.sheetDays - 5 }]);
    const late = await pull(`${handle}:${after.horizon - 1}`);
    expect(late.head.reset).toEqual([handle]);
    const shown = late.pages.flatMap(({ items }) => items.filter(({ kind }) => kind === "sheet"));
    expect(shown).toHaveLength(LIMITS.sheetDays - 5);
    const upToDate = await pull(`${handle}:${number}`);
    expect(upToDate.head.reset).toBeUndefined();
    expect(upToDate.pages).toEqual([]);
    // Nothing is left to do.
    expect(await run(clearFeedsJob(world.pool, keeping))).toEqual({ cleared: 0 });
  });

  test("removes old tombstones, and leaves young ones and what is there", async () => {
    const { handle } = await feedOf(`clinic:${world.clinic}`);
    const ids = await world.asSystem(
      [1, 2, 3].map((at) => ({
        type: "patient.register",
        input: { name: `Gone ${at}`, clinic: world.clinic },
      })),
    );
    await age("UPDATE feed_entry SET gone = 1 WHERE feed = ? AND entity_id IN (?)", [
      handle,
      ids.slice(0, 2),
    ]);
    await age("UPDATE feed_entry SET changed_at = changed_at - ? WHERE feed = ? AND entity_id IN (?)", [
      200 * DAY_MS,
      handle,
      [ids[0] ?? "", ids[2] ?? ""],
    ]);
    const [oldest] = await rows<{ number: number }>(
      "SELECT number FROM feed_entry WHERE feed = ? AND entity_id = ?",
      [handle, ids[0] ?? ""],
    );
    expect(await run(clearFeedsJob(world.pool, keeping))).toEqual({ cleared: 1 });
    expect(await feedOf(`clinic:${world.clinic}`)).toMatchObject({ horizon: oldest?.number });
    expect(
      await rows(
        "SELECT entity_id AS id FROM feed_entry WHERE feed = ? AND entity_id IN (?) ORDER BY number",
        [handle, ids],
      ),
    ).toEqual([{ id: ids[1] }, { id: ids[2] }]);
  });
});

describe("clearing sessions", () => {
  test("removes those over for long, and no other", async () => {
    const now = Date.now();
    const session = (id: string, ended: number | null, expires: number) => [
      id,
      world.tenant,
      world.staff.account,
      world.staff.submitter.device ?? "",
      1,
      `hash-${id}`,
      "n",
      0,
      0,
      expires,
      ended,
    ];
    const values = [
      session("running", null, now + DAY_MS),
      session("just-ended", now - DAY_MS, now + DAY_MS),
      session("just-over", null, now - DAY_MS),
      session("long-ended", now - 31 * DAY_MS, now + DAY_MS),
      session("long-over", null, now - 31 * DAY_MS),
    ];
    await inTransaction(world.pool, (tx) =>
      tx.write(
        "INSERT INTO session (id, tenant_id, account_id, device_id, generation, current_hash, nonce_hash, created_at, used_at, expires_at, ended_at) VALUES ?",
        [values],
      ),
    );
    const done = await Promise.all([run(clearSessionsJob(world.pool)), run(clearSessionsJob(second.pool))]);
    expect(done.reduce((sum, { cleared = 0 }) => sum + cleared, 0)).toBe(2);
    expect(await rows("SELECT id FROM session ORDER BY id")).toEqual(
      ["just-ended", "just-over", "running"].map((id) => ({ id })),
    );
  });
});

test("a stream of the server's own has one name in one database, and cannot be guessed from another", async () => {
  const [here, there] = await Promise.all([
    openFixedStreams(world.pool, systemRandomness),
    openFixedStreams(second.pool, systemRandomness),
  ]);
  expect(here.of("a", "b")).toBe(there.of("a", "b"));
  expect(here.of("ab")).not.toBe(here.of("a", "b"));
  await using elsewhere = await openWorld((await freshDatabase()).url);
  expect((await openFixedStreams(elsewhere.pool, systemRandomness)).of("a", "b")).not.toBe(here.of("a", "b"));
  expect(operationId(here.of("a"), 1)).toMatch(/^[\w-]{16}\.1$/);
});
