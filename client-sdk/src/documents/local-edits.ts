import type * as Y from "yjs";

/**
 * Asks before each transaction that begins on this device; what `mayWrite` throws is thrown where the edit was made, and nothing of it happens.
 *
 * Yjs cleans up after what came from elsewhere in transactions that look local: these follow another one and are let through. So is the one in which it opens a type that is
 * read for the first time, in which nothing happens.
 */
export function guardLocalEdits(doc: Y.Doc, mayWrite: () => void): void {
  let opens = false;
  const get = doc.get.bind(doc);
  doc.get = (name, type) => {
    opens = true;
    try {
      return get(name, type);
    } finally {
      opens = false;
    }
  };
  doc.on("beforeTransaction", (transaction: Y.Transaction) => {
    const [first] = doc._transactionCleanups;
    if (!transaction.local || (first !== transaction && first?.local === false)) return;
    if (opens) {
      opens = false;
      return;
    }
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
