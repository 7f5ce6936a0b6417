import type { DocumentKind } from "../shapes/document.ts";
import type { EntityId } from "../shapes/ids.ts";

/** What a document's name says. */
export interface DocumentAddress {
  /** the conversation it belongs to, whose id is the appointment's */
  readonly conversation: EntityId;
  readonly kind: DocumentKind;
}

/** The name of a document in addresses: `<conversation>.<kind>`. Nothing in it needs escaping: the stock provider of Yjs does not escape. */
export function documentName({ conversation, kind }: DocumentAddress): string {
  return `${conversation}.${kind}`;
}

/** What a document's name looks like. */
export const DOCUMENT_NAME = /^([A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9})\.(intake|notes)$/;

/** Takes a document's name apart; `undefined` for what is none. */
export function parseDocumentName(name: string): DocumentAddress | undefined {
  const [, conversation, kind] = DOCUMENT_NAME.exec(name) ?? [];
  if (conversation === undefined || (kind !== "intake" && kind !== "notes")) return undefined;
  return { conversation, kind };
}

/** How a document's socket is closed, beside the codes that every socket has. */
export const DOCUMENT_CLOSE = {
  /** what came was no message, or an update that is refused */
  refused: 4400,
  /** she may not see this document, or no longer */
  noAccess: 4403,
  /** the session ended */
  signedOut: 4401,
  /** too much in too short a time; comes again later */
  tooMuch: 4529,
  /** it was open for as long as a ticket is good for; comes again with a new one */
  expired: 4501,
  /** it did not read what was sent; comes again and is told what it missed */
  slow: 4508,
  /** the server ends; another one is there */
  drain: 1012,
  /** something was not kept; comes again and sends what the server lacks */
  again: 1013,
} as const;
