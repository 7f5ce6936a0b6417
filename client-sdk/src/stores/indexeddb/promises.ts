/**
 * IndexedDB's events as promises: the two that the store needs, in a twentieth of what a general wrapper (idb) costs a phone. A promise is settled inside the
 * event, so whoever awaits it still finds the transaction active.
 */

/** The result of a request. */
export function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => {
      resolve(request.result);
    });
    request.addEventListener("error", () => {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- without an error it was interrupted, as `indexedDbError` knows
      reject(request.error);
    });
  });
}

/** Settles when a transaction has: rejects with the browser's reason where nothing of it was kept. */
export function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => {
      resolve();
    });
    transaction.addEventListener("abort", () => {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as above
      reject(transaction.error);
    });
  });
}
