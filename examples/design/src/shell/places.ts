/**
 * Where each was in an app when it closed under her, as its address says (`#/appointment/…`). The address is hers: nobody else is led there, and nothing of it stands in the browser's bar while
 * nobody is in.
 */
export class Places {
  readonly #key: string;
  readonly #left = new Map<string, string>();
  #person: string | undefined;

  /** @param app who was in it last is remembered, also when the browser was killed, by the name of what is kept for her */
  constructor(app: string) {
    this.#key = `healthbridge.${app}.in`;
  }

  /** Somebody is coming in, and the app has not read the address yet: back to where she was, unless a link for her has brought her. */
  enter(person: string): void {
    const last = localStorage.getItem(this.#key);
    const own = this.#left.get(person);
    const isAnothers = last !== null && last !== person;
    if (isAnothers || (own !== undefined && location.hash === "")) show(own ?? "");
    localStorage.setItem(this.#key, person);
    this.#person = person;
  }

  /** The app closes. */
  leave(): void {
    if (this.#person !== undefined) this.#left.set(this.#person, location.hash);
    this.#person = undefined;
    show("");
  }
}

function show(hash: string): void {
  history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
}
