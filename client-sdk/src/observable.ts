import { listen, tell } from "./tell.ts";

/** A value that can be read and watched. */
export interface Observable<T> {
  get(): T;
  /** Calls the listener now and after every change; returns how to stop. What it throws is reported as an error nobody caught. */
  subscribe(listener: (value: T) => void): () => void;
}

/** An observable that its owner sets. */
export class Value<T> implements Observable<T> {
  readonly #listeners = new Set<(value: T) => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (value === this.#value) return;
    this.#value = value;
    tell(this.#listeners, value);
  }

  subscribe(listener: (value: T) => void): () => void {
    return listen(this.#listeners, listener, this.#value);
  }
}
