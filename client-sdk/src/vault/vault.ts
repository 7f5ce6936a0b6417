import type { Channel, Runtime } from "../adapters/runtime.ts";
import { fromBase64, toBase64 } from "../base64.ts";
import { ByteKey, type Stretching } from "../byte-key.ts";
import { HealthBridgeError } from "../errors.ts";
import { type Observable, Value } from "../observable.ts";
import { STORE_TABLES, type Store } from "../stores/store.ts";
import { Turns } from "../stores/turns.ts";
import { AutoLock } from "./auto-lock.ts";
import type { Passkeys } from "./passkeys.ts";
import { checkPin } from "./pin.ts";
import { aboutKey, type PasskeySlot, pinSlot, stretchingOf, type VaultRecord } from "./record.ts";
import type { Records } from "./records.ts";
import { RowKeys, storeLocked } from "./row-keys.ts";
import { SealedStore, type SealOptions } from "./sealed-store.ts";
import { NO_TRIES, triesLeft, waitMs } from "./tries.ts";

/** How things stand with a vault. */
export interface VaultState {
  /** `new`: nothing was created yet; `locked`: the device knows no key, and no sealed store answers; `open` */
  readonly state: "new" | "locked" | "open";
  /** whether it can be unlocked by a passkey */
  readonly passkey: boolean;
  /** ms until the next PIN may be tried, from the moment this was told; left out where one may be tried now */
  readonly waitMs?: number | undefined;
  /** wrong PINs until there is a wait; left out where none was wrong */
  readonly triesLeft?: number | undefined;
}

/** What a vault is made of. */
export interface VaultParts {
  readonly name: string;
  readonly records: Records;
  readonly runtime: Runtime;
  readonly passkeys: Passkeys;
  readonly lockAfterMs: number;
  readonly rounds: number;
}

const SALT_BYTES = 16;
const ID_BYTES = 12;
const KEY_BYTES = 32;

/**
 * Keeps what one person has on this device from everybody who has only the device. A random key seals every row of her store; that key is kept wrapped by her PIN, and by a
 * passkey where she adds one, and is in memory only while the vault is open.
 *
 * @example
 * ```ts
 * const vault = await openVault({ name: "patient" });
 * if (vault.state.get().state === "new") await vault.create({ pin });
 * else await vault.unlock({ pin });
 * const hb = await HealthBridge.open({ url, store: vault.seal(indexedDbStore({ name: "patient" })) });
 * ```
 */
export class Vault {
  readonly name: string;
  /** How things stand; changes by itself when it locks, in this tab or by `lock()` in another, and when a wait is over. */
  readonly state: Observable<VaultState>;
  readonly #parts: VaultParts;
  readonly #state: Value<VaultState> = new Value<VaultState>({ state: "new", passkey: false });
  readonly #turns = new Turns();
  readonly #autoLock: AutoLock;
  readonly #channel: Channel;
  readonly #ending = new AbortController();
  readonly #sealed = new Set<Store>();
  #record: VaultRecord | undefined;
  #keys: RowKeys | undefined;
  #dataKey: Uint8Array<ArrayBuffer> | undefined;

