/** Where progress is shown: standard output or error. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Shows how far something is. */
export interface ProgressLine {
  show(done: number, all: number): void;
  /** Ends the line, so that what is said next stands below it. */
  end(): void;
}

const BAR = 24;
/** Where nobody watches, a line for every so many hundredths. */
const STEP = 20;

/** One line that grows on a terminal; elsewhere (a log, a file) a plain line now and then. */
export function createProgressLine(screen: Screen, label: string): ProgressLine {
  return screen.isTTY === true ? new DrawnLine(screen, label) : new SaidLines(screen, label);
}

/** Shows several steps one after another, each on a line of its own. */
export function stepProgress(screen: Screen): (step: string, done: number, all: number) => void {
  const lines = new Map<string, ProgressLine>();
  return (step, done, all) => {
    const line = lines.get(step) ?? createProgressLine(screen, step);
    lines.set(step, line);
    line.show(done, all);
    if (done >= all) line.end();
  };
}

class DrawnLine implements ProgressLine {
  readonly #screen: Screen;
  readonly #label: string;
  #open = false;

  constructor(screen: Screen, label: string) {
    this.#screen = screen;
    this.#label = label;
  }

  show(done: number, all: number): void {
    const part = all === 0 ? 1 : done / all;
    const filled = Math.round(part * BAR);
    const bar = "=".repeat(filled) + " ".repeat(BAR - filled);
    const line = `${this.#label} [${bar}] ${String(Math.floor(part * 100))} % (${String(done)} of ${String(all)})`;
    // A line that wraps could not be drawn over.
    this.#screen.write(`\r\u001B[K${line.slice(0, (this.#screen.columns ?? 80) - 1)}`);
    this.#open = true;
  }

  end(): void {
    if (this.#open) this.#screen.write("\n");
    this.#open = false;
  }
}

class SaidLines implements ProgressLine {
  readonly #screen: Screen;
  readonly #label: string;
  #said = 0;

  constructor(screen: Screen, label: string) {
    this.#screen = screen;
    this.#label = label;
  }

  show(done: number, all: number): void {
    const percent = all === 0 ? 100 : Math.floor((done / all) * 100);
    const step = Math.floor(percent / STEP) * STEP;
    if (step <= this.#said) return;
    this.#said = step;
    this.#screen.write(`${this.#label}: ${String(step)} % (${String(done)} of ${String(all)})\n`);
  }

  end(): void {
    this.#said = 0;
  }
}
