import type { EntityId } from "@healthbridge/schema/client";
import { useCallback, useState } from "preact/hooks";
import { useDesk } from "../shared/desk-context.ts";
import type { Draft } from "./drafts.ts";

/** What is written in a conversation, and how to write on: it is there again when she has looked elsewhere, or the desk has locked, in the middle of a line. */
export function useDraft(conversation: EntityId): readonly [Draft, (change: Partial<Draft>) => void] {
  const { drafts } = useDesk();
  const [draft, setDraft] = useState(() => drafts.of(conversation));
  const write = useCallback(
    (change: Partial<Draft>): void => {
      const next = { ...drafts.of(conversation), ...change };
      drafts.note(conversation, next);
      setDraft(next);
    },
    [drafts, conversation],
  );
  return [draft, write];
}
