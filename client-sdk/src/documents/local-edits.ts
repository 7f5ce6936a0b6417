import type * as Y from "yjs";

/**
 * Asks before each transaction that begins on this device; what `mayWrite` throws is thrown where the edit was made, and nothing of it happens.
 *
 * Yjs cleans up after what came from elsewhere in transactions that look local: these follow another one and are let through. So is what it does when a list is asked for the first
 * time: it writes nothing into it.
 */
export function guardLocalEdits(doc: Y.Doc, mayWrite: () => void): void {
  let looking = false;
  const get = doc.get.bind(doc);
  Object.defineProperty(doc, "get", {
    value: (...asked: Parameters<typeof get>) => {
      looking = true;
      try {
        return get(...asked);
      } finally {
        looking = false;
      }
    },
  });
  doc.on("beforeTransaction", (transaction: Y.Transaction) => {
    const [first] = doc._transactionCleanups;
    if (looking || !transaction.local || (first !== transaction && first?.local === false)) return;
    try {
      mayWrite();
    } catch (error) {
      // Yjs has noted the transaction already, and would wait for its end.
      doc._transactionCleanups.pop();
      doc._transaction = null;
      throw error;
    }
  });
}
