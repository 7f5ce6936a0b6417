/** What happened in a run, as a running sum: two runs that did the same have the same. */
export class Trace {
  readonly #listen: ((line: string) => void) | undefined;
  #high = 0x811c9dc5;
  #low = 0x9e3779b9;
  #lines = 0;

  /** @param listen is told every line; for looking at one run */
  constructor(listen?: (line: string) => void) {
    this.#listen = listen;
  }

  note(line: string): void {
    this.#lines += 1;
    for (let at = 0; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      this.#high = Math.imul(this.#high ^ code, 0x01000193);
      this.#low = Math.imul(this.#low + code, 0x85ebca6b) ^ (this.#low >>> 13);
    }
    this.#listen?.(line);
  }

  get sum(): string {
    return `${this.#lines}.${(this.#high >>> 0).toString(36)}.${(this.#low >>> 0).toString(36)}`;
  }
}
