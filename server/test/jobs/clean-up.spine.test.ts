import { type EntityId, operationId } from "@healthbridge/schema";
import { beforeEach, describe, expect, test } from "vitest";
import { type Asked, newStream, openWorld, type Person } from "../../../tests/setup/world.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { archiveAppointmentsJob } from "../../src/jobs/archive-appointments.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { clearDevicesJob } from "../../src/jobs/clear-devices.ts";
import { endPendingJob } from "../../src/jobs/end-pending.ts";
import type { Job } from "../../src/jobs/job.ts";
import { markMissedJob } from "../../src/jobs/mark-missed.ts";
import { openFixedStreams } from "../../src/operations/fixed-streams.ts";
import { DAY, doctorWith, HOUR, MINUTE, MONDAY_SEVEN, openSchedule } from "../scheduling/schedule.ts";

const schedule = await openSchedule();
const { clock, world, ask, asServer, staff, appointment } = schedule;
const DATE = "2027-03-02";
const NINE = `${DATE}T09:00+03:00`;

beforeEach(() => {
  clock.now = MONDAY_SEVEN;
});

/** Two server processes over the one database, each with its own executor. */
async function onTwoNodes(make: (parts: Parameters<typeof endPendingJob>[0]) => Job) {
  const nodes = await Promise.all(
    [schedule.database.url, schedule.database.url].map((url) => openWorld(url, {}, world.tenant, clock)),
  );
  try {
    const jobs = await Promise.all(
      nodes.map(async ({ pool, executor }) =>
        make({ pool, executor, streams: await openFixedStreams(pool, systemRandomness) }),
      ),
    );
    return await Promise.all(jobs.map((job) => job.run(new AbortController().signal)));
  } finally {
    for (const node of nodes) await node[Symbol.asyncDispose]();
  }
}

const sumOf = (counts: readonly Readonly<Record<string, number>>[], name: string) =>
  counts.reduce((sum, each) => sum + (each[name] ?? 0), 0);

/** Submits any number of operations, in the parts in which they fit; answers the ids of what they made. */
async function submitAll(who: Person, operations: readonly Asked[]): Promise<readonly EntityId[]> {
  const stream = newStream();
  for (let at = 0; at < operations.length; at += 500) {
    const { outcomes } = await world.submit(who, at + 1, operations.slice(at, at + 500), { stream });
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
  }
  return operations.map((_, at) => operationId(stream, at + 1));
}

describe("ending what nobody answered", () => {
  const COUNT = 3_000;

  test("on two nodes at once says of each of 3,000 once that it expired, and frees its time", async () => {
    const hours = [{ from: "00:00", to: "24:00" }];
    const doctor = await doctorWith(schedule, hours, {
      plan: { slotMinutes: 5 },
      rules: { confirmMinutes: 60 },
    });
    const family = await world.person("patient");
    const patients = await submitAll(
      family,
      Array.from({ length: COUNT }, (_, at) => ({ type: "patient.register", input: { name: `P${at}` } })),
    );
    const starts = Array.from({ length: COUNT }, (_, at) =>
      new Date(Date.parse("2027-03-02T00:00Z") + at * 5 * MINUTE).toISOString().replace(":00.000Z", "+00:00"),
    );
    const bookings = await submitAll(
      family,
      patients.map((patient, at) => ({
        type: "appointment.book",
        input: { doctor, patient, start: (starts[at] ?? "").replace("+00:00", "Z") },
      })),
    );
    clock.now += HOUR;
    const before = await feedNumber(family);
    const counts = await onTwoNodes(endPendingJob);
    expect(sumOf(counts, "ended")).toBe(COUNT);
    expect(await feedNumber(family)).toBe(before + COUNT);
    const left = await schedule.rows<{ n: number }>(
      "SELECT COUNT(*) AS n FROM appointment WHERE doctor_id = ? AND status <> 'expired'",
      [doctor],
    );
    expect(Number(left[0]?.n)).toBe(0);
    expect(await schedule.rows("SELECT cell FROM busy_time WHERE who = ? LIMIT 1", [doctor])).toEqual([]);
    expect(bookings).toHaveLength(COUNT);
    expect(sumOf(await onTwoNodes(endPendingJob), "ended")).toBe(0);
  });

  test("goes on with the others where one of them cannot be ended, and comes to an end", async () => {
    const family = await world.person("patient");
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }], { rules: { freed: "give" } });
    const hold = async (start: string) =>
      (await ask(family, "appointment.hold", { doctor, patient: await schedule.patient(family), start })).id;
    // The other is of another day: whichever is ended first, its time is not what she waits for.
    const [stuck, other] = [await hold(NINE), await hold("2027-03-04T09:00+03:00")];
    const patient = await schedule.patient();
    const ifTaken = [{ wish: "waitingList" as const }];
    await ask(staff, "appointment.book", { doctor, patient, start: NINE, ifTaken });
    // The time goes to her who waits, and something that is not ours has written that hers is taken.
    await inTransaction(world.pool, (tx) =>
      tx.write("INSERT INTO busy_time (who, cell, appointment_id) VALUES (?, ?, 'by-hand.1')", [
        patient,
        Date.parse(NINE) / (5 * MINUTE),
      ]),
    );
    clock.now += HOUR;
    const job = endPendingJob({ ...world, streams: await openFixedStreams(world.pool, systemRandomness) });
    expect(await job.run(new AbortController().signal)).toEqual({ ended: 1 });
    expect([await appointment(stuck), await appointment(other)]).toMatchObject([
      { status: "pending" },
      { status: "expired" },
    ]);
    await inTransaction(world.pool, (tx) =>
      tx.write("DELETE FROM busy_time WHERE appointment_id = 'by-hand.1'"),
    );
    expect(await job.run(new AbortController().signal)).toEqual({ ended: 1 });
  });

  /** The number of the newest change in somebody's own feed. */
  async function feedNumber(who: Person): Promise<number> {
    const [row] = await schedule.rows<{ number: number }>("SELECT number FROM feed WHERE name = ?", [
      `account:${who.account}`,
    ]);
    return Number(row?.number);
  }
});

