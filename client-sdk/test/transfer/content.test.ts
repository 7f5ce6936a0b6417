import { LARGEST_OPERATION_NUMBER } from "@healthbridge/schema/client";
import { expect, test } from "vitest";
import { parseContent } from "../../src/transfer/content.ts";

const operation = { type: "patient.register", input: { name: "Kamau" }, madeAt: 1, order: 1 };
const stream = { id: "abcdefghijklmnop", lane: "normal", settled: 2, outcomes: [], operations: [operation] };
const content = { account: "accountaccountac.1", madeAt: 1, streams: [stream] };
const outcome = { ...operation, status: "applied" };

test("a content as it is written is read", () => {
  const whole = { ...content, streams: [{ ...stream, durable: 1, outcomes: [[2, outcome]] }] };
  expect(parseContent(JSON.stringify(whole))).toEqual(whole);
});

test.each([
  ["no JSON", "{"],
  ["a list", []],
  ["no account", { ...content, account: 7 }],
  ["no streams", { ...content, streams: {} }],
  ["a stream twice", { ...content, streams: [stream, stream] }],
  ["a stream with another's id", { ...content, streams: [{ ...stream, id: "x:y" }] }],
  ["a lane that is none", { ...content, streams: [{ ...stream, lane: "express" }] }],
  ["a number below nothing", { ...content, streams: [{ ...stream, settled: -1 }] }],
  [
    "a number behind the last that a stream can have",
    { ...content, streams: [{ ...stream, settled: LARGEST_OPERATION_NUMBER }] },
  ],
  ["a number that is none", { ...content, streams: [{ ...stream, durable: "2" }] }],
  [
    "an operation without input",
    { ...content, streams: [{ ...stream, operations: [{ ...operation, input: 1 }] }] },
  ],
  [
    "an operation too large",
    {
      ...content,
      streams: [{ ...stream, operations: [{ ...operation, input: { text: "x".repeat(20_000) } }] }],
    },
  ],
  [
    "an operation after something else than ids",
    { ...content, streams: [{ ...stream, operations: [{ ...operation, after: [7] }] }] },
  ],
  ["an outcome of what is not settled", { ...content, streams: [{ ...stream, outcomes: [[3, outcome]] }] }],
  ["an outcome that is none", { ...content, streams: [{ ...stream, outcomes: [[2, operation]] }] }],
  ["an outcome without a number", { ...content, streams: [{ ...stream, outcomes: [outcome] }] }],
])("%s is a damaged file", (_, wrong) => {
  const text = typeof wrong === "string" ? wrong : JSON.stringify(wrong);
  expect(() => parseContent(text)).toThrow(expect.objectContaining({ code: "file_damaged" }));
});
