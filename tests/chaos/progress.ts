/** Where the run tells how far it is: one line drawn over again on a terminal, a plain line now and then elsewhere. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
/** Where nobody watches, a line for so many seconds. */
const PLAIN_EVERY_MS = 15_000;

export class Progress {
  readonly #screen: Screen;
  #open = false;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** A line that stays. */
  say(line: string): void {
    this.#clear();
    this.#screen.write(`${line}\n`);
    this.#saidAt = performance.now();
  }

  /** How far it is: a share from 0 to 1, and words. */
  show(share: number, words: string): void {
    const percent = `${Math.floor(share * 100)} %`;
    if (this.#screen.isTTY === true) {
      const filled = Math.round(share * BAR);
      const line = `[${"=".repeat(filled)}${" ".repeat(BAR - filled)}] ${percent}  ${words}`;
      this.#screen.write(`\r\u001B[K${line.slice(0, (this.#screen.columns ?? 80) - 1)}`);
      this.#open = true;
    } else if (performance.now() - this.#saidAt > PLAIN_EVERY_MS) {
      this.say(`${percent}: ${words}`);
    }
  }

  #clear(): void {
    if (this.#open) this.#screen.write("\r\u001B[K");
    this.#open = false;
  }
}
