import { parseDocumentName } from "@healthbridge/schema";
import type { AccessCheck } from "../../accounts/access-check.ts";
import type { Timers } from "../../adapters/timers.ts";
import type { DocumentAccess } from "./access.ts";
import type { DocumentSocket } from "./document-socket.ts";
import { WATCH } from "./limits.ts";

export interface RightsWatchParts {
  readonly access: DocumentAccess;
  readonly accounts: Pick<AccessCheck, "who">;
  readonly timers: Timers;
  /** every socket that has a document open */
  readonly sockets: ReadonlySet<DocumentSocket>;
}

const AT_ONCE = 4;

/**
 * Looks every few seconds what each may do who has a document open: a conversation may have been handed over or closed, somebody may work for another clinic. Whose session
 * is over is seen to by the watch over all sockets.
 */
export function watchRights({ access, accounts, timers, sockets }: RightsWatchParts): {
  close(): Promise<void>;
} {
  const closing = new AbortController();
  const { signal } = closing;
  const lookAt = async (socket: DocumentSocket): Promise<void> => {
    const address = parseDocumentName(socket.document);
    const who = await accounts.who(socket.holder.account, socket.holder.device);
    if (who === undefined || address === undefined) return;
    const right = await access.of(who, address);
    if (right === undefined) socket.deny();
    else socket.right = right;
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await timers.sleep(WATCH.accessMs, signal).catch(() => undefined); // ended by `close`
      const all = [...sockets];
      while (all.length > 0 && !signal.aborted)
        // Nobody is sent away because the database is: it is looked again.
        await Promise.all(all.splice(0, AT_ONCE).map((socket) => lookAt(socket).catch(() => undefined)));
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