describe("marking the missed", () => {
  test("notes those that began long ago and of which nobody has noted anything, and no others", async () => {
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }]);
    const starts = [NINE, `${DATE}T09:20+03:00`, "2027-03-04T09:00+03:00"];
    const [old = "", seen = "", next = ""] = await Promise.all(
      starts.map(
        async (start) =>
          (await ask(staff, "appointment.book", { doctor, patient: await schedule.patient(), start })).id,
      ),
    );
    clock.now = Date.parse(NINE);
    await ask(staff, "appointment.checkIn", { appointment: seen });
    clock.now = Date.parse(NINE) + 24 * HOUR;
    const job = (parts: Parameters<typeof markMissedJob>[0]) => markMissedJob(parts, 24);
    await onTwoNodes(job);
    expect(await appointment(old)).toMatchObject({ status: "booked" });
    clock.now += 1;
    await onTwoNodes((parts) => markMissedJob(parts, 0));
    expect(await appointment(old)).toMatchObject({ status: "booked" });
    await onTwoNodes(job);
    expect([await appointment(old), await appointment(seen), await appointment(next)]).toMatchObject([
      { status: "noshow" },
      { status: "arrived" },
      { status: "booked" },
    ]);
  });
});

describe("putting away what is finished", () => {
  const archive = (keepDays: number) => (parts: Parameters<typeof markMissedJob>[0]) =>
    archiveAppointmentsJob(parts, keepDays);

  test("takes it from the tables and from every feed, and keeps what it was", async () => {
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }]);
    const family = await world.person("patient");
    const patient = await schedule.patient(family);
    const done = (await ask(family, "appointment.book", { doctor, patient, start: NINE, reason: "Cough" }))
      .id;
    const off = (await ask(family, "appointment.book", { doctor, patient, start: `${DATE}T09:20+03:00` })).id;
    await ask(family, "appointment.cancel", { appointment: off });
    const open = (await ask(family, "appointment.book", { doctor, patient, start: `${DATE}T09:40+03:00` }))
      .id;
    clock.now = Date.parse(NINE);
    await ask(staff, "appointment.checkIn", { appointment: done });
    await ask(staff, "appointment.complete", { appointment: done });
    const kept = await appointment(done);
    clock.now = Date.parse(NINE) + 40 * DAY;
    await onTwoNodes(archive(41));
    expect((await appointment(done)).status).toBe("fulfilled");
    clock.now += DAY + HOUR;
    await onTwoNodes(archive(41));
    const ids = await schedule.rows<{ id: string }>("SELECT id FROM appointment WHERE patient_id = ?", [
      patient,
    ]);
    expect(ids).toEqual([{ id: open }]);
    expect(await schedule.rows("SELECT cell FROM busy_time WHERE appointment_id = ?", [done])).toEqual([]);
    const archived = await schedule.rows<{ id: string; entity: string }>(
      "SELECT id, entity FROM appointment_archive WHERE patient_id = ? ORDER BY entity LIKE '%Cough%' DESC",
      [patient],
    );
    expect(archived.map(({ id }) => id)).toEqual([done, off]);
    expect(JSON.parse(archived[0]?.entity ?? "")).toEqual({ ...kept, archived: true });
    expect(await gone(family)).toEqual([done, off].toSorted());
  });

  /** What somebody's own feed says is gone. */
  async function gone(who: Person): Promise<readonly string[]> {
    const rows = await schedule.rows<{ id: string }>(
      "SELECT e.entity_id AS id FROM feed_entry e JOIN feed f ON f.handle = e.feed WHERE f.name = ? AND e.gone = 1 ORDER BY e.entity_id",
      [`account:${who.account}`],
    );
    return rows.map(({ id }) => id);
  }

  test("goes from doctor to doctor, with more of one than fit a batch, on two nodes at once", async () => {
    const doctors = await Promise.all(
      [1, 2, 3].map(() => doctorWith(schedule, [{ from: "00:00", to: "24:00" }])),
    );
    const starts = Array.from({ length: 60 }, (_, at) =>
      new Date(Date.parse("2027-03-02T00:00Z") + at * 20 * MINUTE).toISOString().replace(":00.000Z", "Z"),
    );
    const family = await world.person("patient");
    const patients = await submitAll(
      family,
      doctors.map((_, at) => ({ type: "patient.register", input: { name: `P${at}` } })),
    );
    for (const [at, doctor] of doctors.entries()) {
      const patient = patients[at] ?? "";
      const booked = await submitAll(
        family,
        starts.map((start) => ({ type: "appointment.book", input: { doctor, patient, start } })),
      );
      await submitAll(
        family,
        booked.map((appointment) => ({ type: "appointment.cancel", input: { appointment } })),
      );
    }
    clock.now += 50 * DAY;
    const counts = await onTwoNodes(archive(41));
    expect(sumOf(counts, "archived")).toBeGreaterThanOrEqual(doctors.length * starts.length);
    expect(await schedule.rows("SELECT id FROM appointment WHERE doctor_id IN (?, ?, ?)", doctors)).toEqual(
      [],
    );
    const [row] = await schedule.rows<{ n: number }>(
      "SELECT COUNT(*) AS n FROM appointment_archive WHERE patient_id IN (?, ?, ?)",
      [...patients],
    );
    expect(Number(row?.n)).toBe(doctors.length * starts.length);
  });

  test("leaves what is not finished, or not for long enough, whatever it is asked for", async () => {
    const doctor = await doctorWith(schedule, [{ from: "09:00", to: "10:00" }]);
    const patient = await schedule.patient();
    const { id } = await ask(staff, "appointment.book", { doctor, patient, start: NINE });
    expect(await asServer("appointment.archive", { appointments: [id] })).toMatchObject({
      output: { archived: 0 },
    });
    await ask(staff, "appointment.cancel", { appointment: id });
    expect(await asServer("appointment.archive", { appointments: [id] })).toMatchObject({
      output: { archived: 0 },
    });
    expect((await appointment(id)).status).toBe("cancelled");
  });
});

