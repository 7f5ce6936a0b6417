import { seededRandom } from "@healthbridge/client-sdk/testing";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import type { Query } from "./checker/document-rows.ts";
import { make } from "./document-copy.ts";
import { DocumentLook } from "./document-look.ts";
import { type DeviceLine, type Edit, Journal, readLines, type RigLine } from "./history.ts";

const DOCUMENT = "streamstreamstre.2.intake";
const FIRST: Edit = { does: "writes", mark: "d1~1", place: "field" };
const SECOND: Edit = { does: "writes", mark: "d1~2", place: "word" };
const STRIKES: Edit = { does: "strikes", mark: "d1~2", place: "word" };

let folder: string;
let device: Journal<DeviceLine>;
let rig: Journal<RigLine>;
let look: DocumentLook;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "healthbridge-look-"));
  device = new Journal(join(folder, "d1.jsonl"));
  rig = new Journal(join(folder, "rig.jsonl"));
  look = new DocumentLook({ folder, clients: [{ devices: [{ name: "d1" }] }] }, rig);
});
afterEach(async () => {
  device.close();
  rig.close();
  await rm(folder, { recursive: true });
});

/** Tables in which these edits were made, one after another; the first in a snapshot of two pieces, its update pruned. */
function tables(...edits: readonly Edit[]): Query {
  const doc = new Y.Doc();
  const random = seededRandom(1);
  const rows: Array<{ readonly document_id: string; readonly seq: number; readonly bytes: Buffer }> = [];
  doc.on("update", (bytes: Uint8Array) => {
    rows.push({ document_id: DOCUMENT, seq: rows.length + 1, bytes: Buffer.from(bytes) });
  });
  const [first, ...rest] = edits;
  if (first !== undefined) make(doc, first, "kingfisher", random);
  const snapshot = Buffer.from(Y.encodeStateAsUpdateV2(doc));
  for (const edit of rest) make(doc, edit, "kingfisher", random);
  const pieces = [snapshot.subarray(0, 10), snapshot.subarray(10)];
  const snapshots = pieces.map((bytes) => ({ document_id: DOCUMENT, seq: 1, bytes }));
  const found = { document_snapshot: first === undefined ? [] : snapshots, document_update: rows.slice(1) };
  return async <Row>(sql: string) =>
    (sql.includes("document_update") ? found.document_update : found.document_snapshot) as Row[];
}

function told(...edits: readonly Edit[]): void {
  device.write({ e: "stored", document: DOCUMENT, edits });
}

/** What each look found lost. */
function lost(): readonly number[] {
  return readLines<RigLine>(join(folder, "rig.jsonl")).flatMap((line) =>
    line.e === "documents" ? [line.lost.length] : [],
  );
}

test("what a device was told is at the server is looked for at the next look", async () => {
  told(FIRST);
  await look.look(tables(FIRST), "news");
  told(SECOND);
  await look.look(tables(FIRST), "news");
  expect(lost()).toEqual([0, 1]);
});

test("documents of which nothing was told since are looked at again only after a kill", async () => {
  told(FIRST);
  await look.look(tables(FIRST), "news");
  await look.look(tables(), "news");
  expect(lost()).toEqual([0]);
  await look.look(tables(), "all");
  expect(lost()).toEqual([0, 1]);
});

test("a mark that somebody was about to strike out may be gone; one that was struck out may not be there", async () => {
  told(FIRST, SECOND);
  device.write({ e: "editing", document: DOCUMENT, edits: [STRIKES] });
  await look.look(tables(FIRST, SECOND, STRIKES), "news");
  expect(lost()).toEqual([0]);
  told(STRIKES);
  await look.look(tables(FIRST, SECOND), "news");
  expect(lost()).toEqual([0, 1]);
});

test("a look at tables that are away is made up for by the next", async () => {
  told(FIRST);
  await expect(look.look(() => Promise.reject(new Error("away")), "news")).rejects.toThrow("away");
  await look.look(tables(), "news");
  expect(lost()).toEqual([1]);
});
