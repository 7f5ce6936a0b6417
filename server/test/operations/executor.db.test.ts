import { operationId } from "@healthbridge/schema";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { read } from "../../src/database/read.ts";
import { newStream, openWorld, startIn, verdict } from "../../../tests/setup/world.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
afterAll(() => world[Symbol.asyncDispose]());

const { staff, doctor, clinic } = world;
const register = (name: string) => ({ type: "patient.register", input: { name, clinic } });
const book = (patient: string, start: string, more: object = {}) => ({
  type: "appointment.book",
  input: { doctor, patient, start, ...more },
});

async function patients(count: number): Promise<readonly string[]> {
  return world.asSystem(Array.from({ length: count }, (_, at) => register(`Patient ${at}`)));
}

async function rows<Row extends object>(
  sql: string,
  values: readonly (string | number)[] = [],
): Promise<readonly Row[]> {
  return read(world.pool, (reader) => reader.query<Row>(sql, values));
}

describe("a booking", () => {
  test("of a patient registered one operation earlier is applied in the same submission", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const patient = operationId(person.stream, 1);
    const settlement = await world.submit(person, 1, [
      register("Wanjiru"),
      book(patient, startIn(1, "08:00")),
    ]);
    expect(settlement).toMatchObject({ settled: 2, fork: false });
    expect(settlement.outcomes.map(verdict)).toEqual(["applied", "applied"]);
    expect(
      await rows("SELECT status FROM appointment WHERE id = ?", [operationId(person.stream, 2)]),
    ).toEqual([{ status: "booked" }]);
  });

  test("of a time that is taken is rejected with the reason and free times nearby", async () => {
    const [first, second] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    const start = startIn(2, "09:00");
    const { outcomes } = await world.submit(person, 1, [book(first ?? "", start), book(second ?? "", start)]);
    expect(outcomes.map(verdict)).toEqual(["applied", "slot_taken"]);
    expect(outcomes[1]).toMatchObject({
      problem: {
        reasons: [{ wish: 0, code: "slot_taken" }],
        alternatives: [startIn(2, "08:40"), startIn(2, "09:20"), startIn(2, "08:20")],
      },
    });
  });

  test("moves to the nearest slot of the day, or to another day, where the wishes say so", async () => {
    const people = await patients(3);
    const person = await world.person("staff", { clinics: [clinic] });
    const start = startIn(3, "16:40");
    const { outcomes } = await world.submit(person, 1, [
      book(people[0] ?? "", start),
      book(people[1] ?? "", start, { ifTaken: [{ wish: "sameDay" }] }),
      book(people[2] ?? "", start, { ifTaken: [{ wish: "sameDoctor", days: 2 }] }),
    ]);
    expect(outcomes[1]).toMatchObject({
      status: "applied",
      output: { wish: 1, start: startIn(3, "16:20"), missed: [{ wish: 0, code: "slot_taken" }] },
    });
    expect(outcomes[2]).toMatchObject({ status: "applied", output: { wish: 1, start: startIn(4, "08:00") } });
  });

  test("cannot give one patient two appointments at one time, also within one submission", async () => {
    const [patient] = await patients(1);
    const [other] = await world.asSystem([
      {
        type: "doctor.register",
        input: { name: "Dr Otieno", clinic, specialities: ["surgery"], languages: ["en"] },
      },
    ]);
    await world.asSystem([
      {
        type: "availability.set",
        input: {
          doctor: other,
          zone: "Africa/Nairobi",
          slotMinutes: 30,
          bufferMinutes: 10,
          weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "08:00", to: "17:00" }] })),
        },
      },
    ]);
    const person = await world.person("staff", { clinics: [clinic] });
    const { outcomes } = await world.submit(person, 1, [
      book(patient ?? "", startIn(5, "08:20")),
      { type: "appointment.book", input: { doctor: other, patient, start: startIn(5, "08:00") } },
    ]);
    expect(outcomes.map(verdict)).toEqual(["applied", "patient_busy"]);
    const again = await world.submit(person, 3, [
      { type: "appointment.book", input: { doctor: other, patient, start: startIn(5, "08:00") } },
    ]);
    expect(again.outcomes.map(verdict)).toEqual(["patient_busy"]);
  });

  test("is refused by the database itself when a hand-written INSERT tries the same time", async () => {
    const [patient, stranger] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    await world.submit(person, 1, [book(patient ?? "", startIn(6, "10:00"))]);
    const id = operationId(person.stream, 1);
    const columns =
      "tenant_id, doctor_id, clinic_id, patient_id, start_at, offset_minutes, minutes, zone, status";
    const { inTransaction } = await import("../../src/database/transaction.ts");
    const byHand = (sql: string, values: readonly (string | number | undefined)[]) =>
      inTransaction(world.pool, (tx) =>
        tx.write(
          sql,
          values.map((value) => value ?? null),
        ),
      );
    await expect(
      byHand(`INSERT INTO appointment (id, ${columns}) SELECT ?, ${columns} FROM appointment WHERE id = ?`, [
        "by-hand.1",
        id,
      ]),
    ).rejects.toMatchObject({ code: "constraint" });
    await expect(
      byHand(
        `INSERT INTO busy_time (who, cell, appointment_id) SELECT who, cell, ? FROM busy_time WHERE appointment_id = ?`,
        ["by-hand.1", id],
      ),
    ).rejects.toMatchObject({ code: "duplicate" });
    await expect(
      byHand(
        `INSERT INTO appointment (id, ${columns}) SELECT ?, tenant_id, doctor_id, clinic_id, ?, start_at + 600000, offset_minutes, minutes, zone, status FROM appointment WHERE id = ?`,
        ["by-hand.2", stranger, id],
      ),
    ).rejects.toMatchObject({ code: "constraint" });
  });
});