  /** @internal */
  constructor(parts: VaultParts) {
    this.#parts = parts;
    const { name, runtime, lockAfterMs } = parts;
    this.name = name;
    this.state = this.#state;
    this.#autoLock = new AutoLock(runtime, lockAfterMs, () => this.#forget());
    this.#channel = runtime.openChannel(`healthbridge-vault:${name}`, (message) => {
      if (message === "lock") this.#forget();
      else void this.refresh().catch(() => undefined); // a store that fails is heard of at the next call
    });
  }

  /** @internal Reads what is kept. */
  async refresh(): Promise<void> {
    this.#take(await this.#parts.records.read(this.name));
  }

  /** The name the lock screen shows. Whoever holds the device can read it: no health data, and no more of a name than she wants seen. */
  get label(): string | undefined {
    return this.#record?.label;
  }

  /**
   * Makes a new key, wrapped by the PIN, and opens.
   * @param options `pin`: 6 to 64 characters, digits or not; `label`: see `label`
   * @throws HealthBridgeError `vault_exists`, `pin_weak`; `store_full`, `store_blocked`, `store_failed`
   */
  async create({ pin, label }: { readonly pin: string; readonly label?: string | undefined }): Promise<void> {
    checkPin(pin);
    await this.#inTurn(async () => {
      const { records, runtime } = this.#parts;
      const dataKey = this.#draw(KEY_BYTES);
      const id = toBase64(runtime.randomBytes(ID_BYTES));
      const record: VaultRecord = { id, label, pin: await this.#wrapByPin(id, dataKey, pin) };
      await records.change(this.name, (known) => {
        if (known !== undefined) throw new HealthBridgeError("vault_exists");
        return record;
      });
      await this.#open(record, dataKey);
    });
  }

  /**
   * Opens with the PIN. After five wrong ones in a row there is a wait (30 s, then longer, up to an hour), which a restart does not end.
   * @throws HealthBridgeError `pin_wrong`, `pin_wait` with `retryAfter` (ms), `vault_missing`; `store_full`, `store_blocked`, `store_failed`
   */
  unlock({ pin }: { readonly pin: string }): Promise<void> {
    return this.#inTurn(async () => {
      const { record, dataKey } = await this.#withPin(pin);
      await this.#open(record, dataKey);
    });
  }

  /**
   * Wraps the key by another PIN. Whoever has copied the device before, and knows the old PIN, can still read that copy: what is kept is not sealed anew.
   * @throws HealthBridgeError as `unlock`, and `pin_weak`
   */
  async changePin({ pin, newPin }: { readonly pin: string; readonly newPin: string }): Promise<void> {
    checkPin(newPin);
    await this.#inTurn(async () => {
      const { record, dataKey } = await this.#withPin(pin);
      const slot = await this.#wrapByPin(record.id, dataKey, newPin);
      dataKey.fill(0);
      this.#take(await this.#parts.records.change(this.name, (known) => known && { ...known, pin: slot }));
    });
  }

  /**
   * Lets a passkey of this device unlock it as well; replaces an earlier one.
   * @throws HealthBridgeError `store_locked`, `passkey_unavailable`, `passkey_refused`; `store_full`, `store_blocked`, `store_failed`
   */
  addPasskey(): Promise<void> {
    return this.#inTurn(async () => {
      const { records, passkeys, runtime } = this.#parts;
      const record = await this.#existing();
      if (this.#dataKey === undefined) throw new HealthBridgeError("store_locked");
      const salt = this.#draw(KEY_BYTES);
      const { credential, secret } = await passkeys.create({ label: record.label ?? this.name, salt });
      const key = await ByteKey.fromSecret(secret, salt);
      // Locked while the person looked for her finger.
      const dataKey: Uint8Array<ArrayBuffer> | undefined = this.#dataKey;
      if (dataKey === undefined) throw new HealthBridgeError("store_locked");
      const wrapped = await key.seal(dataKey, aboutKey(record.id, "passkey"), runtime);
      const slot: PasskeySlot = { credential, salt: toBase64(salt), wrapped: toBase64(wrapped) };
      this.#take(await records.change(this.name, (known) => known && { ...known, passkey: slot }));
    });
  }

  /** Lets no passkey unlock it any more. */
  removePasskey(): Promise<void> {
    return this.#inTurn(async () => {
      const change = (known: VaultRecord | undefined): VaultRecord | undefined =>
        known && { ...known, passkey: undefined };
      this.#take(await this.#parts.records.change(this.name, change));
    });
  }

  /**
   * Opens with the passkey; no wrong PIN is in the way of that.
   * @throws HealthBridgeError `passkey_unavailable` (also where none was added), `passkey_refused`, `vault_missing`; `store_blocked`, `store_failed`
   */
  unlockWithPasskey(): Promise<void> {
    return this.#inTurn(async () => {
      const record = await this.#existing();
      const slot = record.passkey;
      if (slot === undefined) throw new HealthBridgeError("passkey_unavailable");
      const salt = fromBase64(slot.salt);
      const secret = await this.#parts.passkeys.secretOf({ credential: slot.credential, salt });
      const key = await ByteKey.fromSecret(secret, salt);
      const dataKey = await key.open(fromBase64(slot.wrapped), aboutKey(record.id, "passkey"));
      if (dataKey === undefined) throw new HealthBridgeError("passkey_refused");
      await this.#open(await this.#withoutTries(record), dataKey);
    });
  }

  /** Changes what the lock screen shows of it: its label, and how many things wait to be sent. What is left out stays. Both can be read without the PIN. */
  describe(shown: {
    readonly label?: string | undefined;
    readonly waiting?: number | undefined;
  }): Promise<void> {
    return this.#inTurn(async () => {
      const known = await this.#parts.records.read(this.name);
      // An app says this often, and a phone's storage wears out.
      if (JSON.stringify({ ...known, ...shown }) === JSON.stringify(known)) return;
      this.#take(await this.#parts.records.change(this.name, (now) => now && { ...now, ...shown }));
    });
  }

  /** Somebody is using the app: the time to the automatic lock begins anew. */
  touch(): void {
    if (this.#keys === undefined || this.#isOver()) return;
    this.#autoLock.touch();
  }

  /** Forgets the key at once, in every tab. A write under way is not kept, and rejects with `store_locked`. */
  lock(): void {
    this.#tell("lock");
    this.#forget();
  }

  /**
   * Forgets the key for ever: what the stores hold can never be read again. Then deletes the rows of stores that were sealed in this run, as far as that can be done.
   * @throws HealthBridgeError `store_blocked`, `store_failed`: nothing was wiped
   */
  wipe(): Promise<void> {
    return this.#inTurn(async () => {
      const { records } = this.#parts;
      await records.change(this.name, () => undefined);
      this.lock();
      this.#take(undefined);
      await Promise.allSettled([...this.#sealed].map(emptied));
    });
  }

  /**
   * A store in which this vault seals every value. It can be made and given away while the vault is locked: each call rejects with `store_locked` until it is open.
   * @param store where sealed rows are kept; nobody else writes to it
   */
  seal(store: Store, options: SealOptions = {}): Store {
    this.#sealed.add(store);
    const keyring = {
      keys: () => {
        if (this.#keys === undefined || this.#isOver()) throw storeLocked();
        return this.#keys;
      },
      isAnothers: async (id: string) =>
        (await this.#parts.records.list()).some(([, record]) => record.id === id),
    };
    return new SealedStore(store, keyring, options);
  }

  /** Locks in this tab alone, and ends the use of its own store. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#forget();
    this.#channel.close();
    await this.#turns.idle();
    await this.#parts.records.close();
  }

  /** The time may be over although no timer has told: a phone that slept. */
  #isOver(): boolean {
    if (this.#autoLock.left() > 0) return false;
    this.#forget();
    return true;
  }

  #forget(): void {
    if (this.#keys === undefined) return;
    this.#autoLock.stop();
    this.#keys.forget();
    this.#dataKey?.fill(0);
    this.#keys = undefined;
    this.#dataKey = undefined;
    this.#publish();
  }

  async #open(record: VaultRecord, dataKey: Uint8Array<ArrayBuffer>): Promise<void> {
    const keys = await RowKeys.from(dataKey, record.id, this.#parts.runtime);
    this.#keys?.forget();
    this.#keys = keys;
    this.#dataKey = dataKey;
    this.#autoLock.start();
    this.#take(record);
  }

  /** The data key, if the PIN is right. Every try is counted before it is made: whoever ends the app in the middle has used it up. */
  async #withPin(pin: string): Promise<{ record: VaultRecord; dataKey: Uint8Array<ArrayBuffer> }> {
    const { records, runtime, rounds } = this.#parts;
    const now = Math.round(runtime.now());
    let wait = 0;
    const record = await records.change(this.name, (known) => {
      if (known === undefined) throw new HealthBridgeError("vault_missing");
      const tries = known.tries ?? NO_TRIES;
      wait = waitMs(tries, now);
      if (wait === 0) return { ...known, tries: { wrong: tries.wrong + 1, at: now } };
      return now < tries.at ? { ...known, tries: { ...tries, at: now } } : known;
    });
    if (wait > 0) {
      this.#take(record);
      throw new HealthBridgeError("pin_wait", { retryAfter: wait });
    }
    const key = await ByteKey.fromText(pin, stretchingOf(record.pin));
    const dataKey = await key.open(fromBase64(record.pin.wrapped), aboutKey(record.id, "pin"));
    if (dataKey === undefined) {
      this.#take(record);
      throw new HealthBridgeError("pin_wrong");
    }
    // What was enough when it was created is brought up to what is now.
    const weak = record.pin.rounds < rounds;
    const slot = weak ? await this.#wrapByPin(record.id, dataKey, pin) : record.pin;
    return { record: await this.#withoutTries(record, slot), dataKey };
  }

  /** @param slot in place of the one there was, unless another tab has changed the PIN meanwhile */
  async #withoutTries(before: VaultRecord, slot: VaultRecord["pin"] = before.pin): Promise<VaultRecord> {
    const change = (known: VaultRecord | undefined): VaultRecord => {
      if (known === undefined) throw new HealthBridgeError("vault_missing");
      const pin = known.pin.wrapped === before.pin.wrapped ? slot : known.pin;
      return { ...known, pin, tries: undefined };
    };
    const record = await this.#parts.records.change(this.name, change);
    this.#take(record);
    return record;
  }

  async #wrapByPin(id: string, dataKey: Uint8Array<ArrayBuffer>, pin: string): Promise<VaultRecord["pin"]> {
    const { runtime, rounds } = this.#parts;
    const stretching: Stretching = { salt: this.#draw(SALT_BYTES), rounds };
    const key = await ByteKey.fromText(pin, stretching);
    return pinSlot(stretching, await key.seal(dataKey, aboutKey(id, "pin"), runtime));
  }

  async #existing(): Promise<VaultRecord> {
    const record = await this.#parts.records.read(this.name);
    if (record === undefined) throw new HealthBridgeError("vault_missing");
    return record;
  }

  #draw(count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#parts.runtime.randomBytes(count));
  }

  #take(record: VaultRecord | undefined): void {
    this.#record = record;
    // Wiped in another tab, or by it and created anew.
    if (this.#keys !== undefined && record?.id !== this.#keys.vault) return this.#forget();
    this.#publish();
  }

  #publish(): void {
    const { passkey, tries = NO_TRIES } = this.#record ?? {};
    const wait = waitMs(tries, this.#parts.runtime.now());
    const state = this.#record === undefined ? "new" : this.#keys === undefined ? "locked" : "open";
    const told: VaultState = {
      state,
      passkey: passkey !== undefined,
      ...(state === "locked" && wait > 0 && { waitMs: wait }),
      ...(state === "locked" && tries.wrong > 0 && { triesLeft: triesLeft(tries) }),
    };
    if (JSON.stringify(told) === JSON.stringify(this.#state.get())) return;
    this.#state.set(told);
    if (told.waitMs !== undefined) void this.#tellWhenOver(told.waitMs);
  }

  async #tellWhenOver(ms: number): Promise<void> {
    await this.#parts.runtime.sleep(ms, this.#ending.signal).catch(() => undefined); // closed
    if (!this.#ending.signal.aborted) this.#publish();
  }

  /** The other tabs; a closed channel takes nothing any more. */
  #tell(message: "lock" | "changed"): void {
    if (!this.#ending.signal.aborted) this.#channel.post(message);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      const result = await work();
      this.#tell("changed");
      return result;
    });
  }
}

async function emptied(store: Store): Promise<void> {
  await store.transaction("write", async (tx) => {
    for (const table of STORE_TABLES) await tx.clear(table);
  });
}
