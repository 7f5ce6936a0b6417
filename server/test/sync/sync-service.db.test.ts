import {
  Availability,
  epochMinutes,
  foreseenSum,
  formatCursors,
  operationId,
  parseCursors,
  type SlotMark,
  type SlotState,
  type SyncRequest,
} from "@healthbridge/schema";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { everyDay, newStream, openWorld, type Person, startIn, ZONE } from "../../../tests/setup/world.ts";
import { inTransaction } from "../../src/database/transaction.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
const service = createSyncService(world);
afterAll(() => world[Symbol.asyncDispose]());
const { clinic, doctor } = world;

function sync(person: Person, request: Partial<SyncRequest> = {}) {
  return service.answer({ protocol: 1, stream: person.stream, from: 1, ...request }, person.submitter);
}

const itemsOf = (answer: Awaited<ReturnType<typeof sync>>, feed: number | undefined) =>
  answer.pages.filter((page) => page.feed === feed).flatMap(({ items }) => items);
const handlesOf = (answer: Awaited<ReturnType<typeof sync>>) =>
  Object.fromEntries((answer.head.feeds ?? []).map(({ name, handle }) => [name, handle]));
const idsOf = (answer: Awaited<ReturnType<typeof sync>>, feed: number | undefined) =>
  itemsOf(answer, feed).map((item) => item.entity?.id ?? `gone ${item.gone}`);
const cursorOf = (answer: Awaited<ReturnType<typeof sync>>, feed: number) =>
  new Map([
    ...answer.pages.map((page) => [page.feed, page.cursor] as const),
    ...[...parseCursors(answer.tail.cursors ?? "")].map(([each, { cursor }]) => [each, cursor] as const),
  ]).get(feed);
/** As it goes into the next request: with `begun` where the answer was cut. */
const standingOf = (answer: Awaited<ReturnType<typeof sync>>, feed: number): string => {
  const { cursor = 0, begun } = answer.pages.findLast((page) => page.feed === feed) ?? {};
  return formatCursors([[feed, parseCursors(answer.tail.cursors ?? "").get(feed) ?? { cursor, begun }]]);
};

const twoColleagues = () =>
  Promise.all([
    world.person("staff", { clinics: [clinic] }),
    world.person("staff", { clinics: [clinic] }),
  ] as const);
const threePatients = () =>
  world.asSystem(["A", "B", "C"].map((name) => ({ type: "patient.register", input: { name, clinic } })));
const sheetOn = (day: number): string => `${doctor}/${startIn(day, "08:00").slice(0, 10)}`;
const mark = (start: string, state: SlotState): SlotMark => [
  `${doctor}/${start.slice(0, 10)}`,
  epochMinutes(start),
  state,
];

async function followCalendar(person: Person) {
  const answer = await sync(person, { follow: [`calendar:${doctor}`] });
  const handle = handlesOf(answer)[`calendar:${doctor}`] ?? 0;
  return { handle, cursor: cursorOf(answer, handle) };
}

function appointmentOf(person: Person, number: number, patient: string | undefined, start: string) {
  return {
    id: operationId(person.stream, number),
    doctor,
    clinic,
    patient: patient ?? "",
    start,
    minutes: 20,
    zone: "Africa/Nairobi",
    status: "booked" as const,
  };
}

/** A booking whose device foresaw all of it. */
function booking(person: Person, number: number, patient: string | undefined, start: string) {
  const entity = appointmentOf(person, number, patient, start);
  const sum = foreseenSum([{ kind: "appointment", entity }], [mark(start, "b")]);
  return { type: "appointment.book", input: { doctor, patient, start }, madeAt: 0, sum };
}

