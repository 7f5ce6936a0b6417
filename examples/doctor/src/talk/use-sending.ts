import type { Conversation } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { useRef } from "preact/hooks";
import { useDesk } from "../shared/desk-context.ts";
import { useTrying } from "../shared/fail.ts";
import type { Draft } from "./drafts.ts";

/** Sends what was written, with its photos, and answers whether that is kept here. Asked again while photos are made ready it does nothing: it is sent once. */
export function useSending(
  conversation: EntityId,
  send: Conversation["send"],
): (draft: Draft) => Promise<boolean> {
  const { attachments, drafts } = useDesk();
  const tryTo = useTrying();
  const busy = useRef(false);
  return async ({ text, urgent, photos }) => {
    if (busy.current) return false;
    busy.current = true;
    const words = text.trim();
    const kept = await tryTo(async () => {
      const ids: EntityId[] = [];
      for (const { id } of photos) {
        const photo = await drafts.photo(id);
        if (photo !== undefined) ids.push(await attachments.attach(photo, { conversation, kind: "photo" }));
      }
      await send({
        ...(words !== "" && { text: words }),
        ...(urgent && { urgent }),
        ...(ids.length > 0 && { attachments: ids }),
      });
    });
    busy.current = false;
    return kept;
  };
}
