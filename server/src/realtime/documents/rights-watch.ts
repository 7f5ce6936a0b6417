import { parseDocumentName } from "@healthbridge/schema";
import type { Timers } from "../../adapters/timers.ts";
import type { DocumentAccess, DocumentHolder } from "./access.ts";
import type { DocumentSocket } from "./document-socket.ts";
import { WATCH } from "./limits.ts";

/** What is looked at of a socket. */
type WatchedSocket = Pick<DocumentSocket, "document" | "right" | "deny"> & {
  readonly holder: DocumentHolder;
};

export interface RightsWatchParts {
  readonly access: DocumentAccess;
  readonly timers: Timers;
  /** every socket that has a document open */
  readonly sockets: ReadonlySet<WatchedSocket>;
}

const AT_ONCE = 500;

/**
 * Looks every few seconds what each may do who has a document open: a conversation may have been handed over or closed, somebody may work for another clinic. Whose session
 * is over, or account disabled, is seen to by the watch over all sockets, which says so with its own code.
 */
export function watchRights({ access, timers, sockets }: RightsWatchParts): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const lookAt = async (some: readonly WatchedSocket[]): Promise<void> => {
    const asked = some.flatMap((socket) => {
      const address = parseDocumentName(socket.document);
      return address === undefined ? [] : [{ socket, holder: socket.holder, address }];
    });
    const rights = await access.of(asked);
    const without: WatchedSocket[] = [];
    for (const [at, { socket }] of asked.entries()) {
      const right = rights[at];
      if (right === undefined) without.push(socket);
      else socket.right = right;
    }
    if (without.length === 0) return;
    const active = await access.active(without.map(({ holder }) => holder.account));
    for (const socket of without) if (active.has(socket.holder.account)) socket.deny();
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await timers.sleep(WATCH.accessMs, signal).catch(() => undefined); // ended by `close`
      const all = [...sockets];
      while (all.length > 0 && !signal.aborted)
        // Nobody is sent away because the database is: it is looked again.
        await lookAt(all.splice(0, AT_ONCE)).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
