import type { EntityId } from "@healthbridge/schema";
import type { Authenticated } from "../accounts/authenticated.ts";

/** What somebody may do in a conversation: read what is in it, or add to it as well. */
export type Access = "read" | "write";

/** Says who takes part in a conversation. */
export interface ConversationAccess {
  /** `undefined`: there is no such conversation, or she has nothing to do with it */
  of(who: Authenticated, conversation: EntityId): Promise<Access | undefined>;
}
