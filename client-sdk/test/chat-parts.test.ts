import { type Message, operationId } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { Look } from "../src/chat/look.ts";
import { Marks } from "../src/chat/marks.ts";
import { OwnLines } from "../src/chat/own-lines.ts";
import { newestGap, ownMessage, type ShownMessage, withGaps } from "../src/chat/shown-message.ts";
import { HealthBridgeError } from "../src/errors.ts";
import { Value } from "../src/observable.ts";
import type { Waiting } from "../src/outbox/operation.ts";
import type { SyncStatus } from "../src/sync/status.ts";

const STREAM = "AAAAAAAAAAAAAAAA";
const CONVERSATION = operationId(STREAM, 1);

function line(number: number, conversation = CONVERSATION): Message {
  const id = operationId(STREAM, number + 1);
  return {
    id,
    conversation,
    number,
    by: "patient",
    account: CONVERSATION,
    at: number,
    text: `line ${number}`,
  };
}

const shown = (number: number): ShownMessage => ({ ...line(number), mine: false, state: "received" });

const status = new Value<SyncStatus>({
  state: "offline",
  started: false,
  account: undefined,
  waiting: { urgent: 300, normal: 0, bulk: 0, total: 300 },
  lastSuccess: undefined,
  lastProblem: undefined,
  bytesSent: 0,
  bytesReceived: 0,
  nextAttempt: undefined,
  ahead: 0,
});

test("a list of many conversations goes through lines and queue once, not once for each", () => {
  const looked = { lines: 0, queue: 0 };
  const hb = {
    status,
    get: () => undefined,
    list: () => {
      looked.lines += 1;
      return [];
    },
    outcomes: () => Promise.resolve([]),
    waiting: () => {
      looked.queue += 1;
      return Array.from({ length: 300 }, (_, at) => written(at + 1));
    },
  };
  const own = new OwnLines(hb, () => undefined);
  looked.queue = 0;
  expect(new Look(hb, own).conversations()).toHaveLength(300);
  expect(looked).toEqual({ lines: 2, queue: 1 });
});

/** A line that waits, in a conversation of its own. */
function written(at: number): Waiting {
  const input = { conversation: operationId(STREAM, at), text: `line ${at}` };
  const id = operationId("BBBBBBBBBBBBBBBB", at);
  return { id, type: "message.send", input, lane: "urgent", madeAt: at, forecast: "unknown" };
}

test("a line that a restored server is offered again is there once, as waiting", async () => {
  const line = written(1);
  const hb = {
    status,
    get: () => undefined,
    list: () => [],
    outcomes: () => Promise.resolve([{ ...line, status: "applied" as const, output: { number: 1 } }]),
    waiting: () => [line],
  };
  const own = new OwnLines(hb, () => undefined);
  await own.read();
  const [shown, ...more] = new Look(hb, own).messages(operationId(STREAM, 1));
  expect(shown).toMatchObject({ id: line.id, state: "waiting" });
  expect(more).toEqual([]);
});

test("it is shown where lines are missing, and older ones are read from there", () => {
  // Somebody was away while a long conversation went on: what left the feeds meanwhile is at the server alone.
  const lines = withGaps([1, 2, 3, 301, 302].map(shown));
  expect(lines.map(({ gapBefore }) => gapBefore === true)).toEqual([false, false, false, true, false]);
  expect(newestGap(lines)).toBe(301);
  expect(newestGap(withGaps([11, 12].map(shown)))).toBe(11);
  expect(newestGap(withGaps([1, 2].map(shown)))).toBe(1);
  expect(newestGap([])).toBeUndefined();
});

test("that messages have arrived is said at the next chance, where it could not be kept, and then once", async () => {
  const said: boolean[] = [];
  const marks = new Marks({
    waiting: () => [],
    enqueue: () => {
      said.push(said.length > 0);
      if (said.length === 1) return Promise.reject(new HealthBridgeError("store_full"));
      const outcome = () => Promise.reject(new Error("nobody waits for it"));
      return Promise.resolve({ id: CONVERSATION, number: 1, forecast: "unknown", outcome });
    },
  });
  const conversation = { id: CONVERSATION, patient: CONVERSATION, doctor: CONVERSATION };
  await expect(marks.noteDelivered(conversation, "doctor", 3)).rejects.toThrow("store_full");
  await marks.noteDelivered(conversation, "doctor", 3);
  await marks.noteDelivered(conversation, "doctor", 3);
  expect(said).toEqual([false, true]);
});

test("a line that the server has taken and does not show here is where the marks say", () => {
  // The conversation was another doctor's for a while, and only its newest lines came back.
  const outcome = {
    id: CONVERSATION,
    type: "message.send",
    input: { conversation: CONVERSATION, text: "Rest." },
    status: "applied",
    output: { number: 2 },
    madeAt: 5,
  } as const;
  const conversation = { patientDelivered: 3, patientRead: 1, doctorRead: 9 };
  expect(ownMessage(outcome, conversation, "doctor")).toMatchObject({ number: 2, state: "delivered" });
  expect(ownMessage(outcome, { ...conversation, patientRead: 2 }, "doctor").state).toBe("read");
  expect(ownMessage(outcome, {}, "doctor").state).toBe("sent");
  expect(ownMessage({ ...outcome, output: undefined }, conversation, "doctor").state).toBe("sent");
});
