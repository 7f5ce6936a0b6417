import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { inPieces } from "../../../src/realtime/documents/thread/pieces.ts";

const PIECE = 1_000;

function doc(client: number, from?: Y.Doc): Y.Doc {
  const made = new Y.Doc();
  made.clientID = client;
  if (from !== undefined) Y.applyUpdate(made, Y.encodeStateAsUpdate(from));
  return made;
}

/** Two who wrote in turn, so that neither's can be taken without the other's. */
function conversation(times: number): Y.Doc {
  const [one, two] = [doc(1), doc(2)];
  for (let at = 0; at < times; at += 1) {
    const [writer, other] = at % 2 === 0 ? [one, two] : [two, one];
    const text = writer.getText("text");
    text.insert(Math.floor(text.length / 2), `${String(at)} fever since Monday `);
    if (at % 5 === 0) text.delete(0, 3);
    const rows = writer.getArray<Y.Map<number>>("rows");
    rows.push([new Y.Map([["pulse", at]])]);
    rows.get(0).set(`pulse ${String(at % 7)}`, at);
    Y.applyUpdate(other, Y.encodeStateAsUpdate(writer, Y.encodeStateVector(other)));
  }
  return two;
}

/** Takes pieces one after another, and the deletes at the end. Says how often something had to wait. */
function taken(pieces: readonly Uint8Array[], from: Y.Doc, known?: Y.Doc) {
  const into = doc(99, known);
  let waited = 0;
  for (const piece of pieces) {
    Y.applyUpdate(into, piece);
    if (into.store.pendingStructs !== null) waited += 1;
  }
  Y.applyUpdate(into, Y.encodeStateAsUpdate(from, Y.encodeStateVector(from)));
  return { into, waited };
}

const bytesOf = (each: Y.Doc): Uint8Array => Y.encodeStateAsUpdate(each);

describe("a document in pieces", () => {
  it("is the same document, though two wrote it in turn, and nothing of it waits for a later piece", () => {
    const whole = conversation(200);
    const pieces = inPieces(bytesOf(whole), PIECE);
    expect(pieces.length).toBeGreaterThan(5);
    const { into, waited } = taken(pieces, whole);
    expect(waited).toBe(0);
    expect(bytesOf(into)).toEqual(bytesOf(whole));
  });

  it("is what somebody lacks who has its beginning", () => {
    const whole = conversation(200);
    const begun = doc(3, conversation(100));
    const pieces = inPieces(Y.encodeStateAsUpdate(whole, Y.encodeStateVector(begun)), PIECE);
    expect(pieces.length).toBeGreaterThan(3);
    const { into, waited } = taken(pieces, whole, begun);
    expect(waited).toBe(0);
    expect(bytesOf(into)).toEqual(bytesOf(whole));
  });

  it.each<readonly [what: string, write: (whole: Y.Doc) => void]>([
    ["text in one row", (whole) => whole.getText("text").insert(0, "fever ".repeat(5_000))],
    ["characters of two halves each", (whole) => whole.getText("text").insert(0, `x${"🌡".repeat(8_001)}`)],
    ["values in one row", (whole) => whole.getArray("list").push(Array.from({ length: 5_000 }, String))],
    [
      "text that was deleted",
      (whole) => {
        whole.getText("text").insert(0, "fever ".repeat(5_000));
        whole.getText("text").delete(500, 20_000);
      },
    ],
  ])("is halved where it is long %s", (_, write) => {
    const whole = doc(1);
    write(whole);
    const pieces = inPieces(bytesOf(whole), PIECE);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(PIECE + 50);
    const { into, waited } = taken(pieces, whole);
    expect(waited).toBe(0);
    expect(bytesOf(into)).toEqual(bytesOf(whole));
  });

  it("keeps whole what cannot be halved", () => {
    const whole = doc(1);
    whole.getArray("list").push(["x".repeat(5_000), "y".repeat(5_000)]);
    const pieces = inPieces(bytesOf(whole), PIECE);
    expect(pieces.map(({ length }) => length > 5_000)).toEqual([true, true]);
    expect(taken(pieces, whole).into.getArray("list").toJSON()).toEqual(whole.getArray("list").toJSON());
  });

  it("is nothing where there is nothing", () => {
    expect(inPieces(bytesOf(doc(1)), PIECE)).toEqual([]);
  });
});
