import { formatCursors, parseCursors, type SyncRequest } from "@healthbridge/schema";
import { afterAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, type Person } from "../../../tests/setup/world.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";

const database = await freshDatabase();
const world = await openWorld(database.url);
const service = createSyncService(world);
afterAll(() => world[Symbol.asyncDispose]());
const { clinic } = world;

function sync(person: Person, request: Partial<SyncRequest> = {}) {
  return service.answer({ protocol: 1, stream: person.stream, from: 1, ...request }, person.submitter);
}

/** Where a device that read the clinic's feed stands in it, as it goes into the next request. */
async function readClinic(person: Person): Promise<string> {
  const { head, pages, tail } = await sync(person, { follow: [`clinic:${clinic}`] });
  const handle = head.feeds?.[0]?.handle ?? 0;
  const { cursor = 0 } = pages.findLast((page) => page.feed === handle) ?? {};
  return formatCursors([[handle, parseCursors(tail.cursors ?? "").get(handle) ?? { cursor }]]);
}

async function newPatient(): Promise<string | undefined> {
  const [id] = await world.asSystem([{ type: "patient.register", input: { name: "A", clinic } }]);
  return id;
}

describe("a name that is none of a feed, and one too many", () => {
  test("are refused, and what else is asked for is answered", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const { head } = await sync(person, {
      follow: ["calender:oops", `clinic:${clinic}`],
      operations: [{ type: "patient.register", input: { name: "A", clinic }, madeAt: 0 }],
    });
    expect(head).toMatchObject({ settled: 1, refused: ["calender:oops"] });
    expect(head.feeds?.map(({ name }) => name)).toEqual([`clinic:${clinic}`]);
    const many = Array.from({ length: 200 }, (_, at) => `${String(900_000 + at)}:1`).join(",");
    const full = await sync(person, { cursors: many, follow: ["directory"] });
    expect(full.head.refused).toEqual(["directory"]);
  });
});

describe("what was settled before, sent again", () => {
  const update = (patient: string | undefined, village: string) => ({
    type: "patient.update",
    input: { patient, village },
    madeAt: 0,
  });

  test("by a device that had read what came after it, was sent by a copy of it: everything is to be read anew", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const colleague = await world.person("staff", { clinics: [clinic] });
    const patient = await newPatient();
    await sync(person, { operations: [update(patient, "first")] });
    await sync(colleague, { operations: [update(patient, "second")] });
    const cursors = await readClinic({ ...person, stream: newStream() });
    const again = { operations: [update(patient, "first")], cursors };
    expect((await sync(person, again)).head).toMatchObject({ settled: 1, anew: true });
  });

  test("by a device that has read nothing since, was its own: the answer was lost", async () => {
    const person = await world.person("staff", { clinics: [clinic] });
    const patient = await newPatient();
    const request = { operations: [update(patient, "first")], cursors: await readClinic(person) };
    await sync(person, request);
    const { head } = await sync(person, request);
    expect(head).toMatchObject({ settled: 1 });
    expect(head.anew).toBeUndefined();
  });
});

test("whoever hangs up has what she sent settled, and nothing is read for her", async () => {
  const person = await world.person("staff", { clinics: [clinic] });
  const request = {
    protocol: 1,
    stream: person.stream,
    from: 1,
    operations: [{ type: "patient.register", input: { name: "A", clinic }, madeAt: 0 }],
    follow: ["me"],
  };
  const gone = AbortSignal.abort();
  await expect(service.answer(request, person.submitter, { gone })).rejects.toThrow("rate_limited");
  expect((await sync(person, { from: 2 })).head).toMatchObject({ settled: 1 });
});
