import { expect, test } from "vitest";
import { DOCUMENT_LIMITS, DocumentSyncRequest, LIMITS } from "../../src/index.ts";

const MOST = DOCUMENT_LIMITS.documentPostBytes;

/** Whether an update of so many bytes is taken. */
function isTaken(bytes: number): boolean {
  const update = Buffer.alloc(bytes).toString("base64");
  return DocumentSyncRequest.safeParse({ vector: "AA==", update }).success;
}

test("an update over HTTP has as many bytes as the limit says and not one more, however base64 rounds", () => {
  for (const bytes of [0, 1, 2, 3, MOST - 3, MOST - 2, MOST - 1, MOST])
    expect([bytes, isTaken(bytes)]).toEqual([bytes, true]);
  for (const more of [1, 2, 3, 4, 5]) expect([more, isTaken(MOST + more)]).toEqual([more, false]);
});

test("an update of the limit's size fits into a request's body", () => {
  expect((MOST / 3) * 4).toBeLessThan(LIMITS.bodyBytes);
});
