import * as Y from "yjs";

/** Where in a document people write their marks. */
const LIST = "marks";

/** The list of marks in a document: each is a word that is written once. */
export function marksOf(doc: Y.Doc): Y.Array<string> {
  return doc.getArray<string>(LIST);
}

/** Every mark that an update writes, also those that it writes once more. */
export function marksIn(update: Uint8Array): readonly string[] {
  return Y.decodeUpdate(update).structs.flatMap((struct) =>
    struct instanceof Y.Item && struct.content instanceof Y.ContentAny
      ? struct.content.arr.filter((each: unknown): each is string => typeof each === "string")
      : [],
  );
}

/** The marks that are to be read in a document, in their order. */
export function contentOf(doc: Y.Doc): readonly string[] {
  return marksOf(doc).toArray();
}

/** The marks that a document holds and does not show: what they stand behind is not there. */
export function marksBehind({ store }: Y.Doc): readonly string[] {
  const { pendingStructs } = store;
  return pendingStructs === null ? [] : marksIn(Y.convertUpdateFormatV2ToV1(pendingStructs.update));
}

/** Whether somebody who is as far as the first state vector says has everything that the second says. */
export function reaches(vector: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): boolean {
  return [...other].every(([client, clock]) => (vector.get(client) ?? 0) >= clock);
}

export function vectorOf(doc: Y.Doc): ReadonlyMap<number, number> {
  return Y.decodeStateVector(Y.encodeStateVector(doc));
}
