import { onTestFinished } from "vitest";
import type * as Y from "yjs";
import { type Documents, type DocumentsDevice, openDocuments } from "../../src/documents/index.ts";
import { memoryStore } from "../../src/index.ts";
import { scene } from "../support/scene.ts";
import { DocumentServer } from "./document-server.ts";

/** A visit's conversation. */
export const CONVERSATION = "appointmentappoi.1";
export const INTAKE = { conversation: CONVERSATION, kind: "intake" } as const;
export const NAME = `${CONVERSATION}.intake`;

/** A device on which Amina is signed in, and a server with documents. */
export async function device() {
  const at = scene();
  const server = new DocumentServer();
  server.serve(at.runtime);
  const hb = await at.ready();
  const open = async (more: Partial<DocumentsDevice> = {}): Promise<Documents> => {
    const { runtime } = at;
    const store = memoryStore(at.disk);
    const documents = await openDocuments({ hb, url: at.line.url, store, runtime, socket: false, ...more });
    onTestFinished(() => documents.close());
    return documents;
  };
  const rows = (prefix = ""): Promise<readonly string[]> =>
    memoryStore(at.disk).transaction("read", async (tx) =>
      (await tx.list("document", { prefix })).map(([key]) => key),
    );
  return { ...at, server, hb, open, rows };
}

/** Writes at the end. */
export const write = (doc: Y.Doc, text: string): void => {
  const target = doc.getText("text");
  target.insert(target.length, text);
};
export const read = (doc: Y.Doc): string => doc.getText("text").toJSON();
