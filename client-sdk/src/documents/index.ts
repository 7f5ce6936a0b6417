/**
 * Documents of consultations on a device: an addition to the SDK that an app fetches only where it imports it. It needs the package `yjs`, which the app installs, so that its
 * editor and this are of one mind.
 *
 * @packageDocumentation
 */
import { Documents, type DocumentsDevice } from "./documents.ts";

export type { LineSocket, OpenSocket } from "../adapters/platform-socket.ts";
export type { OpenDevice } from "../carriers/signed-call.ts";
export type { Documents, DocumentsDevice } from "./documents.ts";
export type { DocumentStatus, SharedDocument } from "./shared-document.ts";

/** Opens documents over an open device; see `Documents`. */
export function openDocuments(device: DocumentsDevice): Promise<Documents> {
  return Documents.open(device);
}
