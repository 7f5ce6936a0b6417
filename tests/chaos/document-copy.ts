import type { SeededRandom } from "@healthbridge/client-sdk/testing";
import * as Y from "yjs";
import type { DocumentCopy, Edit, Place } from "./history.ts";

/**
 * What people write into documents, and what anybody has of one. Of all that a document can be, three forms: fields that are set once, a list that only grows, and a text into
 * which words are put side by side.
 */
const form = (doc: Y.Doc): Y.Map<string> => doc.getMap<string>("form");
const list = (doc: Y.Doc): Y.Array<string> => doc.getArray<string>("list");
const story = (doc: Y.Doc): Y.Text => doc.getText("story");

/** A word as it stands in the text; the mark is its end. */
const WORD = /\[[^[\]]*?(d\d+~\d+)\]/g;

/** Makes an edit, as an editor would. What is to be struck out and is not there any more is left alone. */
export function make(doc: Y.Doc, { does, mark, place }: Edit, canary: string, random: SeededRandom): void {
  const words = `${canary} ${mark}`;
  if (does === "strikes") strike(doc, mark, place);
  else if (place === "field") form(doc).set(mark, words);
  else if (place === "line") list(doc).push([words]);
  else story(doc).insert(random.pick(betweenWords(story(doc).toJSON())), `[${words}]`);
}

function strike(doc: Y.Doc, mark: string, place: Place): void {
  if (place === "field") form(doc).delete(mark);
  if (place !== "word") return;
  const found = [...story(doc).toJSON().matchAll(WORD)].find(([, each]) => each === mark);
  if (found !== undefined) story(doc).delete(found.index, found[0].length);
}

function betweenWords(text: string): readonly number[] {
  return [0, ...[...text.matchAll(WORD)].map(({ 0: word, index }) => index + word.length)];
}

/** What a reader has of a document in which nobody ever wrote. */
export const EMPTY_COPY: DocumentCopy = { vector: "", fields: [], lines: [], text: "" };

export function copyOf(doc: Y.Doc): DocumentCopy {
  const clocks = [...Y.decodeStateVector(Y.encodeStateVector(doc))].toSorted(
    ([left], [right]) => left - right,
  );
  return {
    vector: clocks.map(([client, clock]) => `${client}:${clock}`).join(" "),
    fields: [...form(doc).keys()].toSorted(),
    lines: list(doc).toArray(),
    text: story(doc).toJSON(),
  };
}

/** @param snapshot what the first of them follow, in Yjs' second format */
export function copyOfUpdates(updates: readonly Uint8Array[], snapshot?: Uint8Array): DocumentCopy {
  const doc = new Y.Doc();
  if (snapshot !== undefined) Y.applyUpdateV2(doc, snapshot);
  for (const update of updates) Y.applyUpdate(doc, update);
  return copyOf(doc);
}

/** A mark, and where it stands. */
export type PlacedMark = Pick<Edit, "mark" | "place">;

/** All marks in a copy, one that is there twice twice. */
export function marksIn({ fields, lines, text }: DocumentCopy): readonly PlacedMark[] {
  return [
    ...fields.map((mark) => ({ place: "field", mark }) as const),
    ...lines.map((line) => ({ place: "line", mark: line.slice(line.lastIndexOf(" ") + 1) }) as const),
    ...[...text.matchAll(WORD)].map(([, mark = ""]) => ({ place: "word", mark }) as const),
  ];
}

/** What stands between the words of a text: nothing, unless one was torn. */
export function scrapsIn({ text }: DocumentCopy): string {
  return text.replaceAll(WORD, "");
}

/** Whether an edit has been made in a copy. */
export function isMade({ does, mark, place }: Edit, marks: readonly PlacedMark[]): boolean {
  const there = marks.some((each) => each.mark === mark && each.place === place);
  return there === (does === "writes");
}
