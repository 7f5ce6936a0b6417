import {
  documentName,
  type DocumentAddress,
  type DocumentSyncResponse,
  type EntityId,
} from "@healthbridge/schema/client";
import { type OpenDevice, runtimeOf, signedCall, type SignedCall } from "../carriers/signed-call.ts";
import { offline } from "../errors.ts";
import { isRecord } from "../outbox/rows.ts";
import { fromBase64, toBase64 } from "../base64.ts";

/** What the server answered. */
export interface Posted {
  readonly vector: Uint8Array;
  readonly update: Uint8Array;
  readonly may: DocumentSyncResponse["may"];
  readonly stored: boolean;
}

/**
 * Sends what a device has of a document, and takes what it lacks; in the name of whose copy it is, and nobody else's.
 * @throws HealthBridgeError `not_found` (no access), `forbidden` (read only), `malformed` (what was sent is refused), `not_signed_in`, `offline` and the other codes of
 * an exchange that failed
 */
export async function post(
  device: OpenDevice,
  address: DocumentAddress,
  as: EntityId,
  { vector, update }: { readonly vector: Uint8Array; readonly update: Uint8Array | undefined },
  signal: AbortSignal,
): Promise<Posted> {
  const body = { vector: toBase64(vector), ...(update && { update: toBase64(update) }) };
  const path = `documents/${documentName(address)}/sync`;
  const answer = await ask(device, { method: "POST", path, body, as, signal });
  if (!isAnswer(answer)) throw offline("the answer could not be read");
  return { ...answer, vector: fromBase64(answer.vector), update: fromBase64(answer.update) };
}

/** A ticket that opens one document's socket, once. */
export async function ticketFor(device: OpenDevice, as: EntityId): Promise<string> {
  const body = { purpose: "documents" };
  const answer = await ask(device, { method: "POST", path: "realtime/ticket", body, as });
  if (!isRecord(answer) || typeof answer["ticket"] !== "string")
    throw offline("the answer could not be read");
  return answer["ticket"];
}

/** A signed call sends what is queued first: not where the call itself would be held back. */
async function ask(device: OpenDevice, call: SignedCall): Promise<unknown> {
  if (runtimeOf(device).holdsBack?.(`${device.url}/v1/${call.path}`) === true)
    throw offline("held back here");
  return signedCall(device, call);
}

function isAnswer(answer: unknown): answer is DocumentSyncResponse {
  return (
    isRecord(answer) &&
    typeof answer["vector"] === "string" &&
    typeof answer["update"] === "string" &&
    typeof answer["stored"] === "boolean" &&
    (answer["may"] === "write" || answer["may"] === "read")
  );
}
