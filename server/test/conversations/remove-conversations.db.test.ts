import { type EntityId, operationId } from "@healthbridge/schema";
import { afterAll, describe, expect, test } from "vitest";
import { newStream, openWorld, type Person, verdict } from "../../../tests/setup/world.ts";
import { systemRandomness } from "../../src/adapters/randomness.ts";
import { conversationAccess } from "../../src/attachments/conversation-access.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import type { Job } from "../../src/jobs/job.ts";
import { pruneOperationsJob } from "../../src/jobs/prune-operations.ts";
import { removeConversationsJob } from "../../src/jobs/remove-conversations.ts";
import { trimConversationsJob } from "../../src/jobs/trim-conversations.ts";
import { openFixedStreams } from "../../src/operations/fixed-streams.ts";
import { documentAccess } from "../../src/realtime/documents/access.ts";
import { came, DAY, HOUR, openSchedule } from "../scheduling/schedule.ts";
import { talkIn } from "./talk.ts";

const KEPT_DAYS = 60;
const LONG = 1_150;
const AT_ONCE = 400;
const schedule = await openSchedule();
const { ask, asServer, world, clock, family, mother, staff, doctorHerself } = schedule;
/** Another process on the same database. */
const second = await openWorld(schedule.database.url, {}, world.tenant, clock);
afterAll(() => second[Symbol.asyncDispose]());
const { booked, device } = talkIn(schedule);

const run = (job: Job) => job.run(new AbortController().signal);
const job = async ({ pool, executor }: typeof world, days: number) =>
  removeConversationsJob({ pool, executor, streams: await openFixedStreams(pool, systemRandomness) }, days);
const write = (sql: string, values: readonly (string | number)[]) =>
  inTransaction(world.pool, (tx) => tx.write(sql, values));

/** What somebody says in a conversation, in a stream of its own; answers that stream. */
async function say(who: Person, conversation: EntityId, texts: readonly string[]): Promise<string> {
  const stream = newStream();
  const lines = texts.map((text) => ({ type: "message.send", input: { conversation, text } }));
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    const { outcomes } = await world.submit(who, at + 1, lines.slice(at, at + AT_ONCE), { stream });
    expect(new Set(outcomes.map(verdict))).toEqual(new Set(["applied"]));
  }
  return stream;
}

