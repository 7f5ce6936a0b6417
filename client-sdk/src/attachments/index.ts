/**
 * Photos and voice notes: attached without a network, sent piece by piece after everything else, resumed where the line broke. An addition to the SDK, which an app fetches only where it imports it.
 *
 * @packageDocumentation
 */
import { type AttachmentDevice, Attachments } from "./attachments.ts";

export { contentTypeOf } from "@healthbridge/schema/client";
export type { AttachInput, AttachmentDevice, Attachments, ShownAttachment } from "./attachments.ts";
export type { OpenDevice } from "../carriers/signed-call.ts";

/**
 * Opens attachments over an open device.
 * @throws HealthBridgeError `malformed` at `files` (that is the SDK's own store), `store_blocked`, `store_failed`
 */
export function openAttachments(device: AttachmentDevice): Promise<Attachments> {
  return Attachments.open(device);
}