describe("a pull", () => {
  test("gives followed feeds a handle and everything they hold, and then nothing more", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const first = await sync(person, {
      follow: ["me", `clinic:${clinic}`, "directory", `calendar:${doctor}`],
    });
    const handles = handlesOf(first);
    expect(idsOf(first, handles["me"])).toEqual([person.account]);
    expect(idsOf(first, handles["directory"])).toEqual(expect.arrayContaining([clinic, doctor]));
    expect(itemsOf(first, handles[`calendar:${doctor}`]).length).toBeGreaterThan(50);
    const cursors = Object.values(handles)
      .map((handle) => `${handle}:${cursorOf(first, handle)}`)
      .join(",");
    const second = await sync(person, { cursors });
    expect(second).toMatchObject({ pages: [], tail: {} });
    const spoken = Buffer.byteLength(JSON.stringify({ ...second.head, ...second.tail }));
    expect(spoken).toBeLessThan(120);
  });

  test("looks through no more than so much that is hidden from who asks, says that there is more, and passes over nothing", async () => {
    const at = { zone: ZONE, lat: -1.84, lng: 38.2 };
    const [mutomo = ""] = await world.asSystem([
      { type: "clinic.register", input: { name: "Mutomo", ...at } },
    ]);
    const register = { type: "patient.register", input: { name: "Mwende", clinic: mutomo } };
    await world.asSystem([register]);
    const person = await world.person("administrator");
    const first = await sync(person, { follow: [`clinic:${mutomo}`] });
    const handle = handlesOf(first)[`clinic:${mutomo}`] ?? 0;
    const before = cursorOf(first, handle) ?? 0;
    const stream = newStream();
    const lines = Array.from({ length: 12_000 }, (_, line) => {
      const number = before + line + 1;
      return [handle, "message", operationId(stream, line + 1), number, 0, number, 0];
    });
    await inTransaction(world.pool, async (tx) => {
      await tx.write(
        "INSERT INTO feed_entry (feed, kind, entity_id, number, gone, other_number, changed_at) VALUES ?",
        [lines],
      );
      await tx.write("UPDATE feed SET number = ? WHERE handle = ?", [before + lines.length, handle]);
    });
    const [last = ""] = await world.asSystem([register]);
    const cut = await sync(person, { cursors: standingOf(first, handle) });
    expect(cut).toMatchObject({ pages: [], tail: { more: true } });
    const rest = await sync(person, { cursors: standingOf(cut, handle) });
    expect(idsOf(rest, handle)).toEqual([last]);
    expect(rest.tail).not.toHaveProperty("more");
  });

  test("of a feed somebody may not read drops it, and says no more than for one that does not exist", async () => {
    const stranger = await world.person("patient");
    const answer = await sync(stranger, {
      follow: [`clinic:${clinic}`, "clinic:AAAAAAAAAAAAAAAA.1", "calendar:AAAAAAAAAAAAAAAA.1"],
      cursors: "999999:4",
    });
    expect(answer.head.dropped).toEqual([999999]);
    expect(answer.head.refused).toEqual([
      `clinic:${clinic}`,
      "clinic:AAAAAAAAAAAAAAAA.1",
      "calendar:AAAAAAAAAAAAAAAA.1",
    ]);
    expect(answer.pages).toEqual([]);
  });

  test("within a small budget goes on where it stopped, and misses nothing", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const seen: string[] = [];
    let request: Partial<SyncRequest> = { follow: [`calendar:${doctor}`], budget: 700 };
    for (let round = 0; round < 100; round += 1) {
      const answer = await sync(person, request);
      const handle = answer.pages[0]?.feed ?? 0;
      seen.push(...idsOf(answer, handle));
      if (answer.tail.more !== true) break;
      request = { cursors: `${handle}:${cursorOf(answer, handle)}`, budget: 700 };
    }
    const whole = await sync(await world.person("staff"), { follow: [`calendar:${doctor}`] });
    expect(seen).toEqual(idsOf(whole, whole.pages[0]?.feed));
  });

  test("of a feed from its beginning goes on where it stopped, whatever the feed has forgotten before, and begins anew once it forgets more", async () => {
    const [other = ""] = await world.asSystem([
      {
        type: "doctor.register",
        input: { name: "Dr Mutua", clinic, specialities: ["surgery"], languages: ["sw"] },
      },
    ]);
    await world.asSystem([
      {
        type: "availability.set",
        input: {
          doctor: other,
          zone: ZONE,
          slotMinutes: 20,
          bufferMinutes: 0,
          weekly: everyDay("08:00", "12:00"),
        },
      },
    ]);
    const person = await world.person("staff", { clinics: [clinic] });
    const handle =
      handlesOf(await sync(person, { follow: [`calendar:${other}`], budget: 0 }))[`calendar:${other}`] ?? 0;
    const forgetAll = () =>
      inTransaction(world.pool, (tx) =>
        tx.write("UPDATE feed SET horizon = number WHERE handle = ?", [handle]),
      );
    const pullAt = (cursors: string) => sync(person, { cursors, budget: 700 });
    await forgetAll();
    const seen: string[] = [];
    let cursors = `${handle}:0`;
    for (let more = true; more;) {
      const answer = await pullAt(cursors);
      expect(answer.head).not.toHaveProperty("reset");
      seen.push(...idsOf(answer, handle));
      cursors = standingOf(answer, handle);
      more = answer.tail.more === true;
    }
    const whole = await sync(person, { cursors: `${handle}:0` });
    expect(seen).toEqual(idsOf(whole, handle));
    expect(seen.length).toBeGreaterThan(50);
    const half = standingOf(await pullAt(`${handle}:0`), handle);
    const [patient] = await threePatients();
    await world.asSystem([
      { type: "appointment.book", input: { doctor: other, patient, start: startIn(1, "08:00") } },
    ]);
    await forgetAll();
    const anew = await pullAt(half);
    expect(anew.head.reset).toEqual([handle]);
    expect(idsOf(anew, handle)).toEqual(idsOf(await pullAt(`${handle}:0`), handle));
  });

  test("that is cut in the middle of the first reading is told what went meanwhile of what it was shown", async () => {
    const home = await world.person("administrator");
    const [old = "", next = ""] = await world.asSystem(
      ["Old", "Next"].map((name) => ({
        type: "clinic.register",
        input: { name, zone: ZONE, lat: -1.37, lng: 38.01 },
      })),
    );
    const [moves = "", ...others] = await world.asSystem(
      ["A", "B", "C", "D", "E", "F", "G", "H"].map((name) => ({
        type: "patient.register",
        input: { name, clinic: old },
      })),
    );
    const begun = await sync(home, { follow: [`clinic:${old}`], budget: 200 });
    const handle = handlesOf(begun)[`clinic:${old}`] ?? 0;
    expect(idsOf(begun, handle)).toContain(moves);
    await world.asSystem([{ type: "patient.update", input: { patient: moves, clinic: next } }]);
    const rest = await sync(home, { cursors: standingOf(begun, handle) });
    expect(idsOf(rest, handle)).toContain(`gone ${moves}`);
    expect([...idsOf(begun, handle), ...idsOf(rest, handle)]).toEqual(expect.arrayContaining(others));
  });

  test("does not begin with what matters less before what matters more is through", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const answer = await sync(person, { follow: ["directory", `calendar:${doctor}`], budget: 700 });
    const [calendar] = (answer.head.feeds ?? []).filter(({ name }) => name !== "directory");
    expect(new Set(answer.pages.map(({ feed }) => feed))).toEqual(new Set([calendar?.handle]));
    expect(answer.tail.more).toBe(true);
  });

  test("of more feeds than one device can follow is refused", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const cursors = Array.from({ length: 201 }, (_, at) => `${at + 1}:0`).join(",");
    await expect(sync(person, { cursors })).rejects.toMatchObject({
      problem: { code: "malformed", path: "cursors" },
    });
  });

  test("of a staff member who no longer works for a clinic drops that clinic's feed", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const handle = handlesOf(await sync(person, { follow: [`clinic:${clinic}`] }))[`clinic:${clinic}`] ?? 0;
    await world.asSystem([{ type: "account.setClinics", input: { account: person.account, clinics: [] } }]);
    expect((await sync(person, { cursors: `${handle}:1` })).head.dropped).toEqual([handle]);
  });

  test("with a cursor beyond what the feed has (a restored server) is reset", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const handle = handlesOf(await sync(person, { follow: ["me"] }))["me"] ?? 0;
    const answer = await sync(person, { cursors: `${handle}:999` });
    expect(answer.head.reset).toEqual([handle]);
    expect(idsOf(answer, handle)).toEqual([person.account]);
  });
});