describe("a replay", () => {
  test("gets the same outcomes and changes nothing", async () => {
    const [first, second] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    const operations = [
      book(first ?? "", startIn(7, "11:00")),
      book(second ?? "", startIn(7, "11:00")),
      { type: "no.such", input: {} },
    ];
    const once = await world.submit(person, 1, operations);
    const counts = () =>
      rows(
        "SELECT (SELECT COUNT(*) FROM appointment) AS a, (SELECT COUNT(*) FROM operation) AS o, (SELECT SUM(number) FROM feed) AS f",
      );
    const before = await counts();
    const again = await Promise.all([
      world.submit(person, 1, operations),
      world.submit(person, 1, operations),
      world.submit(person, 1, operations),
    ]);
    for (const each of again)
      expect(each).toMatchObject({ settled: 3, fork: false, outcomes: once.outcomes });
    expect(await counts()).toEqual(before);
  });

  test("of the same number with other content is key_reused, and the device is told to fork", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    await world.submit(person, 1, [register("Amina")]);
    const settlement = await world.submit(person, 1, [register("Someone else")]);
    expect(settlement.fork).toBe(true);
    expect(settlement.outcomes.map(verdict)).toEqual(["key_reused"]);
    expect(await rows("SELECT name FROM patient WHERE id = ?", [operationId(person.stream, 1)])).toEqual([
      { name: "Amina" },
    ]);
  });

  test("that differs at one number decides nothing behind it: what follows may speak of things the other device made", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    await world.submit(person, 1, [register("Amina")]);
    const start = startIn(16, "08:00");
    const copy = await world.submit(person, 1, [
      register("Baraka"),
      book(operationId(person.stream, 1), start),
    ]);
    expect(copy).toMatchObject({ settled: 1, fork: true });
    expect(copy.outcomes.map(verdict)).toEqual(["key_reused"]);
    expect(await rows("SELECT 1 FROM operation WHERE stream_id = ? AND number > 1", [person.stream])).toEqual(
      [],
    );
  });

  test("that skips a number waits: nothing after the gap is decided", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    expect(await world.submit(person, 3, [register("Too early")])).toMatchObject({
      settled: 0,
      outcomes: [],
      fork: false,
    });
    expect(await rows("SELECT 1 FROM operation WHERE stream_id = ?", [person.stream])).toEqual([]);
  });

  test("of somebody else's stream tells nothing and asks for a fork", async () => {
    const owner = await world.person("staff", { clinics: [clinic] });
    const thief = await world.person("patient");
    await world.submit(owner, 1, [register("Private")]);
    expect(await world.submit(thief, 1, [register("Private")], { stream: owner.stream })).toMatchObject({
      settled: 0,
      outcomes: [],
      fork: true,
    });
  });
});

