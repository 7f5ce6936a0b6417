import type { DeviceView } from "../../history.ts";
import type { ConversationRow, MessageRow, Rows } from "../evidence.ts";
import { canonical, messageOf, sideIn } from "../expected-view.ts";
import type { Case, Rule } from "../rule.ts";
import { type StoryOfOperation, verdictOf } from "../story.ts";

/** Who comes to take part in a conversation is shown so many of its newest messages. */
const SHOWN_TO_NEWCOMERS = 50;

export const messagesInOrder: Rule = {
  id: "I11",
  means:
    "In each conversation messages are numbered 1, 2, 3 … without a gap, in one order for all; none is lost, none is there twice, and what one device wrote stands in the order in which it was written.",
  how: "The rows of each conversation are counted through. Every message that a device was told is kept is looked for under the number it was told, and every row must have been written by a device; one of the doctor's side names the doctor whose account wrote it, no other names one. What each device shows in the end must be the same lines under the same numbers, without a gap up to the newest; to whom a conversation comes later, its newest lines.",
  check(one) {
    return [
      ...wronglyNumbered(one.rows),
      ...lostOrInvented(one),
      ...wronglySigned(one),
      ...outOfOrder(one),
      ...shownWrongly(one),
    ];
  },
};

type Messages = ReadonlyMap<string, readonly MessageRow[]>;

/** By conversation, in their order. */
function messagesIn({ messages }: Rows): Messages {
  const byConversation = Map.groupBy(messages, (row) => row.conversation_id);
  for (const rows of byConversation.values())
    rows.sort((left, right) => left.line_number - right.line_number);
  return byConversation;
}

function wronglyNumbered(rows: Rows): string[] {
  const { conversations } = rows;
  const messages = messagesIn(rows);
  const known = new Set(conversations.map(({ id }) => id));
  const strays = [...messages.keys()].filter((id) => !known.has(id));
  return [
    ...strays.map((id) => `there are messages of ${id}, which is no conversation`),
    ...conversations.flatMap((row) => [...gapsIn(row, messages.get(row.id) ?? []), ...marksBeyond(row)]),
  ];
}

function gapsIn({ id, line_count }: ConversationRow, rows: readonly MessageRow[]): string[] {
  const gap = rows.find(({ line_number }, at) => line_number !== at + 1);
  if (gap !== undefined) return [`${id} has a gap or a number twice before ${gap.line_number}`];
  return rows.length === line_count ? [] : [`${id} counts ${line_count} messages and has ${rows.length}`];
}

function marksBeyond(row: ConversationRow): string[] {
  const sides = [
    [row.patient_read, row.patient_delivered],
    [row.doctor_read, row.doctor_delivered],
  ] as const;
  return sides.flatMap(([read, delivered]) =>
    (read ?? 0) <= (delivered ?? 0) && (delivered ?? 0) <= row.line_count
      ? []
      : [`${row.id} says read to ${read}, delivered to ${delivered}, of ${row.line_count}`],
  );
}

function lostOrInvented({ rows, stories }: Case): string[] {
  const found: string[] = [];
  const stored = new Map(rows.messages.map((row) => [row.id, row]));
  for (const story of sent(stories)) {
    const wrong = wrongMessage(story, stored.get(story.id));
    if (wrong !== undefined) found.push(wrong);
  }
  for (const { id } of rows.messages) if (!stories.has(id)) found.push(`no device wrote the message ${id}`);
  return found;
}

function sent(stories: Case["stories"]): readonly StoryOfOperation[] {
  return [...stories.values()].filter(({ operation }) => operation.type === "message.send");
}

function wrongMessage(story: StoryOfOperation, row: MessageRow | undefined): string | undefined {
  const { id, operation } = story;
  const { input } = operation;
  const verdict = verdictOf(story);
  if (verdict?.status === "rejected")
    return row === undefined ? undefined : `${id} was rejected and is stored`;
  if (verdict === undefined) return undefined; // told of by the rule on what is queued
  if (row === undefined) return `the message ${id} was acknowledged and is gone`;
  if (row.conversation_id !== input["conversation"]) return `the message ${id} is in another conversation`;
  if (row.withdrawn === null ? row.text !== input["text"] : row.text !== null)
    return `the message ${id} has another text than was written`;
  const told = numberTold(verdict.output);
  return told === row.line_number
    ? undefined
    : `the message ${id} is ${row.line_number}, and ${String(told)} was told`;
}

