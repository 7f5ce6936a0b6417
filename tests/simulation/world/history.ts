import type { Outcome } from "../../../client-sdk/src/index.ts";

/** Something a person asked of a device, once the device has said that it is kept. */
export interface Asked {
  readonly id: string;
  readonly type: string;
  readonly account: string;
  /** a word that nobody else uses; stands in the row the operation makes, where it makes one */
  readonly nonce: string | undefined;
  /** the appointment it is about, where it is about one */
  readonly appointment: string | undefined;
  /** the conversation it is in, and the line it is about, where it names them */
  readonly conversation: string | undefined;
  readonly message: string | undefined;
  /** the word of the patient it books for, where she was registered with it */
  readonly patient: string | undefined;
}

/** An outcome as the app heard it. */
export interface Told {
  readonly id: string;
  readonly status: Outcome["status"];
  readonly note: Outcome["note"];
  /** the whole outcome, as text: what is told once must be told the same way again */
  readonly text: string;
}

/** A mark that somebody wrote into a document, or struck out there. */
export interface Written {
  readonly document: string;
  readonly account: string;
  /** the device has said that it holds it */
  kept: boolean;
}

/** What happened on one device, as the people before it know it. Written down outside of the device, so that no crash takes it away. */
export class History {
  readonly asked = new Map<string, Asked>();
  /** words of operations the device never answered about: it may hold them or not */
  readonly attempted = new Set<string>();
  readonly told: Told[] = [];
  readonly moved = new Map<string, string>();
  /** bookings that the device has confirmed by itself, with the start it confirmed */
  readonly promised = new Map<string, string>();
  /** thrown away because somebody said so at signing out */
  readonly discarded = new Set<string>();
  /** marks that were written into documents here, and those that were struck out */
  readonly written = new Map<string, Written>();
  readonly struck = new Map<string, Written>();
  /** who was signed in here and left: what was read in her name went with her */
  readonly left = new Set<string>();
  #here: string | undefined;
  /** how often the device said that the server was set back */
  restored = 0;
  /** codes with which the device said that somebody has to sign in again */
  readonly signInsNeeded: string[] = [];

  /** Where an operation is now: a copied device goes on under other ids. */
  nowCalled(id: string): string {
    let found = id;
    for (let next = this.moved.get(found); next !== undefined; next = this.moved.get(found)) found = next;
    return found;
  }

  /** Somebody is signed in here now, or nobody. */
  signedIn(account: string | undefined): void {
    if (this.#here !== undefined && this.#here !== account) this.left.add(this.#here);
    this.#here = account;
  }

  /** What a copy of the device remembers. */
  copy(): History {
    const copy = new History();
    for (const [id, asked] of this.asked) copy.asked.set(id, asked);
    for (const word of this.attempted) copy.attempted.add(word);
    copy.told.push(...this.told);
    for (const [from, to] of this.moved) copy.moved.set(from, to);
    for (const [id, start] of this.promised) copy.promised.set(id, start);
    for (const id of this.discarded) copy.discarded.add(id);
    for (const account of this.left) copy.left.add(account);
    copy.#here = this.#here;
    for (const [mark, written] of this.written) copy.written.set(mark, { ...written });
    for (const [mark, written] of this.struck) copy.struck.set(mark, { ...written });
    return copy;
  }
}