describe("what is not well", () => {
  test("one bad operation among many costs the others nothing", async () => {
    const [first, second] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    const { outcomes, settled } = await world.submit(person, 1, [
      book(first ?? "", startIn(8, "08:00")),
      book("not an id", startIn(8, "08:20")),
      {
        type: "appointment.book",
        input: { doctor, patient: second, start: startIn(8, "08:40"), state: "fulfilled" },
      },
      book(second ?? "", startIn(8, "08:40")),
    ]);
    expect(settled).toBe(4);
    expect(outcomes.map(verdict)).toEqual(["applied", "malformed", "unknown_field", "applied"]);
    expect(outcomes[1]).toMatchObject({ problem: { path: "input.patient" } });
  });

  test("an operation that needed a rejected one is dependency_failed, and nothing else waits", async () => {
    const [patient] = await patients(1);
    const person = await world.person("staff", { clinics: [clinic] });
    const { outcomes } = await world.submit(person, 1, [
      book(patient ?? "", startIn(9, "03:00")),
      { ...book(patient ?? "", startIn(9, "09:00")), after: [operationId(person.stream, 1)] },
      { ...book(patient ?? "", startIn(9, "09:20")), after: [operationId(newStream(), 1)] },
      book(patient ?? "", startIn(9, "09:40")),
      { ...book(patient ?? "", startIn(9, "10:00")), after: [operationId(person.stream, 4)] },
    ]);
    expect(outcomes.map(verdict)).toEqual([
      "slot_not_offered",
      "dependency_failed",
      "dependency_failed",
      "applied",
      "applied",
    ]);
  });

  test("somebody without the right finds nothing, as if it did not exist", async () => {
    const [patient] = await patients(1);
    await world.submit(staff, 1, [book(patient ?? "", startIn(10, "08:00"))]);
    const stranger = await world.person("patient");
    const { outcomes } = await world.submit(stranger, 1, [
      book(patient ?? "", startIn(10, "09:00")),
      { type: "appointment.cancel", input: { appointment: operationId(staff.stream, 1) } },
      { type: "appointment.cancel", input: { appointment: operationId(newStream(), 1) } },
      { type: "clinic.register", input: { name: "Mine", zone: "Africa/Nairobi" } },
    ]);
    expect(outcomes.map(verdict)).toEqual(["not_found", "not_found", "not_found", "forbidden"]);
  });

  test("a revoked device is cut off inside the transaction", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    await world.asSystem([{ type: "device.revoke", input: { device: person.submitter.device } }]);
    await expect(world.submit(person, 1, [register("Late")])).rejects.toMatchObject({
      problem: { code: "device_revoked" },
    });
  });
});

