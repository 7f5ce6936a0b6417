import type { EntityId } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { Follower } from "../../../tests/setup/follower.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { trimConversationsJob } from "../../src/jobs/trim-conversations.ts";
import { createSyncService } from "../../src/sync/sync-service.ts";
import { came, openSchedule } from "../scheduling/schedule.ts";

const schedule = await openSchedule(Date.now());
const { ask, world, family, doctorHerself } = schedule;
const service = createSyncService(world);
const LINES = 260;
const MONTH_AGO = Date.now() - 31 * 86_400_000;

async function longConversation(hour: string): Promise<EntityId> {
  const date = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  const start = `${date}T${hour}:00+03:00`;
  const asked = { doctor: world.doctor, patient: schedule.mother, start };
  const { id } = await ask(family, "appointment.book", asked);
  const operations = Array.from({ length: LINES }, (_, at) => ({
    type: "message.send",
    input: { conversation: id, text: `line ${at + 1}` },
  }));
  await world.submit(family, 1, operations, { stream: `${hour}longconversat`.slice(0, 16).padEnd(16, "x") });
  return id;
}

const run = () => trimConversationsJob(world.pool).run(new AbortController().signal);
const due = () => trimConversationsJob(world.pool).due();
const age = (id: EntityId, through: number) =>
  inTransaction(world.pool, (tx) =>
    tx.write("UPDATE message SET at = ? WHERE conversation_id = ? AND line_number <= ?", [
      MONTH_AGO,
      id,
      through,
    ]),
  );
const device = () => new Follower(service, doctorHerself).pull({ follow: ["me"], budget: 500_000 });
const numbers = (follower: Follower, conversation: EntityId) =>
  follower
    .all("me", "message")
    .flatMap((each) => (isLine(each) && each.conversation === conversation ? [each.number] : []))
    .toSorted((left, right) => left - right);

const line = (follower: Follower, conversation: EntityId, number: number) =>
  follower
    .all("me", "message")
    .filter(isLine)
    .find((each) => each.conversation === conversation && each.number === number);

interface Line {
  readonly id: string;
  readonly number: number;
  readonly conversation: string;
  readonly text?: string;
}

function isLine(value: unknown): value is Line {
  return typeof value === "object" && value !== null && "number" in value;
}

test("a phone that signs in is sent the newest messages, and what is not a month old; one that has the others keeps them", async () => {
  const id = await longConversation("09");
  const before = await device();
  expect(numbers(before, id)).toHaveLength(LINES);
  expect(await run()).toEqual({ trimmed: 0 });
  await age(id, 40);
  expect(await due()).toBe(1);
  expect(await run()).toEqual({ trimmed: 40 });
  expect(numbers(await device(), id)[0]).toBe(41);
  await age(id, LINES);
  expect(await run()).toEqual({ trimmed: 20 });
  expect(await due()).toBe(0);
  expect(numbers(await device(), id)).toHaveLength(200);
  await before.pull();
  expect(numbers(before, id)).toHaveLength(LINES);
});

test("a doctor who hands a conversation over loses also the messages that left the feeds before", async () => {
  const id = await longConversation("11");
  const former = await device();
  await age(id, LINES);
  await run();
  const register = { name: "Dr Next", clinic: world.clinic, specialities: ["surgery"], languages: ["sw"] };
  const [next = ""] = await world.asSystem([{ type: "doctor.register", input: register }]);
  await ask(doctorHerself, "conversation.handOver", { conversation: id, doctor: next });
  await former.pull({ budget: 500_000 });
  expect(numbers(former, id)).toEqual([]);
});

test("what was withdrawn while a phone was away is gone from it, however old it was when it left the feeds", async () => {
  const id = await longConversation("13");
  const away = await device();
  await ask(family, "message.retract", { message: line(away, id, 5)?.id ?? "" });
  await age(id, 40);
  expect(await run()).toEqual({ trimmed: 40 });
  await away.pull({ budget: 500_000 });
  expect(line(away, id, 5)).toMatchObject({ withdrawn: true });
  expect(line(away, id, 5)?.text).toBeUndefined();
  expect(line(away, id, 6)?.text).toBe("line 6");
});

test("a conversation of thousands of lines is handed over without a word on each: the former doctor's feed is read anew", async () => {
  const id = await longConversation("15");
  const former = await device();
  expect(numbers(former, id)).toHaveLength(LINES);
  // As if it had gone on for years, and the job had run.
  const FEW = 5_000;
  const OLD = "OOOOOOOOOOOOOOOO";
  await inTransaction(world.pool, async (tx) => {
    await tx.write(
      "UPDATE message SET line_number = line_number + ? WHERE conversation_id = ? ORDER BY line_number DESC",
      [FEW, id],
    );
    const old = Array.from({ length: FEW }, (_, at) => [
      `${OLD}.${at + 1}`,
      world.tenant,
      id,
      at + 1,
      "patient",
      family.account,
      MONTH_AGO,
      "old",
    ]);
    await tx.write(
      "INSERT INTO message (id, tenant_id, conversation_id, line_number, written_by, account_id, at, text) VALUES ?",
      [old],
    );
    await tx.write("UPDATE conversation SET line_count = line_count + ?, trimmed_through = ? WHERE id = ?", [
      FEW,
      FEW,
      id,
    ]);
  });
  // A photo that one of them names has come late: its line stands in the feeds once more.
  const photo = { message: `${OLD}.7`, attachment: `${OLD}.1` };
  await inTransaction(world.pool, (tx) =>
    tx.write("UPDATE message SET attachments = ? WHERE id = ?", [photo.attachment, photo.message]),
  );
  expect(came(await schedule.asServer("attachment.arrive", { ...photo, what: "file" }))).toBe("applied");
  expect(numbers(await former.pull(), id)).toHaveLength(LINES + 1);
  const register = { name: "Dr After", clinic: world.clinic, specialities: ["surgery"], languages: ["sw"] };
  const [next = ""] = await world.asSystem([{ type: "doctor.register", input: register }]);
  const written = await entriesWritten();
  await ask(doctorHerself, "conversation.handOver", { conversation: id, doctor: next });
  expect((await entriesWritten()) - written).toBeLessThan(2 * LINES);
  await former.pull({ budget: 500_000 });
  expect(numbers(former, id)).toEqual([]);
  expect(former.held("me", "conversation", id)).toBeUndefined();
  expect(numbers(await device(), id)).toEqual([]);
});

/** How many changes all feeds together have counted. */
async function entriesWritten(): Promise<number> {
  const [row] = await schedule.rows<{ written: number }>(
    "SELECT CAST(SUM(number) AS SIGNED) AS written FROM feed",
  );
  return row?.written ?? 0;
}