describe("a device's own changes", () => {
  const patientOf = (stream: string, name: string) => ({ id: operationId(stream, 1), name, clinic });

  test("are not sent back where it foresaw them exactly, and are sent to everybody else", async () => {
    const writer = await world.person("staff", { clinics: [clinic] });
    const reader = await world.person("staff", { clinics: [clinic] });
    const handle = handlesOf(await sync(writer, { follow: [`clinic:${clinic}`] }))[`clinic:${clinic}`] ?? 0;
    const before = cursorOf(await sync(reader, { cursors: `${handle}:0` }), handle) ?? 0;
    const sum = foreseenSum([{ kind: "patient", entity: patientOf(writer.stream, "Foreseen") }]);
    const operations = [{ type: "patient.register", input: { name: "Foreseen", clinic }, madeAt: 0, sum }];
    const own = await sync(writer, { operations, cursors: `${handle}:${before}` });
    expect(own).toMatchObject({ head: { settled: 1 }, pages: [] });
    expect(cursorOf(own, handle)).toBeGreaterThan(before);
    expect(idsOf(await sync(reader, { cursors: `${handle}:${before}` }), handle)).toEqual([
      operationId(writer.stream, 1),
    ]);
  });

  test("are sent back where it foresaw something else, or nothing", async () => {
    const writer = await world.person("staff", { clinics: [clinic] });
    const handle = handlesOf(await sync(writer, { follow: [`clinic:${clinic}`] }))[`clinic:${clinic}`] ?? 0;
    const before = cursorOf(await sync(writer, { cursors: `${handle}:0` }), handle) ?? 0;
    const operations = [
      { type: "patient.register", input: { name: "Wrong", clinic }, madeAt: 0, sum: "00000" },
      { type: "patient.register", input: { name: "None", clinic }, madeAt: 0 },
    ];
    const own = await sync(writer, { operations, cursors: `${handle}:${before}` });
    expect(idsOf(own, handle)).toEqual([operationId(writer.stream, 1), operationId(writer.stream, 2)]);
  });

  test("bring a sheet along when somebody else changed it in between, and not otherwise", async () => {
    const [mine, theirs] = await twoColleagues();
    const patients = await threePatients();
    const { handle, cursor } = await followCalendar(mine);
    const alone = await sync(mine, {
      operations: [booking(mine, 1, patients[0], startIn(20, "08:00"))],
      cursors: `${handle}:${cursor}`,
    });
    expect(alone.pages).toEqual([]);
    await sync(theirs, { operations: [booking(theirs, 1, patients[1], startIn(20, "08:20"))] });
    const together = await sync(mine, {
      from: 2,
      operations: [booking(mine, 2, patients[2], startIn(20, "08:40"))],
      cursors: `${handle}:${cursorOf(alone, handle)}`,
    });
    expect(idsOf(together, handle)).toEqual([sheetOn(20)]);
  });

  test("bring its sheets along where it foresaw other slots, and it is told so however often it asks", async () => {
    const [mine] = await twoColleagues();
    const [patient] = await threePatients();
    const { handle, cursor } = await followCalendar(mine);
    const [from, to] = [startIn(21, "08:00"), startIn(21, "09:00")];
    const entity = appointmentOf(mine, 1, patient, to);
    const moved = {
      type: "appointment.reschedule",
      input: { appointment: entity.id, start: to },
      madeAt: 0,
    };
    const change = { kind: "appointment" as const, entity };
    const wrong = foreseenSum([change], [mark(startIn(21, "10:00"), "f"), mark(to, "b")]);
    const first = await sync(mine, {
      operations: [booking(mine, 1, patient, from)],
      cursors: `${handle}:${cursor}`,
    });
    const cursors = `${handle}:${cursorOf(first, handle)}`;
    const answer = await sync(mine, { from: 2, operations: [{ ...moved, sum: wrong }], cursors });
    expect(answer.head).toMatchObject({ settled: 2, outcomes: [{ number: 2, echo: true }] });
    expect(idsOf(answer, handle)).toEqual([sheetOn(21)]);
    const again = await sync(mine, { from: 2, operations: [{ ...moved, sum: wrong }] });
    expect(again.head).toMatchObject({ outcomes: [{ number: 2, echo: true }] });
    expect(again.head.anew).toBeUndefined();
  });

  test("are told to a copy of the device that foresaw something else, or nothing", async () => {
    const [mine] = await twoColleagues();
    const [patient] = await threePatients();
    const booked = booking(mine, 1, patient, startIn(23, "08:00"));
    expect((await sync(mine, { operations: [booked] })).head.outcomes).toBeUndefined();
    expect((await sync(mine, { operations: [booked] })).head.anew).toBeUndefined();
    const other = await sync(mine, { operations: [{ ...booked, sum: "00000" }] });
    expect(other.head).toMatchObject({ settled: 1, outcomes: [{ number: 1, echo: true }], anew: true });
    const { sum: _sum, ...blind } = booked;
    expect((await sync(mine, { operations: [blind] })).head).toMatchObject({ settled: 1, anew: true });
  });

  test("are not sent back but for the sheets, which it does not hold, where it foresaw all the rest", async () => {
    const [mine] = await twoColleagues();
    const [patient] = await threePatients();
    const calendar = await followCalendar(mine);
    const first = await sync(mine, { follow: [`clinic:${clinic}`] });
    const handle = handlesOf(first)[`clinic:${clinic}`] ?? 0;
    const start = startIn(22, "08:00");
    const entity = appointmentOf(mine, 1, patient, start);
    const answer = await sync(mine, {
      operations: [
        { ...booking(mine, 1, patient, start), sum: foreseenSum([{ kind: "appointment", entity }]) },
      ],
      cursors: `${handle}:${cursorOf(first, handle)},${calendar.handle}:${calendar.cursor}`,
    });
    expect(answer.head.outcomes).toBeUndefined();
    expect(idsOf(answer, handle)).toEqual([]);
    expect(idsOf(answer, calendar.handle)).toEqual([sheetOn(22)]);
  });
});

