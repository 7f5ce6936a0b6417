/** Where a command speaks and listens. Handed in, so that a test can be the person in front of it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** somebody watches: a line may be drawn over again and again, and questions may be asked */
  readonly interactive: boolean;
  readonly columns: number;
  /** aborts when the person presses Ctrl-C */
  readonly signal: AbortSignal;
  /** A line of the answer. */
  say(line: string): void;
  /** A line beside the answer: notes and faults. */
  warn(line: string): void;
  /** Draws over the present line; an empty text clears it. */
  draw(text: string): void;
  /** Asks without showing what is typed. */
  askSecret(question: string): Promise<string>;
}

/** The process's own terminal. Ctrl-C asks the command to end by itself; a second one ends the process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const interrupt = new AbortController();
  process.once("SIGINT", () => {
    interrupt.abort();
  });
  // A reader that went away (`| head`) is no fault of ours.
  stdout.on("error", () => undefined);
  return {
    env,
    interactive: stdin.isTTY && stderr.isTTY,
    get columns() {
      return stderr.columns ?? 80;
    },
    signal: interrupt.signal,
    say: (line) => stdout.write(`${line}\n`),
    warn: (line) => stderr.write(`${line}\n`),
    draw: (text) => stderr.write(`\r\u001b[K${text}`),
    askSecret: (question) => askSecret(question, interrupt.signal),
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
