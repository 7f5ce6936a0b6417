import type { Presence } from "./wire.ts";

/** What one server tells the others about a document. It may be lost: the database decides what is written, and a presence comes again. */
export type DocumentHint =
  | { readonly type: "updated"; readonly document: string; readonly seq: number }
  | { readonly type: "present"; readonly document: string; readonly presence: Presence };

/** Carries hints between servers. What a server tells does not come back to it. */
export interface DocumentHints {
  tell(hint: DocumentHint): void;
  /** Returns how to stop. */
  listen(listener: (hint: DocumentHint) => void): () => void;
}

/** For a server that is alone, or has no bus: others find out by looking. */
export const noHints: DocumentHints = {
  tell: () => undefined,
  listen: () => () => undefined,
};
