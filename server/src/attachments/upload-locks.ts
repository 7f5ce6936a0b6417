import type { Lock, Locker, RequestRelease } from "@tus/utils";

/** Somebody who works on an upload. */
interface Holder {
  readonly askToLeave: RequestRelease;
  readonly left: PromiseWithResolvers<void>;
}

/**
 * One request at a time for each upload, in this process; between processes the row decides. A request whose line died without a word still holds its upload: whoever comes next asks it to leave,
 * which it does with what it has received so far. (The library's own lock waits by asking again in every turn of the event loop.)
 */
export class UploadLocks implements Locker {
  readonly #holders = new Map<string, Holder>();

  newLock(id: string): Lock {
    return {
      lock: (signal, askToLeave) => this.#lock(id, signal, askToLeave),
      unlock: () => {
        const holder = this.#holders.get(id);
        this.#holders.delete(id);
        holder?.left.resolve();
        return Promise.resolve();
      },
    };
  }

  async #lock(id: string, signal: AbortSignal, askToLeave: RequestRelease): Promise<void> {
    for (let holder = this.#holders.get(id); holder !== undefined; holder = this.#holders.get(id)) {
      signal.throwIfAborted();
      await holder.askToLeave();
      await holder.left.promise;
    }
    this.#holders.set(id, { askToLeave, left: Promise.withResolvers() });
  }
}