function numberTold(output: unknown): unknown {
  return typeof output === "object" && output !== null ? Reflect.get(output, "number") : undefined;
}

/** A line names the doctor whose account wrote it, where it is of the doctor's side. */
function wronglySigned({ rows, devices }: Case): string[] {
  const doctors = new Map(devices.map(({ view }) => [view?.account.id, view?.account.doctor]));
  return rows.messages.flatMap(({ id, written_by, account_id, doctor_id }) => {
    const wrote = written_by === "doctor" ? doctors.get(account_id) : null;
    return wrote === undefined || wrote === doctor_id
      ? []
      : [`the message ${id} names the doctor ${String(doctor_id)}, and ${String(wrote)} wrote it`];
  });
}

/** Of one stream of one device what was queued first has the lower number. */
function outOfOrder({ rows, stories }: Case): string[] {
  const numbers = new Map(rows.messages.map(({ id, line_number }) => [id, line_number]));
  const kept = sent(stories).filter(({ id }) => numbers.has(id));
  const lines = Map.groupBy(
    kept,
    ({ id, operation }) => `${streamOf(id)} ${String(operation.input["conversation"])}`,
  );
  return [...lines.values()].flatMap((line) => {
    const inTurn = line.toSorted((left, right) => placeOf(left.id) - placeOf(right.id));
    return inTurn.flatMap(({ id }, at) => {
      const before = inTurn[at - 1]?.id;
      return before === undefined || (numbers.get(before) ?? 0) < (numbers.get(id) ?? 0)
        ? []
        : [`${before} was written before ${id} and stands after it`];
    });
  });
}

function streamOf(id: string): string {
  return id.slice(0, id.indexOf("."));
}

function placeOf(id: string): number {
  return Number(id.slice(id.indexOf(".") + 1));
}

function shownWrongly({ devices, rowsShown }: Case): string[] {
  const messages = messagesIn(rowsShown);
  return devices.flatMap(({ name, view }) =>
    view === undefined ? [] : shownWronglyOn(name, view, rowsShown, messages),
  );
}

function shownWronglyOn(name: string, view: DeviceView, rows: Rows, messages: Messages): string[] {
  const { id: account, clinics, doctor } = view.account;
  const viewer = { tenant: view.tenant, account, clinics, doctor, follows: [] };
  const patients = new Map(rows.patients.map((row) => [row.id, row]));
  const shown = Map.groupBy(view.entities["message"] ?? [], (each) =>
    String(Reflect.get(each, "conversation")),
  );
  const wrong = rows.conversations.flatMap((row) => {
    const side = sideIn(viewer, row, patients);
    const list = shown.get(row.id) ?? [];
    shown.delete(row.id);
    const all = messages.get(row.id) ?? [];
    if (side === undefined)
      return list.length === 0 ? [] : [`${name} shows messages of ${row.id}, in which it has no part`];
    // The patient's side was there from the beginning; a doctor may have come later.
    const least = side === "patient" ? all.length : Math.min(SHOWN_TO_NEWCOMERS, all.length);
    return differingLines(`${name}, messages of ${row.id}`, list, all, least);
  });
  return [...wrong, ...[...shown.keys()].map((id) => `${name} shows messages of ${id}, which is not there`)];
}

function differingLines(
  where: string,
  list: readonly object[],
  all: readonly MessageRow[],
  least: number,
): string[] {
  const inOrder = list.toSorted((left, right) => numberOf(left) - numberOf(right));
  const rows = new Map(all.map((row) => [row.line_number, canonical(messageOf(row))]));
  const wrong = inOrder.find((each) => canonical(each) !== rows.get(numberOf(each)));
  if (wrong !== undefined)
    return [`${where}: ${canonical(wrong)} instead of ${rows.get(numberOf(wrong)) ?? "nothing"}`];
  const gap = inOrder.findLastIndex((each, at) => numberOf(each) !== all.length - (inOrder.length - 1 - at));
  const newest = inOrder.length - 1 - gap;
  if (newest < least)
    return [`${where}: the newest ${newest} of ${all.length}, and at least ${least} were to be there`];
  // That a line was withdrawn is told to everybody, also to whom it was never shown.
  const older = inOrder.slice(0, gap + 1).find((each) => Reflect.get(each, "withdrawn") !== true);
  return older === undefined ? [] : [`${where}: a gap behind ${numberOf(older)}`];
}

function numberOf(message: object): number {
  return Number(Reflect.get(message, "number"));
}
