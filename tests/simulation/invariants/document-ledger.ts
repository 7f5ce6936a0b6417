import * as Y from "yjs";
import type { World } from "../world/world.ts";
import type { Row } from "./conversation-ledger.ts";
import { contentOf, marksIn, reaches, vectorOf } from "./document-marks.ts";
import { DocumentRights, RIGHTS_TABLES } from "./document-rights.ts";

/** A document as all commits so far left it. */
interface Page {
  /** every update that was ever stored, whatever was made of them since */
  readonly doc: Y.Doc;
  readonly marks: Set<string>;
  seq: number;
}

/** Since when somebody may not write in a document any more, ms on the clock that never jumps; `undefined`: she may. */
interface Watched {
  readonly document: string;
  readonly account: string;
  endedAt: number | undefined;
}

/**
 * Looks at the documents after every single commit, and at what is answered about them. Numbers have no gap and are given once, no mark is stored twice, nobody writes who came when she
 * might not any more, what is put together says what its parts said, and whoever is told that something is stored is told the truth.
 */
export class DocumentLedger {
  readonly #world: World;
  readonly #pages = new Map<string, Page>();
  readonly #watched = new Map<string, Watched>();
  /** when a mark reached a server first, ms on the clock that never jumps */
  readonly #arrived = new Map<string, number>();
  /** the server was set back: what was stored since the backup is gone */
  wasSetBack = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Documents in which something is stored. */
  get documents(): readonly string[] {
    return [...this.#pages.keys()];
  }

  /** What is to be read in a document. */
  content(document: string): readonly string[] {
    const page = this.#pages.get(document);
    return page === undefined ? [] : contentOf(page.doc);
  }

  /** Whether a mark is, or was, stored in a document. */
  has(document: string, mark: string): boolean {
    return this.#pages.get(document)?.marks.has(mark) === true;
  }

  /** Whether somebody has struck a mark out, or meant to: what was struck out before it was sent nobody else ever reads. */
  isStruck(mark: string): boolean {
    return this.#world.devices.some(({ history }) => history.struck.has(mark));
  }

  /** How far a document is. */
  vector(document: string): ReadonlyMap<number, number> {
    const page = this.#pages.get(document);
    return page === undefined ? new Map() : vectorOf(page.doc);
  }

  /** Begins anew with what a backup held. */
  setBack(): void {
    this.wasSetBack = true;
    for (const { doc } of this.#pages.values()) doc.destroy();
    this.#pages.clear();
    this.#arrived.clear();
    this.look(new Set(["document_update", "document_snapshot", ...RIGHTS_TABLES]));
  }

  /** After a commit. */
  look(tables: ReadonlySet<string>): void {
    if (RIGHTS_TABLES.some((table) => tables.has(table))) this.#lookAtRights();
    if (!tables.has("document_update") && !tables.has("document_snapshot")) return;
    const { database } = this.#world;
    const byDocument = Map.groupBy(database.rows("document_update"), (row) => String(row["document_id"]));
    for (const [document, rows] of byDocument) this.#takeRows(document, rows);
    if (tables.has("document_snapshot"))
      for (const document of this.#pages.keys()) this.checkStored(document);
  }

  /** A device sends something to a server. */
  arrived(document: string, account: string, update: Uint8Array): void {
    const { time } = this.#world;
    for (const mark of marksIn(update)) if (!this.#arrived.has(mark)) this.#arrived.set(mark, time.elapsed());
    const key = `${document} ${account}`;
    if (!this.#watched.has(key)) this.#watched.set(key, this.#lookedAt(document, account, time.elapsed()));
  }

  /** I4: a server has answered. Whatever it says is stored is stored. */
  answered(document: string, sent: Uint8Array | undefined, answer: Answer, who: string): void {
    const marks = answer.stored ? marksIn(sent ?? NOTHING) : [];
    const lost = marks.filter((mark) => !this.has(document, mark) && !this.isStruck(mark));
    if (lost.length > 0)
      this.#world.violated(
        "I4",
        `${who} was told that ${lost.join(", ")} is stored in ${document}, and it is not`,
      );
    if (!reaches(this.vector(document), Y.decodeStateVector(answer.vector)))
      this.#world.violated("I4", `${who} was told that ${document} is further than it is`);
    const unstored = marksIn(answer.update).filter((mark) => !this.has(document, mark));
    if (unstored.length > 0)
      this.#world.violated(
        "I4",
        `${who} was shown ${unstored.join(", ")} in ${document} before it was stored`,
      );
  }

  /** I4: what a server would read of a document that nobody has open is all that was ever stored of it. */
  checkStored(document: string): void {
    const page = this.#pages.get(document);
    if (page === undefined) return;
    const { database } = this.#world;
    const isIts = (row: Row): boolean => row["document_id"] === document;
    const pieces = database.rows("document_snapshot").filter(isIts);
    const newest = Math.max(0, ...pieces.map((row) => Number(row["seq"])));
    const doc = new Y.Doc();
    const parts = pieces.filter((row) => row["seq"] === newest).map(bytesOf);
    if (parts.length > 0) Y.applyUpdateV2(doc, Buffer.concat(parts));
    for (const row of database.rows("document_update"))
      if (isIts(row) && Number(row["seq"]) > newest) Y.applyUpdate(doc, bytesOf(row));
    const same = contentOf(doc).join() === contentOf(page.doc).join();
    if (!same || !reaches(vectorOf(doc), vectorOf(page.doc)))
      this.#world.violated(
        "I4",
        `${document} is stored as ${contentOf(doc).join()}; it was ${contentOf(page.doc).join()}`,
      );
    doc.destroy();
  }

  #takeRows(document: string, rows: readonly Row[]): void {
    const page = this.#pages.get(document) ?? { doc: new Y.Doc(), marks: new Set<string>(), seq: 0 };
    if (!this.#pages.has(document)) this.#begin(document, page);
    for (const row of rows.toSorted((left, right) => Number(left["seq"]) - Number(right["seq"]))) {
      const seq = Number(row["seq"]);
      if (seq <= page.seq) continue;
      if (seq !== page.seq + 1)
        this.#world.violated("I11", `${document} goes on with ${seq} after ${page.seq}`);
      page.seq = seq;
      const update = bytesOf(row);
      for (const mark of marksIn(update)) {
        if (page.marks.has(mark)) this.#world.violated("I3", `${mark} is stored in ${document} twice`);
        page.marks.add(mark);
      }
      this.#checkWriter(document, row, update);
      Y.applyUpdate(page.doc, update);
      if (page.doc.store.pendingStructs !== null || page.doc.store.pendingDs !== null)
        this.#world.violated("I11", `number ${seq} of ${document} follows something that is not stored`);
    }
  }

  /** After a restore the first numbers may be in a snapshot alone. */
  #begin(document: string, page: Page): void {
    this.#pages.set(document, page);
    if (!this.wasSetBack) return;
    const pieces = this.#world.database
      .rows("document_snapshot")
      .filter((row) => row["document_id"] === document);
    const newest = Math.max(0, ...pieces.map((row) => Number(row["seq"])));
    const parts = pieces.filter((row) => row["seq"] === newest).map(bytesOf);
    if (parts.length === 0) return;
    Y.applyUpdateV2(page.doc, Buffer.concat(parts));
    page.seq = newest;
    for (const mark of marksIn(Y.encodeStateAsUpdate(page.doc))) page.marks.add(mark);
  }

  /** I13: who may not write any more writes nothing that came after that. */
  #checkWriter(document: string, row: Row, update: Uint8Array): void {
    const account = String(row["account_id"]);
    const watched = this.#watched.get(`${document} ${account}`) ?? this.#lookedAt(document, account, 0);
    const { endedAt } = watched;
    if (endedAt === undefined) return;
    const late = marksIn(update).filter((mark) => (this.#arrived.get(mark) ?? Infinity) > endedAt);
    if (late.length > 0)
      this.#world.violated(
        "I13",
        `${late.join(", ")} of ${account} is stored in ${document}, where she may not write any more`,
      );
  }

  #lookAtRights(): void {
    const { time, database } = this.#world;
    if (this.#watched.size === 0) return;
    const rights = new DocumentRights(database);
    for (const watched of this.#watched.values()) {
      if (rights.of(watched.document, watched.account) === "write") watched.endedAt = undefined;
      else watched.endedAt ??= time.elapsed();
    }
  }

  #lookedAt(document: string, account: string, endedAt: number): Watched {
    const right = new DocumentRights(this.#world.database).of(document, account);
    return { document, account, endedAt: right === "write" ? undefined : endedAt };
  }
}

/** What a server answers about a document. */
export interface Answer {
  readonly stored: boolean;
  readonly vector: Uint8Array;
  readonly update: Uint8Array;
}

/** An update of no structs and no deletes. */
const NOTHING = new Uint8Array([0, 0]);

function bytesOf(row: Row): Uint8Array {
  const { bytes } = row;
  if (!(bytes instanceof Uint8Array)) throw new Error("a row of a document has bytes");
  return bytes;
}
