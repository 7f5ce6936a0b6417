import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Account } from "@healthbridge/schema/client";
import type { EntranceParts } from "./entrance-parts.ts";
import { refusalOf } from "./refusal.ts";
import { makeSafe, noteUnsent, noteWaiting, onLock, type Person, type Safe } from "./safe.ts";
import { Shown } from "./shown.ts";
import type { Left, Stage, Used } from "./stage.ts";
import { type Arrival, type Credentials, tryToSignIn } from "./try-to-sign-in.ts";

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
      await makeSafe(safe, pin, () => this.#parts.carry(arrival.memory(), safe.store));
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
        await noteUnsent(this.#safe).catch(() => undefined); // it has locked by itself: what was noted last stays
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
    const tried = await tryToSignIn(hb, this.#parts.roles, credentials);
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
    const tried = await tryToSignIn(hb, this.#parts.roles, { ...credentials, login });
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
    this.#stopWatching = onLock(safe, () => void this.lock());
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
    const stops = [onLock(safe, () => void this.lock()), noteWaiting(safe, hb)];
    this.#stopWatching = () => stops.forEach((stop) => stop());
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