describe("an appointment", () => {
  test("that is cancelled frees the time for the next, in one submission too", async () => {
    const [first, second] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    const start = startIn(11, "12:00");
    const { outcomes } = await world.submit(person, 1, [
      book(first ?? "", start),
      { type: "appointment.cancel", input: { appointment: operationId(person.stream, 1), reason: "rain" } },
      book(second ?? "", start),
    ]);
    expect(outcomes.map(verdict)).toEqual(["applied", "applied", "applied"]);
    const later = await world.submit(person, 4, [
      { type: "appointment.cancel", input: { appointment: operationId(person.stream, 3) } },
      book(first ?? "", start),
    ]);
    expect(later.outcomes.map(verdict)).toEqual(["applied", "applied"]);
    expect(
      await rows(
        "SELECT COUNT(DISTINCT appointment_id) AS n FROM busy_time WHERE who = ? AND cell IN (SELECT first_cell FROM appointment WHERE id = ?)",
        [doctor, operationId(person.stream, 5)],
      ),
    ).toEqual([{ n: 1 }]);
  });

  test("that is moved takes its new time and frees the old; two can change places by way of a third time", async () => {
    const [first, second] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    await world.submit(person, 1, [
      book(first ?? "", startIn(12, "08:00")),
      book(second ?? "", startIn(12, "09:00")),
    ]);
    const move = (number: number, start: string) => ({
      type: "appointment.reschedule",
      input: { appointment: operationId(person.stream, number), start },
    });
    const { outcomes } = await world.submit(person, 3, [
      move(1, startIn(12, "09:00")),
      move(1, startIn(13, "10:00")),
      move(2, startIn(12, "08:00")),
      move(1, startIn(12, "09:00")),
    ]);
    expect(outcomes.map(verdict)).toEqual(["slot_taken", "applied", "applied", "applied"]);
    const found = await rows<{ id: string; start: number }>(
      "SELECT id, start_at AS start FROM appointment WHERE id IN (?, ?) ORDER BY start_at",
      [operationId(person.stream, 1), operationId(person.stream, 2)],
    );
    expect(found.map(({ id }) => id)).toEqual([operationId(person.stream, 2), operationId(person.stream, 1)]);
  });

  test("that is cancelled on a day that was closed since leaves nothing to book there", async () => {
    const [first, second] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    const start = startIn(18, "09:00");
    const { outcomes } = await world.submit(person, 1, [
      book(first ?? "", start),
      { type: "availability.except", input: { doctor, dates: [{ date: start.slice(0, 10), hours: [] }] } },
      { type: "appointment.cancel", input: { appointment: operationId(person.stream, 1) } },
      book(second ?? "", start),
    ]);
    expect(outcomes.map(verdict)).toEqual(["applied", "applied", "applied", "slot_not_offered"]);
  });

  test("cannot be marked missed before it began, nor booked in the past", async () => {
    const [patient] = await patients(1);
    const person = await world.person("staff", { clinics: [clinic] });
    const { outcomes } = await world.submit(person, 1, [
      book(patient ?? "", startIn(14, "08:00")),
      { type: "appointment.markMissed", input: { appointment: operationId(person.stream, 1) } },
      book(patient ?? "", startIn(-1, "08:00")),
    ]);
    expect(outcomes.map(verdict)).toEqual(["applied", "too_early", "start_passed"]);
  });
});

