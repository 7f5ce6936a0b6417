import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openWorld, startIn, verdict } from "../../../tests/setup/world.ts";
import { read } from "../../src/database/read.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import type { Job } from "../../src/jobs/job.ts";
import { claimDue, CLAIM_MS, markEnding } from "../../src/notices/claim.ts";
import { RETRIES_MS, sendNoticesJob } from "../../src/notices/send-notices.ts";
import { keepingCarrier, PLAN, sendParts } from "./support.ts";

const database = await freshDatabase();
let woken = 0;
const notices = { plan: { ...PLAN, quiet: undefined }, onDue: () => (woken += 1) };
/** Two processes on one database. */
const world = await openWorld(database.url, { notices });
const second = await openWorld(database.url, { notices });
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

type Value = string | number | readonly (string | number)[];
const rows = <Row extends object>(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> =>
  read(world.pool, (reader) => reader.query<Row>(sql, values));
const age = (sql: string, values: readonly Value[] = []) =>
  inTransaction(world.pool, (tx) => tx.write(sql, values));
const run = (job: Job) => job.run(new AbortController().signal);
const counted = (status: string) =>
  rows<{ n: number }>("SELECT COUNT(*) AS n FROM notice WHERE status = ?", [status]).then(([row]) => row?.n);

/** A patient with a phone who is booked so many days from now. */
async function booked(days: number, time: string): Promise<{ patient: string; appointment: string }> {
  const [patient = ""] = await world.asSystem([
    { type: "patient.register", input: { name: "Wanjiru", clinic: world.clinic, phone: "+254700000001" } },
  ]);
  const [appointment = ""] = await world.asSystem([
    { type: "appointment.book", input: { doctor: world.doctor, patient, start: startIn(days, time) } },
  ]);
  return { patient, appointment };
}

/** Due reminders, so many, of appointments that stand. */
async function dueReminders(count: number): Promise<void> {
  const { appointment } = await booked(20, "08:00");
  await age("DELETE FROM notice");
  const [row] = await rows<{ patient: string; start: number }>(
    "SELECT patient_id AS patient, start_at AS start FROM appointment WHERE id = ?",
    [appointment],
  );
  if (row === undefined) throw new Error("no appointment");
  const due = Array.from({ length: count }, (_, at) => [
    `reminder-${at}`,
    world.tenant,
    appointment,
    row.patient,
    "reminder",
    "first",
    row.start,
    at,
    "waiting",
    1_000 + at,
    0,
    0,
  ]);
  await inTransaction(world.pool, (tx) =>
    tx.write(
      "INSERT INTO notice (id, tenant_id, appointment_id, patient_id, kind, channel, start_at, occasion, status, next_at, claim, attempts) VALUES ?",
      [due],
    ),
  );
}

beforeEach(async () => {
  await age("DELETE FROM appointment");
  await age("DELETE FROM busy_time");
  await age("UPDATE day_sheet SET runs = REPLACE(runs, 'b', 'f')");
  await age("DELETE FROM notice");
  woken = 0;
});

describe("a booking", () => {
  test("is confirmed at once, and reminded of later, by what is written in its own transaction", async () => {
    const { appointment } = await booked(20, "08:00");
    expect(woken).toBe(1);
    const written = await rows(
      "SELECT kind, channel, status, appointment_id AS appointment FROM notice ORDER BY next_at",
    );
    expect(written).toEqual(
      ["confirmation", "reminder", "reminder"].map((kind) => ({
        kind,
        channel: "first",
        status: "waiting",
        appointment,
      })),
    );
    const carrier = keepingCarrier();
    const job = sendNoticesJob(sendParts({ pool: world.pool, carriers: [carrier] }));
    expect(await run(job)).toMatchObject({ sent: 1, dropped: 0 });
    expect(carrier.letters).toMatchObject([{ kind: "confirmation", to: { phone: "+254700000001" } }]);
    expect(await run(job)).toMatchObject({ sent: 0 });
  });

  test("that is moved or cancelled takes back what still waits", async () => {
    const { appointment } = await booked(20, "08:00");
    await world.asSystem([
      { type: "appointment.reschedule", input: { appointment, start: startIn(21, "08:20") } },
    ]);
    expect(await rows("SELECT kind FROM notice ORDER BY next_at")).toEqual(
      ["change", "reminder", "reminder"].map((kind) => ({ kind })),
    );
    await world.asSystem([{ type: "appointment.cancel", input: { appointment } }]);
    expect(await rows("SELECT kind FROM notice")).toEqual([{ kind: "cancellation" }]);
  });

  test("that two devices move in one millisecond is told of twice, where the first is told of before the second has its turn", async () => {
    const clock = { now: Date.now() };
    await using still = await openWorld(database.url, { notices }, undefined, clock);
    const [patient = ""] = await still.asSystem([
      { type: "patient.register", input: { name: "Wanjiru", clinic: still.clinic, phone: "+254700000001" } },
    ]);
    const [appointment = ""] = await still.asSystem([
      { type: "appointment.book", input: { doctor: still.doctor, patient, start: startIn(20, "08:00") } },
    ]);
    for (const time of ["09:00", "10:00"]) {
      await age("UPDATE notice SET status = 'sent', next_at = NULL WHERE kind <> 'reminder'");
      await still.asSystem([
        { type: "appointment.reschedule", input: { appointment, start: startIn(20, time) } },
      ]);
    }
    expect(
      await rows(
        "SELECT status, occasion FROM notice WHERE kind = 'change' AND appointment_id = ? ORDER BY start_at",
        [appointment],
      ),
    ).toEqual([
      { status: "sent", occasion: clock.now },
      { status: "waiting", occasion: clock.now },
    ]);
  });

  test.each([
    { when: "before she could be told, is confirmed", sent: false, kinds: ["confirmation"] },
    { when: "after she was told, is not confirmed again", sent: true, kinds: [] },
  ])("whose check-in is taken back, if she was checked in $when", async ({ sent, kinds }) => {
    const { appointment } = await booked(20, "08:00");
    const carrier = keepingCarrier();
    const job = sendNoticesJob(sendParts({ pool: world.pool, carriers: [carrier] }));
    if (sent) await run(job);
    // As a check-in leaves it, which is possible on the day alone.
    await age("UPDATE appointment SET status = 'arrived'");
    await age("DELETE FROM notice WHERE status = 'waiting'");
    carrier.letters.length = 0;
    await world.asSystem([{ type: "appointment.undoCheckIn", input: { appointment } }]);
    await run(job);
    expect(carrier.letters.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("moved without end is told of some twenty times an hour at most: the number need not be her own", async () => {
    const person = await world.person("patient");
    await world.submit(person, 1, [
      { type: "patient.register", input: { name: "Wanjiru", phone: "+254700000009" } },
    ]);
    const patient = `${person.stream}.1`;
    const book = { doctor: world.doctor, patient, start: startIn(20, "08:00") };
    await world.submit(person, 2, [{ type: "appointment.book", input: book }]);
    const carrier = keepingCarrier();
    const job = sendNoticesJob(sendParts({ pool: world.pool, carriers: [carrier] }));
    await run(job);
    let moves = 0;
    const move = async () => {
      const start = startIn(21 + moves, "08:00");
      const input = { appointment: `${person.stream}.2`, start };
      await world.submit(person, 3 + moves, [{ type: "appointment.reschedule", input }]);
      moves += 1;
      return run(job);
    };
    for (let time = 0; time < 19; time += 1) await move();
    expect(carrier.letters).toHaveLength(20);
    expect(await move()).toMatchObject({ sent: 0, dropped: 1 });
    await age("UPDATE notice SET ended_at = ended_at - 3600001");
    expect(await move()).toMatchObject({ sent: 1, dropped: 0 });
  });

  test("that was refused, or came a second time, is told of no more than once", async () => {
    const { patient } = await booked(20, "08:00");
    const book = {
      type: "appointment.book",
      input: { doctor: world.doctor, patient, start: startIn(20, "08:00") },
    };
    const before = await counted("waiting");
    const again = await world.submit(world.staff, 1, [book]);
    expect(again.outcomes.map(verdict)).toEqual(["slot_taken"]);
    await world.submit(world.staff, 1, [book]);
    expect(await counted("waiting")).toBe(before);
  });

  test("costs two statements for notices, whatever the number in a batch; a batch of patients costs none", async () => {
    const statements: string[] = [];
    const { plan } = notices;
    const watched = await openWorld(database.url, { notices: { plan, onDue: () => undefined } });
    const lease = watched.pool.lease.bind(watched.pool);
    watched.pool.lease = async () => {
      const borrowed = await lease();
      const run = borrowed.run.bind(borrowed);
      borrowed.run = (sql, ...rest) => {
        if (sql.includes("notice`") || sql.includes("FROM notice")) statements.push(sql);
        return run(sql, ...rest);
      };
      return borrowed;
    };
    const { clinic, doctor } = watched;
    const patients = await watched.asSystem(
      Array.from({ length: 20 }, (_, at) => ({
        type: "patient.register",
        input: { name: `P ${at}`, clinic },
      })),
    );
    expect(statements).toEqual([]);
    await watched.asSystem(
      patients.map((patient, at) => ({
        type: "appointment.book",
        input: {
          doctor,
          patient,
          start: startIn(
            12,
            `${String(8 + Math.floor(at / 3)).padStart(2, "0")}:${["00", "20", "40"][at % 3]}`,
          ),
        },
      })),
    );
    expect(statements).toHaveLength(1);
    await watched[Symbol.asyncDispose]();
  });
});

describe("two processes that send", () => {
  const DUE = 300;

  test("send each of 300 due notices exactly once", async () => {
    await dueReminders(DUE);
    const carriers = [keepingCarrier(), keepingCarrier()] as const;
    const jobs = [world, second].flatMap(({ pool }, at) => {
      const job = sendNoticesJob(sendParts({ pool, carriers: [carriers[at] ?? keepingCarrier()] }));
      return [job, job];
    });
    await Promise.all(jobs.map(run));
    const keys = carriers.flatMap(({ letters }) => letters.map(({ key }) => key));
    expect(keys).toHaveLength(DUE);
    expect(new Set(keys).size).toBe(DUE);
    expect(await counted("sent")).toBe(DUE);
    for (const { letters } of carriers) expect(letters.length).toBeGreaterThan(0);
  });

  test("would send all of them twice if they looked first and noted later", async () => {
    await dueReminders(DUE);
    const sent: string[] = [];
    const looked = Promise.withResolvers<void>();
    let looking = 0;
    const careless = async (pool: typeof world.pool): Promise<void> => {
      const due = await read(pool, (reader) =>
        reader.query<{ id: string }>("SELECT id FROM notice WHERE status = 'waiting' AND next_at <= ?", [
          Date.now(),
        ]),
      );
      if ((looking += 1) === 2) looked.resolve();
      await looked.promise;
      for (const { id } of due) sent.push(id);
      await inTransaction(pool, (tx) =>
        tx.write("UPDATE notice SET status = 'sent' WHERE id IN (?)", [due.map(({ id }) => id)]),
      );
    };
    await Promise.all([careless(world.pool), careless(second.pool)]);
    expect(sent).toHaveLength(2 * DUE);
  });
});

describe("a process that dies", () => {
  test("between sending and noting it has it sent once more, with the same key, when its claim has run out", async () => {
    await dueReminders(1);
    const first = await claimDue(world.pool);
    expect(first.notices).toHaveLength(1);
    const carrier = keepingCarrier();
    const job = sendNoticesJob(sendParts({ pool: second.pool, carriers: [carrier] }));
    expect(await run(job)).toMatchObject({ sent: 0 });
    await age("UPDATE notice SET next_at = next_at - ?", [CLAIM_MS]);
    expect(await run(job)).toMatchObject({ sent: 1 });
    expect(carrier.letters.map(({ key }) => key)).toEqual(first.notices.map(({ id }) => id));
  });

  test("and wakes up late cannot note anything of what another one has claimed, or noted, meanwhile", async () => {
    await dueReminders(1);
    const [late] = (await claimDue(world.pool)).notices;
    await age("UPDATE notice SET next_at = next_at - ?", [CLAIM_MS]);
    const [next] = (await claimDue(second.pool)).notices;
    if (late === undefined || next === undefined) throw new Error("nothing was claimed");
    const failed = { status: "failed", why: "too_late" } as const;
    expect(await markEnding(world.pool, late, failed)).toBe(false);
    expect(await markEnding(second.pool, next, { status: "sent", by: "sms" })).toBe(true);
    expect(await markEnding(world.pool, late, failed)).toBe(false);
    expect(await counted("sent")).toBe(1);
  });
});

describe("what is due", () => {
  test("is not sent when it is no longer so", async () => {
    const { appointment } = await booked(20, "08:00");
    // As if the sender had claimed it while somebody cancelled.
    await age("UPDATE notice SET status = 'claimed', next_at = 1000, claim = 1 WHERE kind = 'confirmation'");
    await world.asSystem([{ type: "appointment.cancel", input: { appointment } }]);
    const carrier = keepingCarrier();
    expect(await run(sendNoticesJob(sendParts({ pool: world.pool, carriers: [carrier] })))).toMatchObject({
      sent: 1,
      dropped: 1,
    });
    expect(carrier.letters.map(({ kind }) => kind)).toEqual(["cancellation"]);
  });

  test("goes to the number she has now, by what she wishes, or not at all", async () => {
    const { patient } = await booked(20, "08:00");
    await world.asSystem([
      { type: "patient.update", input: { patient, phone: "+254700000002", notices: "voice" } },
    ]);
    const sms = keepingCarrier();
    const voice = keepingCarrier(undefined, "voice");
    const job = sendNoticesJob(sendParts({ pool: world.pool, carriers: [sms, voice] }));
    expect(await run(job)).toMatchObject({ sent: 1 });
    expect(sms.letters).toEqual([]);
    expect(voice.letters).toMatchObject([{ to: { phone: "+254700000002" } }]);
    await world.asSystem([{ type: "patient.update", input: { patient, notices: "off" } }]);
    await age("UPDATE notice SET next_at = 1000 WHERE status = 'waiting'");
    expect(await run(job)).toMatchObject({ sent: 0, dropped: 2 });
  });

  test("is tried again after what may pass, with longer and longer waits, then given up with the reason", async () => {
    await dueReminders(1);
    const carrier = keepingCarrier(() => ({ status: "later", why: "http_503" }));
    const job = sendNoticesJob(
      sendParts({ pool: world.pool, carriers: [carrier, keepingCarrier(undefined, "voice")] }),
    );
    const waits: number[] = [];
    for (const _ of RETRIES_MS) {
      const since = Date.now();
      expect(await run(job)).toMatchObject({ later: 1 });
      const [row] = await rows<{ next: number }>("SELECT next_at AS next FROM notice");
      waits.push(Math.round(((row?.next ?? 0) - since) / 60_000));
      await age("UPDATE notice SET next_at = 1000");
    }
    expect(waits).toEqual(RETRIES_MS.map((ms) => ms / 60_000));
    expect(await run(job)).toMatchObject({ failed: 1 });
    expect(await rows("SELECT status, why, next_at AS next FROM notice")).toEqual([
      { status: "failed", why: "http_503", next: null },
    ]);
  });

  test("goes by the next carrier where one refuses it for good", async () => {
    await dueReminders(1);
    const refusing = keepingCarrier(() => ({ status: "refused", why: "http_400" }));
    const voice = keepingCarrier(undefined, "voice");
    const job = sendNoticesJob(sendParts({ pool: world.pool, carriers: [refusing, voice] }));
    expect(await run(job)).toMatchObject({ sent: 1 });
    expect(await rows("SELECT sent_by AS sentBy FROM notice")).toEqual([{ sentBy: "voice" }]);
  });
});
