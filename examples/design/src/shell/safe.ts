import type { HealthBridge, Observable, Store } from "@healthbridge/client-sdk";
import type { Beside } from "./beside.ts";

/** Somebody who has things on this device. */
export interface Person {
  /** of what is kept here for her; says nothing of her */
  readonly name: string;
  /** what the lock screen calls her */
  readonly label: string;
  /** what waits here to be sent, as of the last time it was open */
  readonly waiting?: number | undefined;
}

/** What one person keeps on this device, under her PIN. The vault of the SDK is behind it. */
export interface Safe {
  readonly state: Observable<SafeState>;
  /** whether the device has room for what she writes */
  readonly room: Observable<"ok" | "full">;
  /** under the key: it answers while the safe is open */
  readonly store: Store;
  /** A further store of hers under the same key, by a name of the app's: for files, for what the app remembers. It goes with the safe. */
  beside(part: Beside): Store;
  /** @throws HealthBridgeError `pin_weak` */
  create(pin: string): Promise<void>;
  /** @throws HealthBridgeError `pin_wrong`, `pin_wait` */
  unlock(pin: string): Promise<void>;
  /** @throws HealthBridgeError `passkey_refused`, `passkey_unavailable` */
  unlockWithPasskey(): Promise<void>;
  addPasskey(): Promise<void>;
  /** @throws HealthBridgeError `pin_wrong`, `pin_wait`, `pin_weak` */
  changePin(pin: string, newPin: string): Promise<void>;
  /** Somebody is there: it does not lock by itself for a while. */
  touch(): void;
  lock(): void;
  /** How much of what was written here no server has: requests of whoever made them, documents, photos and voice notes. All of it is gone with `wipe`. */
  unsent(): Promise<number>;
  /** Counts up whenever `unsent` may be another number, whichever tab did it. */
  readonly changes: Observable<number>;
  /** For the lock screen: how much of hers waits to be sent. */
  noteWaiting(waiting: number): Promise<void>;
  /** Throws away the key, and what it locks. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

export interface SafeState {
  readonly state: "new" | "locked" | "open";
  /** a passkey of this device opens it as well */
  readonly passkey: boolean;
  /** ms until the next PIN may be tried */
  readonly waitMs?: number | undefined;
  readonly triesLeft?: number | undefined;
}

/** Makes it, and fills it with what she has signed in with. Where there is no room for that, nothing stays that nobody is in. */
export async function makeSafe(safe: Safe, pin: string, fill: () => Promise<void>): Promise<void> {
  try {
    await safe.create(pin);
    await fill();
  } catch (error) {
    await safe.wipe();
    throw error;
  }
}

/** Calls the listener when it is locked: it locks by itself as well, when nobody has touched it for a while. Returns how to stop. */
export function onLock(safe: Pick<Safe, "state">, listener: () => void): () => void {
  return safe.state.subscribe(({ state }) => {
    if (state === "locked") listener();
  });
}

/** Notes for the lock screen how much waits, whenever that changes, until it is stopped. */
export function noteWaiting(safe: Safe, hb: Pick<HealthBridge, "status">): () => void {
  return hb.status.subscribe(({ account, waiting }) => {
    // Once she has signed out nothing waits that could be seen; what was noted then stays.
    if (account !== undefined) void safe.noteWaiting(waiting.total).catch(() => undefined); // locked: told again with the next change
  });
}

/** While it is open all of it can be counted; later only what was noted can be shown. */
export async function noteUnsent(safe: Safe | undefined): Promise<void> {
  await safe?.noteWaiting(await safe.unsent());
}
