import { type DocumentAddress, documentName } from "@healthbridge/schema/client";
import { useEffect, useState } from "react";
import { HealthBridgeError } from "../errors.ts";
import type { Observable } from "../observable.ts";
import { useAnswer } from "./answer.ts";
import { pulseOf } from "../pulse.ts";
import { useAccount } from "./status.ts";

/**
 * What opens documents: what `openDocuments` of `@healthbridge/client-sdk/documents` gives. It is named by its shape, so that an app without documents needs no `yjs`, not even for its
 * types.
 */
export interface DocumentSource<D> {
  open(address: DocumentAddress): Promise<D>;
}

/** What is used of an open document; `SharedDocument` has it. */
export interface UsableDocument<S> {
  readonly status: Observable<S>;
  close(): Promise<void>;
}

/** A document as a screen shows it. */
export interface UsedDocument<D, S> {
  /** `undefined` until it is open */
  readonly document: D | undefined;
  /** how things stand with it; `undefined` until it is open */
  readonly status: S | undefined;
  /** why it could not be opened, as `not_signed_in` */
  readonly problem: HealthBridgeError["code"] | undefined;
}

/**
 * Opens a document of a consultation for as long as a component is there that shows it; several may show one. It is closed when the last of them is gone, and what waits is sent
 * all the same. Where somebody else signs in it is opened anew, as hers.
 * @param documents what `openDocuments` gave; `undefined` while it is loaded
 * @param address `undefined` where it is not known yet
 * @example
 * const { document, status } = useDocument(documents, { conversation: appointment.id, kind: "intake" });
 * const pulse = useDocumentValue(document, (doc) => doc.getMap("form").get("pulse"));
 */
export function useDocument<S, D extends UsableDocument<S>>(
  documents: DocumentSource<D & UsableDocument<S>> | undefined,
  address: DocumentAddress | undefined,
): UsedDocument<D, S> {
  const account = useAccount()?.id;
  const { conversation, kind } = address ?? {};
  const [opened, setOpened] = useState<Opened<D & UsableDocument<S>>>(NOT_OPENED);
  const of = keyOf(account, conversation, kind);
  useEffect(() => {
    if (documents === undefined || conversation === undefined || kind === undefined) return undefined;
    const note = (change: Omit<Opened<D & UsableDocument<S>>, "of" | "by">): void => {
      setOpened({ ...change, of, by: documents });
    };
    return openWhileUsed(documents, { conversation, kind }, note);
  }, [documents, conversation, kind, of]);
  const { document, problem } = opened.of === of && opened.by === documents ? opened : NOT_OPENED;
  const status = useAnswer<S | undefined>({
    pulse: document && pulseOf(document.status, (source, beat) => source.subscribe(beat)),
    read: () => document?.status.get(),
    empty: () => undefined,
    about: [document],
  });
  return { document, status, problem };
}

/** What changes under its readers: a `Y.Doc`. */
export interface WatchedDoc {
  on(name: "update", listener: () => void): unknown;
  off(name: "update", listener: () => void): unknown;
}

/**
 * Something of what is written in a document, and of every later state of it. Return plain data (`toJSON()`, `toString()`, a value): what says the same renders nothing.
 * @returns `undefined` while there is no document
 * @example const complaint = useDocumentValue(document, (doc) => doc.getText("complaint").toString());
 */
export function useDocumentValue<Y extends WatchedDoc, T>(
  document: { readonly doc: Y } | undefined,
  read: (doc: Y) => T,
): T | undefined {
  const doc = document?.doc;
  return useAnswer<T | undefined>({
    pulse: doc && pulseOf(doc, listenToDoc),
    read: () => doc && read(doc),
    empty: () => undefined,
    about: [doc, read],
  });
}

interface Opened<D> {
  /** for whom, and which */
  readonly of: string;
  readonly by: unknown;
  readonly document: D | undefined;
  readonly problem: HealthBridgeError["code"] | undefined;
}

const NOT_OPENED: Opened<never> = { of: "", by: undefined, document: undefined, problem: undefined };

/** How many show a document, and when the last one before them had closed it. */
interface Use {
  count: number;
  closed: Promise<unknown>;
}

const uses = /* @__PURE__ */ new WeakMap<object, Map<string, Use>>();

/** Opens a document, or joins those who have it open; answers how to leave. The last to leave closes it, unless somebody comes in the same moment (StrictMode, another page). */
function openWhileUsed<D extends UsableDocument<unknown>>(
  documents: DocumentSource<D>,
  address: DocumentAddress,
  note: (change: Pick<Opened<D>, "document" | "problem">) => void,
): () => void {
  const use = usesOf(documents, documentName(address));
  use.count += 1;
  let left = false;
  const opening = use.closed.then(() => documents.open(address));
  opening.then(
    (document) => {
      if (!left) note({ document, problem: undefined });
    },
    (error: unknown) => {
      const problem = error instanceof HealthBridgeError ? error.code : "internal";
      if (!left) note({ document: undefined, problem });
    },
  );
  return () => {
    left = true;
    use.count -= 1;
    opening.then(
      (document) => {
        if (use.count === 0) use.closed = document.close().catch(() => undefined); // its status says so
      },
      () => undefined, // it was never open
    );
  };
}

function usesOf(documents: object, name: string): Use {
  const named = uses.get(documents) ?? new Map<string, Use>();
  uses.set(documents, named);
  const use = named.get(name) ?? { count: 0, closed: Promise.resolve() };
  named.set(name, use);
  return use;
}

function keyOf(...parts: ReadonlyArray<string | undefined>): string {
  return parts.join(" ");
}

function listenToDoc(doc: WatchedDoc, beat: () => void): () => void {
  const listener = (): void => {
    beat();
  };
  doc.on("update", listener);
  return () => {
    doc.off("update", listener);
  };
}