/** Rows of everything that belongs to a conversation. */
async function rowsOf(id: EntityId) {
  const count = async (from: string, value: string) =>
    (await schedule.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${from}`, [value]))[0]?.n;
  return {
    conversation: await count("conversation WHERE id = ?", id),
    messages: await count("message WHERE conversation_id = ?", id),
    updates: await count("document_update WHERE document_id LIKE CONCAT(?, '.%')", id),
    snapshots: await count("document_snapshot WHERE document_id LIKE CONCAT(?, '.%')", id),
    clients: await count("document_client WHERE document_id LIKE CONCAT(?, '.%')", id),
    noted: await count("removed_conversation WHERE id = ?", id),
  };
}

async function writeDocuments(id: EntityId): Promise<void> {
  for (const kind of ["intake", "notes"]) {
    const document = `${id}.${kind}`;
    for (let seq = 1; seq <= 3; seq += 1)
      await write(
        "INSERT INTO document_update (document_id, seq, tenant_id, account_id, device_id, bytes, written_at) VALUES (?, ?, ?, 'a.1', 'd.1', 'x', 1)",
        [document, seq, world.tenant],
      );
    await write(
      "INSERT INTO document_snapshot (document_id, seq, piece, tenant_id, bytes) VALUES (?, 2, 1, ?, 'x')",
      [document, world.tenant],
    );
    await write(
      "INSERT INTO document_client (document_id, client_id, account_id, bound_at) VALUES (?, 7, 'a.1', 1)",
      [document],
    );
  }
}

/** What became of what had to be done first. */
const prepared: string[] = [];
// What there is, before anything is old: each conversation is over but for one thing, or not but for one.
const card = await schedule.patient();
const over = await booked(staff, card);
const overStream = await say(staff, over, ["How long?", "Since Monday", "and a half"]);
await ask(staff, "message.retract", { message: operationId(overStream, 3) });
await writeDocuments(over);
const long = await booked(family, mother);
await say(
  family,
  long,
  Array.from({ length: LONG }, (_, at) => `line ${String(at + 1)}`),
);
const cut = await booked(family, mother);
await say(family, cut, ["one", "two"]);
await writeDocuments(cut);
const empty = await booked(family, mother);
const open = await booked(family, mother);
await say(family, open, ["Nobody closed this"]);
const young = await booked(family, mother);
await say(family, young, ["old"]);
const shown = await booked(family, mother);
await say(family, shown, ["Its appointment is still shown"]);
for (const conversation of [over, long, cut, empty, shown]) {
  prepared.push(came(await ask(doctorHerself, "conversation.close", { conversation })));
}
const past = [over, long, cut, empty, open, young];
for (const appointment of past) prepared.push(came(await ask(staff, "appointment.cancel", { appointment })));
/** A phone that was there before the oldest lines left the feeds. */
const before = {
  family: await device(family),
  clinic: await device(staff, world.clinic),
  doctor: await device(doctorHerself),
};
for (const each of Object.values(before)) await each.pull({ budget: 500_000 });
clock.now += 90 * DAY;
const putAway = await asServer("appointment.archive", { appointments: past });
await run(trimConversationsJob(world.pool));
await say(family, young, ["young"]);
await ask(doctorHerself, "conversation.close", { conversation: young });

const held = (follower: (typeof before)["family"], conversation: EntityId) => ({
  conversation: follower.held("me", "conversation", conversation) !== undefined,
  lines: follower
    .all("me", "message")
    .filter((each) => Reflect.get(Object(each), "conversation") === conversation).length,
});
for (const each of Object.values(before)) await each.pull({ budget: 500_000 });
/** What her doctor may do with the documents of the one that goes. */
const rightsNow = () =>
  documentAccess(world.pool).of(
    (["intake", "notes"] as const).map((kind) => ({
      holder: { tenant: world.tenant, account: doctorHerself.account },
      address: { conversation: over, kind },
    })),
  );
const rightsBefore = await rightsNow();
const heldBefore = { family: held(before.family, long), doctor: held(before.doctor, over) };

// Broken off: it went from the feeds, and what was in it is still there.
const removing = [
  { conversation: cut, lines: 2 },
  { conversation: open, lines: 1 },
  { conversation: young, lines: 1 },
  { conversation: shown, lines: 1 },
];
const asked = {
  byServer: await asServer("conversation.remove", { conversations: removing }),
  byDoctor: await ask(doctorHerself, "conversation.remove", { conversations: removing }),
};
const never = await job(world, 0);
const didAtOnce = [await never.due(), await run(never)];
const cutThen = await rowsOf(cut);
clock.now += 2 * HOUR;
const didLater = [await never.due(), await run(never), await never.due()];
const overThen = await rowsOf(over);
const jobs = [await job(world, KEPT_DAYS), await job(second, KEPT_DAYS)] as const;
const due = [await jobs[0].due()];
const did = [await Promise.all(jobs.map(run))];
due.push(await jobs[0].due());
for (const each of Object.values(before)) await each.pull({ budget: 500_000 });
const [overSoon, rightsSoon] = [await rowsOf(over), await rightsNow()];
clock.now += 2 * HOUR;
due.push(await jobs[0].due());
did.push(await Promise.all(jobs.map(run)));
due.push(await jobs[0].due());

const NOTHING = { conversation: 0, messages: 0, updates: 0, snapshots: 0, clients: 0, noted: 0 };
const sumsOf = (what: string) => did.map((all) => all.reduce((sum, each) => sum + (each[what] ?? 0), 0));

describe("a conversation that is over", () => {
  test("goes with its messages and documents, once, whoever of several processes comes first", async () => {
    expect(new Set(prepared)).toEqual(new Set(["applied"]));
    expect(putAway).toMatchObject({ output: { archived: past.length } });
    expect(due).toEqual([3, 0, 3, 0]);
    expect(sumsOf("removed")).toEqual([3, 0]);
    // An hour has to pass. Three messages and two documents of five rows; the long one.
    expect(overSoon).toEqual({
      conversation: 0,
      messages: 3,
      updates: 6,
      snapshots: 2,
      clients: 2,
      noted: 1,
    });
    expect(sumsOf("cleared")).toEqual([0, 3 + 2 * 5 + LONG]);
    for (const id of [over, long, empty]) expect([id, await rowsOf(id)]).toEqual([id, NOTHING]);
  });

  test("is taken from every device as anything is that it is shown no longer, lines that had left the feeds included", () => {
    expect(heldBefore).toEqual({
      family: { conversation: true, lines: LONG },
      doctor: { conversation: true, lines: 3 },
    });
    expect(held(before.family, long)).toEqual({ conversation: false, lines: 0 });
    expect(held(before.doctor, over)).toEqual({ conversation: false, lines: 0 });
    expect(held(before.doctor, long)).toEqual({ conversation: false, lines: 0 });
    expect(before.clinic.held(`clinic:${world.clinic}`, "conversation", over)).toBeUndefined();
  });

  test("takes along the card of a patient whom her doctor saw because of it alone", async () => {
    expect(before.doctor.held("me", "patient", card)).toBeUndefined();
    // She has other conversations with the doctor.
    expect(before.doctor.held("me", "patient", mother)).toBeDefined();
    expect(before.clinic.held(`clinic:${world.clinic}`, "patient", card)).toBeDefined();
    const fresh = await device(doctorHerself);
    await fresh.pull({ budget: 500_000 });
    expect(fresh.held("me", "patient", card)).toBeUndefined();
    expect(held(fresh, over)).toEqual({ conversation: false, lines: 0 });
  });

  test("is there for nobody: not to write in, to attach to, to read its documents, nor to be opened again", async () => {
    const another = await ask(staff, "message.send", { conversation: over, text: "Are you there?" });
    const reopen = await ask(doctorHerself, "conversation.reopen", { conversation: over });
    const retract = await ask(staff, "message.retract", { message: operationId(overStream, 1) });
    expect([another, reopen, retract].map(came)).toEqual(["not_found", "not_found", "not_found"]);
    const { tenant, clinic } = world;
    const person = { tenant, account: staff.account, device: staff.submitter.device ?? "" };
    const who = { ...person, role: "staff", clinics: [clinic], doctor: undefined } as const;
    expect(await conversationAccess(world.pool).of(who, over)).toBeUndefined();
    expect(rightsBefore).toMatchObject([{ may: "read" }, { may: "read" }]);
    expect(rightsSoon).toEqual([undefined, undefined]);
    expect(await rowsOf(over)).toEqual(NOTHING);
  });

  test("does not come back with a line that a device sends once more, before or after its outcome was pruned", async () => {
    const texts = ["How long?", "Since Monday", "and a half"];
    const lines = texts.map((text) => ({ type: "message.send", input: { conversation: over, text } }));
    const again = () => world.submit(staff, 1, lines, { stream: overStream });
    const entries = () =>
      schedule.rows(
        "SELECT feed, number FROM feed_entry WHERE gone = 0 AND kind = 'message' ORDER BY feed, number",
      );
    const told = await entries();
    expect((await again()).outcomes).toMatchObject([1, 2, 3].map((number) => ({ output: { number } })));
    clock.now += 500 * DAY;
    await run(pruneOperationsJob(world.pool, 400));
    clock.now -= 500 * DAY;
    const pruned = await again();
    expect(pruned.settled).toBe(3);
    expect(pruned.outcomes.map(verdict)).toEqual(texts.map(() => "outcome_pruned"));
    expect(await entries()).toEqual(told);
    expect(await rowsOf(over)).toEqual(NOTHING);
  });
});

describe("what stays", () => {
  test("is what nobody closed, what somebody wrote in lately, and what belongs to an appointment that is shown", async () => {
    for (const [id, messages] of [
      [open, 1],
      [young, 2],
      [shown, 1],
    ] as const)
      expect([id, await rowsOf(id)]).toMatchObject([id, { conversation: 1, messages, noted: 0 }]);
    for (const id of [open, young, shown]) expect(held(before.family, id).conversation).toBe(true);
  });

  test("is left alone by an operation that counts other lines, and people cannot ask for one", () => {
    expect(asked.byServer).toMatchObject({ status: "applied", output: { removed: 1 } });
    expect(came(asked.byDoctor)).toBe("unsupported");
  });
});

test("what was broken off goes on, also where nothing more is to be removed", async () => {
  expect(cutThen).toEqual({ conversation: 0, messages: 2, updates: 6, snapshots: 2, clients: 2, noted: 1 });
  expect(didAtOnce).toEqual([0, { removed: 0, cleared: 0 }]);
  expect(didLater).toEqual([1, { removed: 0, cleared: 12 }, 0]);
  expect(await rowsOf(cut)).toEqual(NOTHING);
  expect(overThen).toMatchObject({ conversation: 1, messages: 3 });
});
