import { type Observable, Value } from "../observable.ts";
import { StoreError } from "../stores/store-error.ts";
import type { Store } from "../stores/store.ts";

/** A store that tells whether its last write found room. */
export interface TellingStore extends Store {
  /** `full` from a write that was refused for want of room until one succeeds */
  readonly room: Observable<"ok" | "full">;
}

/**
 * Has a store tell when the device is full, for `watchStorage`. It does nothing else.
 * @example
 * const store = tellingStore(indexedDbStore({ name: "patient" }));
 */
export function tellingStore(store: Store): TellingStore {
  const room = new Value<"ok" | "full">("ok");
  return {
    name: store.name,
    room,
    async transaction(mode, work) {
      try {
        const result = await store.transaction(mode, work);
        if (mode === "write") room.set("ok");
        return result;
      } catch (error) {
        if (error instanceof StoreError && error.code === "store_full") room.set("full");
        throw error;
      }
    },
    close: () => store.close(),
  };
}
