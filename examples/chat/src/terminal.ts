import { createInterface, type Interface } from "node:readline";
import { styleText } from "node:util";
import type { Row } from "./rows.ts";

/** Where the program speaks and listens. Handed in, so that a test can be the person in front of it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** somebody sits in front of a screen that can be drawn anew; else lines go into a pipe or a file */
  readonly interactive: boolean;
  /** somebody can be asked */
  readonly asks: boolean;
  /** places of the screen above the line that is being typed */
  readonly room: { readonly columns: number; readonly rows: number };
  /** aborts when the person presses Ctrl-C */
  readonly signal: AbortSignal;
  /** A line. */
  say(line: string): void;
  /** A line beside the others: faults. */
  warn(line: string): void;
  /** Asks without showing what is typed. */
  askSecret(question: string): Promise<string>;
  /** Takes the screen for drawing; `draw` needs it. */
  enter(): void;
  /** Draws the screen above the line that is being typed. */
  draw(rows: readonly Row[]): void;
  /** Takes no more input, and gives the screen back as it was. */
  leave(): void;
  /** Lines as they are typed, until the input ends. */
  lines(): AsyncIterable<string>;
  /** Tells when the screen has another size. */
  onResize(listener: () => void): void;
  /** Tells that a key was pressed, not which. */
  onKey(listener: () => void): void;
}

const PROMPT = "> ";
const SCREEN = {
  enter: "\u001b[?1049h",
  leave: "\u001b[?1049l",
  home: "\u001b[H",
  restOfRow: "\u001b[K",
  below: "\u001b[J",
};
const NARROWEST = 20;
const LOWEST = 5;

/** The process's own terminal. Ctrl-C asks the program to end by itself; a second one ends the process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const interrupt = new AbortController();
  const interactive = stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb";
  let reader: Interface | undefined;
  const stop = (): void => {
    interrupt.abort();
    reader?.close();
  };
  process.once("SIGINT", stop);
  // A reader that went away (`| head`) is no fault of ours.
  stdout.on("error", () => undefined);
  const open = (): Interface => {
    if (reader !== undefined) return reader;
    reader = createInterface({ input: stdin, output: stdout, prompt: PROMPT, terminal: interactive });
    reader.once("SIGINT", stop);
    return reader;
  };
  return {
    env,
    interactive,
    asks: stdin.isTTY && stderr.isTTY,
    get room() {
      const typed = interactive ? open().getCursorPos().rows : 0;
      return {
        columns: Math.max(NARROWEST, stdout.columns),
        rows: Math.max(LOWEST, stdout.rows - 1 - typed),
      };
    },
    signal: interrupt.signal,
    say: (line) => stdout.write(`${line}\n`),
    warn: (line) => stderr.write(`${line}\n`),
    askSecret: (question) => askSecret(question, interrupt.signal),
    enter: () => stdout.write(SCREEN.enter),
    draw: (rows) => {
      const typing = open();
      const drawn = rows.map(
        ({ text, look }) => `${look === undefined ? text : styleText(look, text)}${SCREEN.restOfRow}\n`,
      );
      // The reader draws the typed line anew, from the row where it believes it began.
      stdout.write(
        `${SCREEN.home}${drawn.join("")}${SCREEN.below}${"\n".repeat(typing.getCursorPos().rows)}`,
      );
      typing.prompt(true);
    },
    leave: () => {
      reader?.close(); // an open input would keep the process alive
      if (interactive) stdout.write(SCREEN.leave);
    },
    lines: () => open(),
    onResize: (listener) => stdout.on("resize", listener),
    onKey: (listener) => stdin.on("keypress", () => listener()),
  };
}

const ENTER = new Set(["\r", "\n", "\u0004"]);
const ERASE = new Set(["\u007f", "\b"]);
const INTERRUPT = "\u0003";

async function askSecret(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  let typed = "";
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
      for (const key of String(chunk)) {
        if (ENTER.has(key)) return typed;
        if (key === INTERRUPT || signal.aborted) throw new DOMException("stopped", "AbortError");
        typed = ERASE.has(key) ? Array.from(typed).slice(0, -1).join("") : typed + key;
      }
    }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}
