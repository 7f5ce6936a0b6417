import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import type { EntityId } from "@healthbridge/schema/client";

/** The doctor's side of a conversation. */
export interface WhoAnswers {
  /** who answers now */
  readonly now: EntityId | undefined;
  /** who wrote its older lines, which name no doctor: known where only one can have */
  readonly wrote: EntityId | undefined;
  readonly isHandedOver: boolean;
}

/**
 * Who answers in a conversation, and who wrote what came.
 * @param asked the doctor of the appointment, where this phone holds it
 * @param answers the doctor of the conversation, where it has begun
 */
export function whoAnswers(
  asked: EntityId | undefined,
  answers: EntityId | undefined,
  messages: ReadonlyArray<Pick<ShownMessage, "by" | "account">>,
): WhoAnswers {
  const now = answers ?? asked;
  const accounts = new Set(messages.flatMap(({ by, account }) => (by === "doctor" ? [account] : [])));
  return {
    now,
    wrote: now === asked && accounts.size <= 1 ? asked : undefined,
    isHandedOver: asked !== undefined && now !== asked,
  };
}