describe("devices that are dead", () => {
  test("are removed: nothing was heard of them as long as sessions live, and none is left", async () => {
    const people = await Promise.all([
      world.person("patient"),
      world.person("patient"),
      world.person("patient"),
    ]);
    const silent = await world.person("patient");
    const [dead, seen, signedIn] = people.map(({ submitter }) => submitter.device ?? "");
    for (const each of people) await ask(each, "patient.register", { name: "Wanjiru" });
    clock.now += 181 * DAY;
    // Neither of these two has ever synced; one has only just been made.
    const [old = "", fresh = ""] = [silent, await world.person("patient")].map(
      ({ submitter }) => submitter.device,
    );
    await ask(people[1] ?? staff, "patient.register", { name: "Mutua" });
    await inTransaction(world.pool, (tx) =>
      tx.write(
        "INSERT INTO session (id, tenant_id, account_id, device_id, generation, current_hash, nonce_hash, created_at, used_at, expires_at) VALUES ('s1', ?, ?, ?, 1, 'c1', 'n1', 0, 0, 0)",
        [world.tenant, people[2]?.account ?? "", signedIn ?? ""],
      ),
    );
    const job = clearDevicesJob(world.pool, 180);
    const due = await job.due();
    expect(await job.run(new AbortController().signal)).toEqual({ cleared: due });
    const rows = await schedule.rows<{ id: string }>("SELECT id FROM device WHERE id IN (?, ?, ?, ?, ?)", [
      dead ?? "",
      seen ?? "",
      signedIn ?? "",
      old,
      fresh,
    ]);
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set([seen, signedIn, fresh]));
    expect(await job.due()).toBe(0);
  });
});
