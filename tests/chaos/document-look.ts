import { type DocumentRow, type Query, readDocuments } from "./checker/document-rows.ts";
import { EMPTY_COPY, isMade, marksIn } from "./document-copy.ts";
import type { Edit, Journal, RigLine } from "./history.ts";
import { type Histories, HistoryTail } from "./history-tail.ts";

/**
 * Holds what devices were told is at the server against the tables, while the run goes on: a writer that comes back mends what was lost, and would hide it. Each look
 * reads the histories first, so that everything it knows of must be there.
 */
export class DocumentLook {
  readonly #tail: HistoryTail;
  readonly #journal: Pick<Journal<RigLine>, "write">;
  /** by document, and by what was done with which mark */
  readonly #told = new Map<string, Map<string, Edit>>();
  /** marks that somebody was about to strike out */
  readonly #struck = new Set<string>();
  /** documents of which something was told since they were looked at */
  readonly #news = new Set<string>();

  constructor(histories: Histories, journal: Pick<Journal<RigLine>, "write">) {
    this.#tail = new HistoryTail(histories, ["editing", "stored"]);
    this.#journal = journal;
  }

  /** Looks at all that was told, or at the documents of which something was told since the last look. */
  async look(query: Query, which: "all" | "news"): Promise<void> {
    this.#read();
    const documents = which === "all" ? [...this.#told.keys()] : [...this.#news];
    if (documents.length === 0) return;
    const rows = new Map((await readDocuments(query, documents)).map((row) => [row.document, row]));
    for (const document of documents) this.#news.delete(document);
    const missing = documents.flatMap((document) => this.#missing(document, rows.get(document)));
    // What was there a moment ago may have been struck out meanwhile.
    this.#read();
    const lost = missing.filter(({ does, mark }) => does === "strikes" || !this.#struck.has(mark));
    this.#journal.write({
      e: "documents",
      told: documents.reduce((sum, document) => sum + (this.#told.get(document)?.size ?? 0), 0),
      lost: lost.map(({ does, mark, document }) => `${mark} of ${document}, which somebody ${does},`),
    });
    for (const { does, mark, document } of lost) this.#told.get(document)?.delete(`${does} ${mark}`);
  }

  #missing(
    document: string,
    row: DocumentRow | undefined,
  ): ReadonlyArray<Edit & { readonly document: string }> {
    const marks = marksIn(row?.copy ?? EMPTY_COPY);
    const told = [...(this.#told.get(document)?.values() ?? [])];
    return told.filter((edit) => !isMade(edit, marks)).map((edit) => ({ ...edit, document }));
  }

  #read(): void {
    for (const line of this.#tail.added()) {
      if (line.e === "editing")
        for (const { does, mark } of line.edits) if (does === "strikes") this.#struck.add(mark);
      if (line.e !== "stored") continue;
      const told = this.#told.get(line.document) ?? new Map<string, Edit>();
      this.#told.set(line.document, told);
      this.#news.add(line.document);
      for (const edit of line.edits) told.set(`${edit.does} ${edit.mark}`, edit);
    }
  }
}
