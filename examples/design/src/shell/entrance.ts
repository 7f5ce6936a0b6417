import type { HealthBridge, Observable, Store } from "@healthbridge/client-sdk";
import type { Account } from "@healthbridge/schema/client";
import type { Beside } from "./beside.ts";
import { type Refusal, refusalOf } from "./refusal.ts";
import { Shown } from "./shown.ts";

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

/** An app while somebody uses it. */
export interface Used<P> {
  readonly hb: HealthBridge;
  /** the store of `hb`, under her key: for chat, attachments, documents */
  readonly store: Store;
  readonly account: Account;
  readonly person: Person;
  readonly safe: Safe;
  /** what the app opened beside the SDK: chat, a socket */
  readonly parts: P;
}

/** Where somebody is on her way into the app. */
export type Stage<P> =
  | { readonly at: "starting" }
  | { readonly at: "people"; readonly people: readonly Person[]; readonly left?: Left | undefined }
  | {
      readonly at: "newcomer";
      /** there is a list of people to go back to */
      readonly others: boolean;
      readonly left?: Left | undefined;
      readonly refusal?: Refusal | undefined;
      readonly busy?: boolean | undefined;
    }
  | { readonly at: "newPin"; readonly label: string }
  | {
      readonly at: "locked";
      readonly person: Person;
      readonly passkey: boolean;
      /** she came to sign in, and is here already */
      readonly isBack?: boolean | undefined;
      readonly busy?: boolean | undefined;
      readonly refusal?: Refusal | undefined;
    }
  | {
      readonly at: "signIn";
      readonly person: Person;
      readonly busy?: boolean | undefined;
      readonly refusal?: Refusal | undefined;
    }
  | { readonly at: "open"; readonly used: Used<P> }
  | { readonly at: "broken"; readonly code: string };

/** Who has just signed out, and what of hers stays. */
export interface Left {
  readonly label: string;
  readonly waiting: number;
}

export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** What the way in is made of. */
export interface EntranceParts<P> {
  people(): Promise<readonly Person[]>;
  /** a safe of somebody who is here already, or a new one */
  safe(person: Person): Promise<Safe>;
  newPerson(label: string): Person;
  openDevice(store: Store): Promise<HealthBridge>;
  /** Room in memory alone, for who has no PIN yet: each store of it holds the same, and nothing of it is ever on the disk. */
  memory(): Promise<() => Store>;
  /** Puts everything that a store holds into another. */
  carry(from: Store, to: Store): Promise<void>;
  /** opens what the app needs beside the SDK, once somebody is signed in */
  begin(used: Omit<Used<P>, "parts">): Promise<P>;
  end(parts: P): Promise<void>;
  /** Ends messages that this browser shows for her while the app is closed: the server may not hear today that she has left. */
  endMessages(account: Account): Promise<void>;
  /** roles this app is for */
  readonly roles: readonly Account["role"][];
}

/** What came of signing in. */
type Tried = { readonly account: Account } | { readonly refusal: Refusal };

/** Somebody who has signed in and has not chosen a PIN yet: what she has is in memory alone. */
interface Arrival {
  readonly login: string;
  readonly hb: HealthBridge;
  readonly memory: () => Store;
}

/**
 * The way into an app: who are you, your PIN, signing in, the app; and out again. What a stage shows is the screens' business, and what a step does is here.
 */
export class Entrance<P> {
  readonly stage: Shown<Stage<P>> = new Shown<Stage<P>>({ at: "starting" });
  readonly #parts: EntranceParts<P>;
  #safe: Safe | undefined;
  #hb: HealthBridge | undefined;
  #used: Used<P> | undefined;
  #stopWatching: () => void = () => undefined;
  #arrival: Arrival | undefined;
  /** counts up whenever she goes another way: what was begun before then is closed again instead of shown */
  #way = 0;

  constructor(parts: EntranceParts<P>) {
    this.#parts = parts;
  }

