import {
  ATTACHMENT_LIMITS,
  contentTypeOf,
  type EntityId,
  fitsKind,
  TELLING_BYTES,
} from "@healthbridge/schema/client";
import { useCallback, useEffect, useState } from "preact/hooks";
import { useDesk } from "../shared/desk-context.ts";
import { useTrying } from "../shared/fail.ts";
import type { Draft } from "./drafts.ts";

export interface Begun {
  readonly draft: Draft;
  readonly write: (change: Partial<Draft>) => void;
  /** forgets what was sent, and nothing else */
  readonly sent: (draft: Draft) => void;
  /** keeps photos to go with it; what is no photo, or too large, is said at once */
  readonly choose: (photos: readonly File[]) => Promise<void>;
}

/** What is written in a conversation, and how to go on: it is there again when she has looked elsewhere, or the desk has locked, in the middle of a line. */
export function useDraft(conversation: EntityId): Begun {
  const { drafts } = useDesk();
  const tryTo = useTrying();
  const [draft, setDraft] = useState(() => drafts.of(conversation));
  useEffect(() => drafts.watch(conversation, setDraft), [drafts, conversation]);
  const write = useCallback(
    (change: Partial<Draft>): void => drafts.note(conversation, { ...drafts.of(conversation), ...change }),
    [drafts, conversation],
  );
  const choose = async (photos: readonly File[]): Promise<void> => {
    for (const photo of photos)
      await tryTo(async () => {
        const fault = await faultOf(photo);
        if (fault !== undefined) throw Object.assign(new Error(fault), { code: fault });
        await drafts.choose(conversation, photo);
      });
  };
  return { draft, write, sent: (gone) => drafts.sent(conversation, gone), choose };
}

/** What the SDK would say of it when it is attached; she would read that only when she sends. */
async function faultOf(photo: File): Promise<"too_large" | "attachment_unfit" | undefined> {
  if (photo.size > ATTACHMENT_LIMITS.photoBytes) return "too_large";
  const type = contentTypeOf(new Uint8Array(await photo.slice(0, TELLING_BYTES).arrayBuffer()));
  return type !== undefined && fitsKind("photo", type) ? undefined : "attachment_unfit";
}
