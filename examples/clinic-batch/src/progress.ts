import type { Terminal } from "./terminal.ts";
import { count } from "./words.ts";

/** ms between two drawings: often enough to look alive, seldom enough to cost nothing. */
const REDRAW_MS = 80;
/** Without a person watching, a line at each of so many parts of the way. */
const PLAIN_PARTS = 4;
/** What is over in a moment needs no such lines. */
const WORTH_LINES = 200;
const WIDEST_BAR = 30;

/** How far something has come: a bar on a terminal, a few plain lines elsewhere. */
export class Progress implements Disposable {
  readonly #terminal: Terminal;
  readonly #title: string;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #more = "";
  #part = 0;

  constructor(terminal: Terminal, title: string) {
    this.#terminal = terminal;
    this.#title = title;
  }

  /**
   * @param total left out where nobody knows it yet
   * @param more words after the numbers
   */
  show(done: number, total?: number, more = ""): void {
    if (this.#terminal.interactive) this.#draw(done, total, more);
    else if (total !== undefined && total >= WORTH_LINES) this.#print(done, total, more);
  }

  [Symbol.dispose](): void {
    if (this.#drawnAt > 0) this.#terminal.draw("");
  }

  #draw(done: number, total: number | undefined, more: string): void {
    const now = performance.now();
    if (now - this.#drawnAt < REDRAW_MS && done !== total && more === this.#more) return;
    this.#drawnAt = now;
    this.#more = more;
    const words = [this.#title, numbers(done, total), more].filter((part) => part !== "").join("  ");
    const room = this.#terminal.columns - words.length - 4;
    const drawn = total === undefined || room < 10 ? words : `${bar(done, total, room)}  ${words}`;
    this.#terminal.draw(drawn.slice(0, this.#terminal.columns - 1));
  }

  #print(done: number, total: number, more: string): void {
    const part = total === 0 ? PLAIN_PARTS : Math.floor((done * PLAIN_PARTS) / total);
    if (part <= this.#part) return;
    this.#part = part;
    this.#terminal.warn(
      [`${this.#title}: ${numbers(done, total)}`, more].filter((each) => each !== "").join(", "),
    );
  }
}

function numbers(done: number, total: number | undefined): string {
  return total === undefined ? count(done) : `${count(done)} of ${count(total)}`;
}

function bar(done: number, total: number, room: number): string {
  const width = Math.min(WIDEST_BAR, room);
  const filled = total === 0 ? width : Math.min(width, Math.floor((done * width) / total));
  return "█".repeat(filled) + "░".repeat(width - filled);
}
