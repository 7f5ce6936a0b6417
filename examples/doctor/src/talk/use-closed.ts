import { useEntity, useWaiting } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";

/** Whether nobody writes in a conversation any more; `waiting`: as soon as what this desk has queued is sent. */
export type Closed = "no" | "waiting" | "yes";

/** The SDK foresees nothing of conversations: what was queued last, closing or opening again, says how this one will be. */
export function useClosed(id: EntityId): Closed {
  const closed = useEntity("conversation", id)?.closed === true;
  const last = useWaiting().findLast(({ type, input }) => TURNS.has(type) && input["conversation"] === id);
  if (last === undefined) return closed ? "yes" : "no";
  return last.type === CLOSES ? "waiting" : "no";
}

const CLOSES = "conversation.close";
const TURNS: ReadonlySet<string> = new Set([CLOSES, "conversation.reopen"]);
