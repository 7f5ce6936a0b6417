import { seededRandom } from "@healthbridge/client-sdk/testing";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { copyOf, copyOfUpdates, isMade, make, marksIn, scrapsIn } from "./document-copy.ts";
import type { Edit } from "./history.ts";

const PLACES = ["field", "line", "word"] as const;
const random = seededRandom(7);
const writes = (mark: string, place: Edit["place"]): Edit => ({ does: "writes", mark, place });
const strikes = (mark: string, place: Edit["place"]): Edit => ({ does: "strikes", mark, place });

test("what was written is found where it was written, and what was struck out is not", () => {
  const doc = new Y.Doc();
  for (const place of PLACES)
    make(doc, writes(`d1~${PLACES.indexOf(place) + 1}`, place), "kingfisher", random);
  expect(marksIn(copyOf(doc))).toEqual([
    { place: "field", mark: "d1~1" },
    { place: "line", mark: "d1~2" },
    { place: "word", mark: "d1~3" },
  ]);
  for (const edit of [strikes("d1~1", "field"), strikes("d1~3", "word")]) {
    expect(isMade(edit, marksIn(copyOf(doc)))).toBe(false);
    make(doc, edit, "kingfisher", random);
    expect(isMade(edit, marksIn(copyOf(doc)))).toBe(true);
  }
  expect(copyOf(doc)).toMatchObject({ fields: [], lines: ["kingfisher d1~2"], text: "" });
});

test("two who write and strike out at the same time tear no word, and come to the same copy", () => {
  const docs = [new Y.Doc(), new Y.Doc()] as const;
  for (let round = 0; round < 30; round += 1) {
    for (const [at, doc] of docs.entries()) {
      const [first] = marksIn(copyOf(doc)).filter(({ place }) => place === "word");
      if (first !== undefined && round % 3 === 0)
        make(doc, strikes(first.mark, "word"), "kingfisher", random);
      make(doc, writes(`d${at + 1}~${round}`, "word"), "kingfisher", random);
    }
    if (round % 4 !== 0) continue;
    Y.applyUpdate(docs[0], Y.encodeStateAsUpdate(docs[1]));
    Y.applyUpdate(docs[1], Y.encodeStateAsUpdate(docs[0]));
  }
  const merged = copyOfUpdates(docs.map((doc) => Y.encodeStateAsUpdate(doc)));
  expect(copyOfUpdates(docs.toReversed().map((doc) => Y.encodeStateAsUpdate(doc)))).toEqual(merged);
  expect(scrapsIn(merged)).toBe("");
  expect(marksIn(merged).length).toBeGreaterThan(30);
});