describe("a change of somebody else's", () => {
  test("to a sheet the device changed too is not passed over by an answer that stops in the middle", async () => {
    const [mine, theirs] = await twoColleagues();
    const patients = await threePatients();
    const { handle, cursor: begun } = await followCalendar(mine);
    await sync(theirs, {
      operations: [
        booking(theirs, 1, patients[0], startIn(30, "08:00")),
        booking(theirs, 2, patients[1], startIn(31, "08:00")),
      ],
    });
    let cursor = begun;
    const seen: string[] = [];
    let request: Partial<SyncRequest> = {
      operations: [booking(mine, 1, patients[2], startIn(30, "10:00"))],
    };
    for (let round = 0; round < 10; round += 1) {
      const answer = await sync(mine, { ...request, cursors: `${handle}:${cursor}`, budget: 10 });
      seen.push(...idsOf(answer, handle));
      cursor = cursorOf(answer, handle) ?? cursor;
      if (answer.tail.more !== true) break;
      request = { from: 2 };
    }
    expect(seen.toSorted()).toEqual([30, 31].map(sheetOn));
    expect((await sync(mine, { from: 2, cursors: `${handle}:${cursor}` })).pages).toEqual([]);
  });
});

test("a week that a device set brings it the sheets, which it could not foresee", async () => {
  const person = await world.person("staff", { clinics: [clinic] });
  const feed = `calendar:${doctor}` as const;
  const first = await sync(person, { follow: [feed, `clinic:${clinic}`] });
  const handles = handlesOf(first);
  const plan = first.pages
    .flatMap(({ items }) => items)
    .find(({ kind, entity }) => kind === "availability" && entity?.id === doctor)?.entity;
  const dates = [{ date: startIn(40, "08:00").slice(0, 10), hours: [] }];
  const foreseen = Availability.parse({ ...plan, exceptions: dates });
  const answer = await sync(person, {
    operations: [
      {
        type: "availability.except",
        input: { doctor, dates },
        madeAt: 0,
        sum: foreseenSum([{ kind: "availability", entity: foreseen }]),
      },
    ],
    cursors: Object.values(handles)
      .map((handle) => `${handle}:${cursorOf(first, handle)}`)
      .join(","),
  });
  expect(idsOf(answer, handles[feed])).toContain(`${doctor}/${dates[0]?.date ?? ""}`);
});

