import type { DeviceLine, Edit } from "../history.ts";

/** What an app's process finds in its own history of documents when it starts. */
export interface DocumentMemory {
  /** marks that were begun */
  readonly marks: number;
  /** kept here and not known to be at the server, by document */
  readonly waiting: ReadonlyMap<string, readonly Edit[]>;
  /** documents that were edited here, the last one last */
  readonly edited: readonly string[];
}

export function rememberDocuments(lines: readonly DeviceLine[]): DocumentMemory {
  const waiting = new Map<string, readonly Edit[]>();
  const edited = new Set<string>();
  let marks = 0;
  const begun = (mark: string): void => {
    marks = Math.max(marks, Number(mark.slice(mark.indexOf("~") + 1)));
  };
  for (const line of lines) {
    if (line.e === "forcing") begun(line.mark);
    if (line.e === "editing") {
      // Another device's mark is struck out under its own name.
      for (const { does, mark } of line.edits) if (does === "writes") begun(mark);
      if (line.visitor === true) continue;
      edited.delete(line.document);
      edited.add(line.document);
    }
    if (line.e === "kept") waiting.set(line.document, [...(waiting.get(line.document) ?? []), ...line.edits]);
    if (line.e === "stored") waiting.set(line.document, without(waiting.get(line.document), line.edits));
  }
  return { marks, waiting, edited: [...edited] };
}

/** The edits that are not among some others. */
export function without(edits: readonly Edit[] = [], some: readonly Edit[]): readonly Edit[] {
  return edits.filter(({ does, mark }) => !some.some((each) => each.does === does && each.mark === mark));
}