  /** To the lock screen: of the only person here, or of all. */
  start(left?: Left): Promise<void> {
    return this.#step(async () => {
      const people = await this.#parts.people();
      const [only] = people;
      if (only === undefined) this.stage.set({ at: "newcomer", others: false, left });
      else if (people.length === 1 && left === undefined) await this.#goTo(only);
      else this.stage.set({ at: "people", people, left });
    });
  }

  /** Somebody touches the screen or a key. */
  touch(): void {
    this.#safe?.touch();
  }

  choose(person: Person): Promise<void> {
    return this.#step(() => this.#goTo(person));
  }

  /** The list of all, where a single person's lock screen was shown. */
  showPeople(): Promise<void> {
    return this.#step(async () => {
      await this.#turnBack();
      const people = await this.#parts.people();
      if (people.length === 0) this.stage.set({ at: "newcomer", others: false });
      else this.stage.set({ at: "people", people });
    });
  }

  newcomer(): void {
    this.#way += 1;
    this.stage.set({ at: "newcomer", others: true });
  }

  /** Who signs in: a newcomer, or somebody whose safe is open. */
  signIn(credentials: Credentials): Promise<void> {
    const stage = this.stage.get();
    if (stage.at === "signIn") return this.#stepIn(() => this.#signInAgain(stage, credentials));
    return this.#step(async () => {
      if (stage.at === "newcomer" && stage.busy !== true) await this.#arrive(stage, credentials);
    });
  }

  /** A newcomer's PIN: her safe is made, and what she has signed in with goes into it. */
  choosePin(pin: string): Promise<void> {
    return this.#step(async () => {
      const arrival = this.#arrival;
      if (arrival === undefined) return;
      this.#arrival = undefined;
      this.stage.set({ at: "starting" });
      await arrival.hb.close();
      const person = this.#parts.newPerson(arrival.login);
      const safe = await this.#useSafe(person);
      try {
        await safe.create(pin);
        await this.#parts.carry(arrival.memory(), safe.store);
      } catch (error) {
        await safe.wipe(); // no room: nothing stays that nobody is in
        throw error;
      }
      await this.#openDevice(person, safe);
    });
  }

  unlock(pin: string): Promise<void> {
    return this.#unlock((safe) => safe.unlock(pin));
  }

  unlockWithPasskey(): Promise<void> {
    return this.#unlock((safe) => safe.unlockWithPasskey());
  }

  /** Closes the app; only the PIN opens it again. */
  lock(): Promise<void> {
    return this.#step(async () => {
      const { at } = this.stage.get();
      if (at !== "open" && at !== "signIn") return;
      this.#way += 1;
      // Off the screen first: closing takes a moment.
      this.stage.set({ at: "starting" });
      try {
        await this.#closeDevice();
        await this.#noteUnsent().catch(() => undefined); // it has locked by itself: what was noted last stays
      } finally {
        this.#safe?.lock();
      }
      await this.start();
    });
  }

  /** Signs out. What waits stays under her key; where nothing does, everything of hers goes from this device. */
  signOut(): Promise<void> {
    return this.#step(async () => {
      const used = this.#used;
      if (used === undefined) return;
      const { hb, safe, person, account } = used;
      await hb.signOut();
      void this.#parts.endMessages(account).catch(() => undefined); // the push service is out of reach: the server is told to send none
      this.stage.set({ at: "starting" });
      await this.#closeDevice();
      const waiting = await safe.unsent();
      if (waiting === 0) await safe.wipe();
      else {
        await safe.noteWaiting(waiting);
        safe.lock();
      }
      await this.start({ label: person.label, waiting });
    });
  }

  /** Throws away what is kept for somebody who has forgotten her PIN. */
  startOver(): Promise<void> {
    return this.#step(async () => {
      await this.#safe?.wipe();
      await this.start();
    });
  }

  async #goTo(person: Person, { isBack = false } = {}): Promise<void> {
    await this.#turnBack();
    const safe = await this.#useSafe(person);
    const { passkey, waitMs } = safe.state.get();
    const refusal = waitMs === undefined ? undefined : { code: "pin_wait", waitMs };
    this.stage.set({ at: "locked", person, passkey, refusal, isBack });
  }

  #unlock(open: (safe: Safe) => Promise<void>): Promise<void> {
    return this.#stepIn(async (isLeft) => {
      const stage = this.stage.get();
      const safe = this.#safe;
      if (stage.at !== "locked" || stage.busy === true || safe === undefined) return;
      this.stage.set({ ...stage, busy: true, refusal: undefined });
      try {
        await open(safe);
      } catch (error) {
        if (isLeft()) return;
        const { triesLeft, waitMs } = safe.state.get();
        this.stage.set({ ...stage, busy: false, refusal: { triesLeft, waitMs, ...refusalOf(error) } });
        return;
      }
      if (isLeft()) safe.lock();
      else await this.#openDevice(stage.person, safe);
    });
  }

  async #useSafe(person: Person): Promise<Safe> {
    await this.#safe?.close();
    const safe = await this.#parts.safe(person);
    this.#safe = safe;
    return safe;
  }

  /** Signs a newcomer in before she is asked for a PIN, so that a wrong password is told at once: in memory, for there is nothing yet to lock it with. */
  async #arrive(stage: Stage<P> & { readonly at: "newcomer" }, credentials: Credentials): Promise<void> {
    const { login } = credentials;
    const people = await this.#parts.people();
    const known = people.find(({ label }) => label === login);
    if (known !== undefined) return this.#goTo(known, { isBack: true });
    const trying = { ...stage, busy: true, refusal: undefined };
    this.stage.set(trying);
    const memory = await this.#parts.memory();
    const hb = await this.#parts.openDevice(memory());
    hb.stop(); // nothing of hers is read before it can be locked
    const tried = await this.#tryToSignIn(hb, credentials);
    const isHere = this.stage.get() === trying;
    if ("account" in tried && isHere) {
      this.#arrival = { login, hb, memory };
      this.stage.set({ at: "newPin", label: login });
      return;
    }
    if ("account" in tried) await hb.signOut();
    await hb.close();
    if ("refusal" in tried && isHere) this.stage.set({ ...trying, busy: false, refusal: tried.refusal });
  }

  /**
   * She has gone back. What her PIN was just opening is closed again, and locked. Where she had none yet her session is ended; where she has closed the page instead, it is forgotten
   * here and ends at the server with its time.
   */
  async #turnBack(): Promise<void> {
    this.#way += 1;
    if (this.#hb !== undefined) {
      await this.#closeDevice();
      this.#safe?.lock();
    }
    const arrival = this.#arrival;
    this.#arrival = undefined;
    if (arrival === undefined) return;
    await arrival.hb.signOut();
    await arrival.hb.close();
  }

  async #signInAgain(stage: Stage<P> & { readonly at: "signIn" }, credentials: Credentials): Promise<void> {
    const hb = this.#hb;
    if (hb === undefined) return;
    this.stage.set({ ...stage, busy: true, refusal: undefined });
    // What is kept here is hers: whoever else signed in would lie under her PIN, with her work out of sight.
    const login = stage.person.label || credentials.login;
    const tried = await this.#tryToSignIn(hb, { ...credentials, login });
    if ("account" in tried) await this.#enter(stage.person, hb, tried.account);
    // Locked meanwhile, it shows no form any more.
    else if (this.stage.get().at === "signIn")
      this.stage.set({ ...stage, busy: false, refusal: tried.refusal });
  }

  async #openDevice(person: Person, safe: Safe): Promise<void> {
    const way = this.#way;
    const hb = await this.#parts.openDevice(safe.store);
    if (way !== this.#way) {
      await hb.close();
      return safe.lock();
    }
    this.#hb = hb;
    const { account } = hb.status.get();
    if (account !== undefined) return this.#enter(person, hb, account);
    this.stage.set({ at: "signIn", person });
    this.#stopWatching = this.#watchLock(safe);
  }

  /** Who she is, or why she is not let in. */
  async #tryToSignIn(hb: HealthBridge, credentials: Credentials): Promise<Tried> {
    let account: Account;
    try {
      account = await hb.signIn(credentials);
    } catch (error) {
      return { refusal: refusalOf(error) };
    }
    if (this.#parts.roles.includes(account.role)) return { account };
    await hb.signOut();
    return { refusal: { code: "other_app", role: account.role } };
  }

  async #enter(person: Person, hb: HealthBridge, account: Account): Promise<void> {
    const safe = this.#safe;
    if (safe === undefined || this.#hb !== hb) return; // locked meanwhile
    const used = { hb, store: safe.store, account, person, safe };
    const way = this.#way;
    const parts = await this.#parts.begin(used);
    // On a slow line that can take long enough for her to go back, or for it to lock.
    if (way !== this.#way) return this.#parts.end(parts).catch(() => undefined);
    this.#used = { ...used, parts };
    this.stage.set({ at: "open", used: this.#used });
    this.#stopWatching();
    const stops = [
      this.#watchLock(safe),
      // Once she has signed out nothing waits that could be seen; what was noted then stays.
      hb.status.subscribe(({ account: who, waiting }) => {
        if (who !== undefined) void safe.noteWaiting(waiting.total).catch(() => undefined); // locked: told again with the next change
      }),
    ];
    this.#stopWatching = () => stops.forEach((stop) => stop());
  }

  /** It locks by itself as well, when nobody has touched it for a while. */
  #watchLock(safe: Safe): () => void {
    return safe.state.subscribe(({ state }) => {
      if (state === "locked") void this.lock();
    });
  }

  /** While it is open all of it can be counted; later only what was noted can be shown. */
  async #noteUnsent(): Promise<void> {
    const safe = this.#safe;
    await safe?.noteWaiting(await safe.unsent());
  }

  async #closeDevice(): Promise<void> {
    this.#stopWatching();
    this.#stopWatching = () => undefined;
    const [hb, used] = [this.#hb, this.#used];
    this.#hb = undefined;
    this.#used = undefined;
    // Whatever it is that an app cannot close: the device is closed, and her key goes.
    if (used !== undefined) await this.#parts.end(used.parts).catch(() => undefined);
    await hb?.close();
  }

  /** A step that ends in the app. Where she has gone another way meanwhile, what goes wrong in it is nothing to whoever stands here now. */
  #stepIn(work: (isLeft: () => boolean) => Promise<void>): Promise<void> {
    return this.#step(async () => {
      const way = this.#way;
      const isLeft = (): boolean => this.#way !== way;
      try {
        await work(isLeft);
      } catch (error) {
        if (!isLeft()) throw error;
      }
    });
  }

  /** Whatever goes wrong in a step that has no better answer is said, and nothing is left half done on the screen. */
  async #step(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.stage.set({ at: "broken", code: refusalOf(error).code });
    }
  }
}
