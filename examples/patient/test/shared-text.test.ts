import { expect, test } from "vitest";
import * as Y from "yjs";
import { writeText } from "../src/intake/shared-text.ts";

function text(begins: string): Y.Text {
  const shared = new Y.Doc().getText("complaint");
  shared.insert(0, begins);
  return shared;
}

test.each([
  ["", "cough"],
  ["cough", ""],
  ["cough", "a cough"],
  ["cough at night", "cough since Monday at night"],
  ["aaa", "aa"],
  ["aa", "aaa"],
  ["कल से खाँसी", "कल रात से खाँसी"],
])("%j becomes %j", (before, after) => {
  const shared = text(before);
  writeText(shared, after);
  expect(shared.toJSON()).toBe(after);
});

test("what somebody else writes meanwhile stays", () => {
  const mine = text("cough");
  const theirs = new Y.Doc();
  if (mine.doc === null) throw new Error("a text of a document has one");
  Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine.doc));
  writeText(theirs.getText("complaint"), "cough, worse at night");
  writeText(mine, "dry cough");
  Y.applyUpdate(mine.doc, Y.encodeStateAsUpdate(theirs));
  expect(mine.toJSON()).toBe("dry cough, worse at night");
});

test("what says the same is no change", () => {
  const shared = text("cough");
  let changes = 0;
  shared.observe(() => (changes += 1));
  writeText(shared, "cough");
  expect(changes).toBe(0);
});
