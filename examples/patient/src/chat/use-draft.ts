import { HealthBridgeError } from "@healthbridge/client-sdk";
import type { Attachments } from "@healthbridge/client-sdk/attachments";
import type { MessageInput } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { useEffect, useState } from "preact/hooks";
import { useMemories, useParts } from "../app/parts.ts";
import { useBegun } from "../app/use-begun.ts";
import { type Enclosed, stillEnclosed } from "../logic/draft.ts";
import type { Key } from "../words/en.ts";
import { smallerPhoto } from "./smaller-photo.ts";

export interface DraftParts {
  readonly conversation: EntityId;
  readonly attachments: Attachments;
  readonly onSend: (message: MessageInput) => Promise<unknown>;
}

/** A message while it is written. */
export interface Draft {
  readonly text: string;
  readonly enclosed: readonly Enclosed[];
  readonly busy: boolean;
  readonly trouble: Key | undefined;
  readonly write: (text: string) => void;
  /** `file`: what is to go with it, or will be in a moment; of nothing nothing comes */
  readonly enclose: (kind: Enclosed["kind"], file: Blob | Promise<Blob | undefined>) => Promise<void>;
  readonly remove: (id: EntityId) => void;
  readonly say: (trouble: Key) => void;
  readonly send: () => Promise<void>;
}

/** What is enclosed is durable on this phone before the message names it; a message that could not be kept stays in the field. */
export function useDraft({ conversation, attachments, onSend }: DraftParts): Draft {
  const { additions } = useParts();
  const { text, write, wasSent } = useBegun(conversation);
  const { enclosed, change } = useEnclosed(conversation, attachments);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Key>();
  const attempt = async (work: () => Promise<void>, otherwise: Key): Promise<void> => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await work();
    } catch (error) {
      setTrouble(error instanceof HealthBridgeError && error.code === "store_full" ? "book.full" : otherwise);
    }
    setBusy(false);
  };
  const enclose: Draft["enclose"] = (kind, file) => {
    const enclosing = attempt(async () => {
      const made = await file;
      if (made === undefined) return;
      const fitting = kind === "photo" ? await smallerPhoto(made) : made;
      const id = await attachments.attach(fitting, { conversation, kind });
      change((before) => [...before, { id, kind }]);
    }, "chat.unfit");
    additions.closeAfter(enclosing);
    return enclosing;
  };
  const send = async (): Promise<void> => {
    const said = text.trim();
    if (busy || (said === "" && enclosed.length === 0)) return;
    await attempt(async () => {
      await onSend({
        ...(said === "" ? {} : { text: said }),
        ...(enclosed.length === 0 ? {} : { attachments: enclosed.map(({ id }) => id) }),
      });
      wasSent(text);
      change((before) => before.filter((each) => !enclosed.includes(each)));
    }, "book.failed");
  };
  const remove = (id: EntityId): void => {
    change((before) => before.filter((each) => each.id !== id));
    void attachments.forget([id]).catch(() => undefined); // no message names it: the server forgets it
  };
  return { text, enclosed, busy, trouble, write, enclose, remove, say: setTrouble, send };
}

type Change = (next: (before: readonly Enclosed[]) => readonly Enclosed[]) => void;

/** What goes with it, kept in the same way. */
function useEnclosed(
  conversation: EntityId,
  attachments: Attachments,
): { readonly enclosed: readonly Enclosed[]; readonly change: Change } {
  const { memory } = useParts();
  const enclosed = useMemories().enclosed[conversation] ?? [];
  useEffect(() => {
    const before = memory.enclosedIn(conversation);
    const still = stillEnclosed(before, attachments.list(conversation), Date.now());
    if (still.length < before.length) memory.noteEnclosed(conversation, still);
  }, [memory, attachments, conversation]);
  const change: Change = (next) => memory.noteEnclosed(conversation, next(memory.enclosedIn(conversation)));
  return { enclosed, change };
}
