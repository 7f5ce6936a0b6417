import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import { type Attachments, openAttachments } from "@healthbridge/client-sdk/attachments";
import { type Calls, openCalls } from "@healthbridge/client-sdk/calls";
import { type Chat, openChat } from "@healthbridge/client-sdk/chat";
import type { Documents } from "@healthbridge/client-sdk/documents";
import type { Line } from "@healthbridge/client-sdk/realtime";
import { countUnsent } from "@healthbridge/client-sdk/vault";
import { Drafts } from "./talk/drafts.ts";

/** What the desk has open beside the device itself. */
export interface Desk {
  readonly chat: Chat;
  readonly attachments: Attachments;
  /** what was begun to be written */
  readonly drafts: Drafts;
  readonly line: Line;
  /** `undefined`: this browser has no calls */
  readonly calls: Calls | undefined;
  /** opens the documents of consultations; Yjs is fetched when the first of them is opened */
  readonly documents: () => Promise<Documents>;
  /** Closes those, if they were opened. */
  readonly closeDocuments: () => Promise<void>;
}

/** What a desk is opened over. */
export interface DeskParts {
  readonly hb: HealthBridge;
  readonly store: Store;
  /** where photos and voice notes are kept */
  readonly files: Store;
  /** where is kept what was begun to be written; under her key as the others are */
  readonly drafts: Store;
  /** the device's runtime is this line's: so news come by themselves */
  readonly line: Line;
  readonly url: string;
}

export async function openDesk({ hb, store, files, drafts: begun, line, url }: DeskParts): Promise<Desk> {
  const device = { hb, url, store, runtime: line.runtime };
  let documents: Promise<Documents> | undefined;
  const load = (): Promise<Documents> =>
    (documents ??= import("@healthbridge/client-sdk/documents")
      .then(({ openDocuments }) => openDocuments(device))
      .catch((error: unknown) => {
        documents = undefined; // fetched anew the next time
        throw error;
      }));
  const [chat, attachments, drafts, unsent] = await Promise.all([
    openChat(device),
    openAttachments({ ...device, files }),
    Drafts.open(begun),
    countUnsent(store),
  ]);
  // Notes of an earlier time are sent though nobody opens them again.
  if (unsent.documents > 0) void load().catch(() => undefined); // not to be fetched now: the next time
  return {
    line,
    chat,
    attachments,
    drafts,
    calls: openCalls({ line }),
    documents: load,
    closeDocuments: async () => (await documents)?.close(),
  };
}

/** Whatever cannot be closed, since it was locked already or never came, the rest is. */
export async function closeDesk({
  chat,
  attachments,
  drafts,
  calls,
  closeDocuments,
  line,
}: Desk): Promise<void> {
  calls?.end();
  chat.end();
  await Promise.allSettled([attachments.end(), drafts.close(), closeDocuments()]);
  line.close();
}