describe("what arrives together", () => {
  test("goes together, and many devices at one slot make exactly one booking", async () => {
    const people = await Promise.all(
      Array.from({ length: 12 }, () => world.person("staff", { clinics: [clinic] })),
    );
    const them = await patients(12);
    const start = startIn(15, "14:00");
    const settled = await Promise.all(
      people.map((person, at) => world.submit(person, 1, [book(them[at] ?? "", start)])),
    );
    const verdicts = settled.map(({ outcomes }) => verdict(outcomes[0]));
    expect(verdicts.filter((each) => each === "applied")).toHaveLength(1);
    expect(verdicts.filter((each) => each === "slot_taken")).toHaveLength(11);
  });

  test("is settled in parts where one submission is larger than a transaction", async () => {
    const small = await openWorld(database.url, { limits: { batch: 7, share: 3 } });
    const person = await small.person("staff", { clinics: [small.clinic] });
    const settlement = await small.submit(
      person,
      1,
      Array.from({ length: 40 }, (_, at) => ({
        type: "patient.register",
        input: { name: `P ${at}`, clinic: small.clinic },
      })),
    );
    expect(settlement.settled).toBe(40);
    expect(settlement.outcomes.map(({ number }) => number)).toEqual(
      Array.from({ length: 40 }, (_, at) => at + 1),
    );
    await small[Symbol.asyncDispose]();
  });

  test("is not decided behind a fork either, where a submission is cut into several transactions", async () => {
    const small = await openWorld(database.url, { limits: { batch: 2, share: 2 } });
    const person = await small.person("staff", { clinics: [small.clinic] });
    const named = (name: string) => ({ type: "patient.register", input: { name, clinic: small.clinic } });
    await small.submit(person, 1, [named("Copy A"), named("Copy B")]);
    const mine = await small.submit(person, 1, ["A", "B", "C", "D", "E"].map(named));
    expect(mine).toMatchObject({ settled: 2, fork: true });
    expect(await rows("SELECT 1 FROM operation WHERE stream_id = ? AND number > 2", [person.stream])).toEqual(
      [],
    );
    await small[Symbol.asyncDispose]();
  });

  test("is told of no number behind a fork that was not looked at, though another device settled it", async () => {
    const small = await openWorld(database.url, { limits: { batch: 2, share: 2 } });
    const person = await small.person("staff", { clinics: [small.clinic] });
    const named = (name: string) => ({ type: "patient.register", input: { name, clinic: small.clinic } });
    await small.submit(person, 1, ["Same", "Copy B", "Copy C", "Copy D", "Copy E"].map(named));
    const mine = await small.submit(person, 1, ["Same", "B", "C", "D", "E"].map(named));
    expect(mine).toMatchObject({ settled: 2, fork: true });
    expect(mine.outcomes.map(verdict)).toEqual(["applied", "key_reused"]);
    await small[Symbol.asyncDispose]();
  });

  test("finds room though another account has sent more than may wait", async () => {
    const small = await openWorld(database.url, {
      limits: { batch: 1, share: 1, queue: 100, queueOfOne: 5 },
    });
    const [heavy, light] = [await small.person("staff"), await small.person("staff")];
    const one = [{ type: "patient.register", input: { name: "A", clinic } }];
    const many = Array.from({ length: 20 }, () => small.submit(heavy, 1, one, { stream: newStream() }));
    const heard = await Promise.allSettled([...many, small.submit(light, 1, one)]);
    expect(heard.at(-1)?.status).toBe("fulfilled");
    expect(heard.filter(({ status }) => status === "rejected").length).toBeGreaterThan(10);
    await small[Symbol.asyncDispose]();
  });

  test("of another tenant is nothing that one may build on", async () => {
    const other = await openWorld(database.url, {
      limits: { batch: 500, share: 100, queue: 10, queueOfOne: 10 },
    });
    const theirs = await other.person("staff", { clinics: [other.clinic] });
    const mine = await world.person("staff", { clinics: [clinic] });
    const registered = { type: "patient.register", input: { name: "A", clinic: other.clinic }, madeAt: 0 };
    const after = [operationId(theirs.stream, 1)];
    const [, answer] = await Promise.all([
      world.executor.submit({
        submitter: theirs.submitter,
        stream: theirs.stream,
        from: 1,
        heard: 0,
        operations: [registered],
        carrier: "queue",
      }),
      world.submit(mine, 1, [{ ...register("B"), after }]),
    ]);
    expect(answer.outcomes.map(verdict)).toEqual(["dependency_failed"]);
    await other[Symbol.asyncDispose]();
  });

  test("is told the same bytes again", async () => {
    const [first, second] = await patients(2);
    const person = await world.person("staff", { clinics: [clinic] });
    const operations = [book(first ?? "", startIn(17, "11:00")), book(second ?? "", startIn(17, "11:00"))];
    const once = await world.submit(person, 1, operations);
    expect(JSON.stringify((await world.submit(person, 1, operations)).outcomes)).toBe(
      JSON.stringify(once.outcomes),
    );
  });

  test("with wishes that reach far finds its sheets in few looks", async () => {
    const [patient] = await patients(1);
    const person = await world.person("staff", { clinics: [clinic] });
    const closed = Array.from({ length: 27 }, (_, day) => ({
      date: startIn(20 + day, "08:00").slice(0, 10),
      hours: [],
    }));
    await world.asSystem([{ type: "availability.except", input: { doctor, dates: closed } }]);
    const { outcomes } = await world.submit(person, 1, [
      book(patient ?? "", startIn(20, "08:00"), { ifTaken: [{ wish: "sameDoctor", days: 28 }] }),
    ]);
    expect(outcomes[0]).toMatchObject({
      status: "applied",
      output: { wish: 1, start: startIn(47, "08:00") },
    });
  });

  test("numbers of a feed have no gap", async () => {
    const gaps = await rows(
      "SELECT f.name FROM feed f JOIN (SELECT feed, MAX(number) AS top FROM feed_entry GROUP BY feed) e ON e.feed = f.handle WHERE e.top <> f.number",
    );
    expect(gaps).toEqual([]);
  });
});
