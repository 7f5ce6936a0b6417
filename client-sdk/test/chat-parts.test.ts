import { type Message, operationId } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { HeldLines } from "../src/chat/held-lines.ts";
import { Marks } from "../src/chat/marks.ts";
import { newestGap, ownMessage, type ShownMessage, withGaps } from "../src/chat/shown-message.ts";
import { HealthBridgeError } from "../src/errors.ts";

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

test("lines are looked through once for all that asks in one turn, and anew in the next", async () => {
  let looks = 0;
  let all = [line(2), line(1), line(7, STREAM)];
  const lines = new HeldLines(() => {
    looks += 1;
    return all;
  });
  for (let at = 0; at < 500; at++) lines.of(`${STREAM}.${at}`);
  expect(lines.of(CONVERSATION).map(({ number }) => number)).toEqual([1, 2]);
  expect(looks).toBe(1);
  await Promise.resolve();
  all = [...all, line(3)];
  expect(lines.of(CONVERSATION).map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(looks).toBe(2);
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
