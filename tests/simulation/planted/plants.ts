import { CLIENT_PLANTS } from "./client-plants.ts";
import { CONVERSATION_PLANTS } from "./conversation-plants.ts";
import { DOCUMENT_PLANTS } from "./document-plants.ts";
import { LEASE_PLANTS } from "./lease-plants.ts";
import { SERVER_PLANTS } from "./server-plants.ts";

/** A deliberate bug: one line of the product, and what stands there instead. */
export interface Plant {
  readonly name: string;
  /** from the project's root */
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** what goes wrong, in a few words */
  readonly what: string;
}

export const PLANTS: readonly Plant[] = [
  ...SERVER_PLANTS,
  ...CLIENT_PLANTS,
  ...LEASE_PLANTS,
  ...CONVERSATION_PLANTS,
  ...DOCUMENT_PLANTS,
];