describe("a stream", () => {
  test("that another device has gone on with is told to fork, also when nothing is sent", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    await sync(person, {
      operations: [{ type: "patient.register", input: { name: "One", clinic }, madeAt: 0 }],
    });
    expect((await sync(person, { from: 1 })).head.fork).toBe(true);
    expect((await sync(person, { from: 2 })).head.fork).toBeUndefined();
  });

  test("says nothing of numbers a copy did not send", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const register = (name: string) => ({ type: "patient.register", input: { name, clinic }, madeAt: 0 });
    await sync(person, { operations: [register("One"), register("Two"), register("Three")] });
    expect((await sync(person, { operations: [register("One")] })).head.settled).toBe(1);
    expect((await sync(person, { from: 2 })).head).toMatchObject({ settled: 1, fork: true });
  });

  test("tells outcomes again until the device has heard them", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    await sync(person, {
      operations: [
        { type: "patient.register", input: {}, madeAt: 0 },
        { type: "patient.register", input: { name: "Fine", clinic }, madeAt: 0 },
      ],
    });
    expect((await sync(person, { from: 3, heard: 0 })).head.outcomes).toMatchObject([
      { number: 1, problem: { code: "malformed" } },
    ]);
    expect((await sync(person, { from: 3 })).head.outcomes).toBeUndefined();
  });

  test("of a signed-out device, or another protocol, is refused as a whole", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    await expect(sync(person, { protocol: 99 })).rejects.toMatchObject({
      problem: { code: "protocol_unsupported" },
    });
    await world.asSystem([{ type: "device.revoke", input: { device: person.submitter.device } }]);
    await expect(sync(person)).rejects.toMatchObject({ problem: { code: "device_revoked" } });
    expect(newStream()).toHaveLength(16);
  });
});

describe("operations of a device that takes the server for what it was before a restore", () => {
  const register = { type: "patient.register", input: { name: "Mwende", clinic }, madeAt: 0 };
  const epochOf = async (person: Person) => (await sync(person)).head.epoch;

  test("are left undone and said to be no fork, so that it offers again first what they build on", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const epoch = await epochOf(person);
    const { head } = await sync(person, { operations: [register], epoch: epoch - 1 });
    expect(head).toMatchObject({ settled: 0, epoch });
    expect(head).not.toHaveProperty("outcomes");
    await sync(person, { operations: [register], epoch });
    const again = await sync(person, { operations: [register], epoch: epoch - 1 });
    expect(again.head).toMatchObject({ settled: 0, epoch });
    expect(again.head).not.toHaveProperty("fork");
  });

  test("are done where it knows the server as it is, or does not say", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const epoch = await epochOf(person);
    expect((await sync(person, { operations: [register], epoch })).head.settled).toBe(1);
    expect((await sync(person, { from: 2, operations: [register] })).head.settled).toBe(2);
  });
});
