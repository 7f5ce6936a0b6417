import { operationId, OPERATIONS } from "@healthbridge/schema";
import { afterAll, describe, expect, test, vi } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { newStream, openWorld, startIn, verdict } from "../../../tests/setup/world.ts";

const database = await freshDatabase();
const broken: string[] = [];
const world = await openWorld(database.url, { onBroken: (id) => broken.push(id) });
afterAll(() => world[Symbol.asyncDispose]());
const { clinic, doctor } = world;

describe("an operation that breaks the transaction", () => {
  test("is found by halving, parked and named to the operator, and the other 499 go on", async () => {
    await using connection = await SingleConnection.open(database.url);
    // A defect of ours, as the database sees one: a row it will not take.
    await connection.run("ALTER TABLE patient ADD CONSTRAINT no_poison CHECK (village <> 'poison')");
    const person = await world.person("staff", { clinics: [clinic] });
    const operations = Array.from({ length: 500 }, (_, at) => ({
      type: "patient.register",
      input: { name: `Patient ${at}`, clinic, ...(at === 0 || at === 321 ? { village: "poison" } : {}) },
    }));
    const { settled, outcomes } = await world.submit(person, 1, operations);
    expect(settled).toBe(500);
    expect(outcomes.filter((each) => verdict(each) !== "applied").map(({ number }) => number)).toEqual([
      1, 322,
    ]);
    expect(verdict(outcomes[0])).toBe("parked");
    expect(broken).toEqual([operationId(person.stream, 1), operationId(person.stream, 322)]);
    expect((await world.submit(person, 1, operations)).outcomes).toEqual(outcomes);
  });

  test.each(["touches", "decide"] as const)(
    "in its %s is parked, and what came with it goes on",
    async (part) => {
      const { "patient.update": definition } = OPERATIONS;
      const broken = vi.spyOn(definition, part).mockImplementation(() => {
        throw new Error("a defect of ours");
      });
      const [one, other] = [
        await world.person("staff", { clinics: [clinic] }),
        await world.person("staff", { clinics: [clinic] }),
      ];
      const [patient] = await world.asSystem([{ type: "patient.register", input: { name: "A", clinic } }]);
      const register = { type: "patient.register", input: { name: "Good", clinic } };
      const update = { type: "patient.update", input: { patient, village: "Mbui" } };
      const [mine, theirs] = await Promise.all([
        world.submit(one, 1, [register, update, register]),
        world.submit(other, 1, [register]),
      ]);
      broken.mockRestore();
      expect(mine.outcomes.map(verdict)).toEqual([
        "applied",
        expect.stringMatching(/^(parked|internal)$/),
        "applied",
      ]);
      expect(theirs.outcomes.map(verdict)).toEqual(["applied"]);
    },
  );

  test("that breaks the judge of shapes is parked as well", async () => {
    const { "patient.update": definition } = OPERATIONS;
    const shape = vi.spyOn(definition.input, "safeParse").mockImplementation(() => {
      throw new Error("a defect of ours");
    });
    const one = await world.person("staff", { clinics: [clinic] });
    const register = { type: "patient.register", input: { name: "Good", clinic } };
    const { outcomes } = await world.submit(one, 1, [
      register,
      { type: "patient.update", input: {} },
      register,
    ]);
    shape.mockRestore();
    expect(outcomes.map(verdict)).toEqual(["applied", "parked", "applied"]);
  });

  test("does not take down another account's submission that went with it", async () => {
    const [poisoner, other] = await Promise.all([
      world.person("staff", { clinics: [clinic] }),
      world.person("staff", { clinics: [clinic] }),
    ]);
    const [bad, good] = await Promise.all([
      world.submit(poisoner, 1, [
        { type: "patient.register", input: { name: "Bad", clinic, village: "poison" } },
      ]),
      world.submit(other, 1, [{ type: "patient.register", input: { name: "Good", clinic } }]),
    ]);
    expect([verdict(bad.outcomes[0]), verdict(good.outcomes[0])]).toEqual(["parked", "applied"]);
  });
});

test.each([
  [1114, "the table is full"],
  [1030, "got error 28 from the storage engine"],
])(
  "error %i while the disk of the database is full (%s) refuses the submission and no operation: sent again, all are applied",
  async (errno, text) => {
    await using connection = await SingleConnection.open(database.url);
    await connection.run(
      `CREATE TRIGGER full_disk BEFORE INSERT ON patient FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${errno}, MESSAGE_TEXT = '${text}'`,
    );
    const person = await world.person("staff", { clinics: [clinic] });
    const operations = ["A", "B", "C"].map((name) => ({ type: "patient.register", input: { name, clinic } }));
    const before = [...broken];
    await expect(world.submit(person, 1, operations)).rejects.toMatchObject({
      code: "no_room",
      retry: "later",
    });
    expect(broken).toEqual(before);
    await connection.run("DROP TRIGGER full_disk");
    const { outcomes } = await world.submit(person, 1, operations);
    expect(outcomes.map(verdict)).toEqual(["applied", "applied", "applied"]);
  },
);

test("time that was taken past the sheet is found by the database, and the booking is rejected as taken", async () => {
  const [patient] = await world.asSystem([{ type: "patient.register", input: { name: "Late", clinic } }]);
  const start = startIn(3, "10:00");
  await using connection = await SingleConnection.open(database.url);
  await connection.run(
    `INSERT INTO busy_time (who, cell, appointment_id) VALUES ('${doctor}', ${Date.parse(start) / 300_000 + 1}, 'by-hand.1')`,
  );
  const person = await world.person("staff", { clinics: [clinic] });
  const { outcomes } = await world.submit(person, 1, [
    { type: "appointment.book", input: { doctor, patient, start } },
    { type: "patient.register", input: { name: "Next", clinic } },
  ]);
  expect(outcomes.map(verdict)).toEqual(["slot_taken", "applied"]);
});

test("an operation whose name no audit trail could hold is rejected alone", async () => {
  const [odd, other] = await Promise.all([
    world.person("staff", { clinics: [clinic] }),
    world.person("staff", { clinics: [clinic] }),
  ]);
  const settled = await Promise.all([
    world.submit(odd, 1, [{ type: "appointment.böok\u{1f600}", input: {} }]),
    world.submit(other, 1, [{ type: "patient.register", input: { name: "Innocent", clinic } }]),
  ]);
  expect(settled.map(({ outcomes }) => verdict(outcomes[0]))).toEqual(["unsupported", "applied"]);
});

test("a sign-in name that several servers give away at once goes to one, and the others hear that it is taken", async () => {
  const servers = await Promise.all([1, 2, 3, 4].map(() => openWorld(database.url, {}, world.tenant)));
  const register = (login: string) => ({
    type: "account.register",
    input: { login, name: "Wanjiru", role: "patient" },
    madeAt: 0,
  });
  for (let round = 0; round < 5; round += 1) {
    const settled = await Promise.all(
      servers.map(({ executor, tenant }) =>
        executor.submit({
          submitter: { tenant, account: undefined, device: undefined },
          stream: newStream(),
          from: 1,
          heard: 0,
          operations: [register(`wanjiru.${round}`)],
          carrier: "server",
        }),
      ),
    );
    const verdicts = settled.map(({ outcomes }) => verdict(outcomes[0]));
    expect(verdicts.filter((each) => each === "applied")).toHaveLength(1);
    expect(verdicts.filter((each) => each === "login_taken")).toHaveLength(3);
  }
  await Promise.all(servers.map((each) => each[Symbol.asyncDispose]()));
});
