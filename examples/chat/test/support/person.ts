import type { Row } from "../../src/rows.ts";
import type { Terminal } from "../../src/terminal.ts";

/** A person in front of a terminal: what she types, and what she sees. */
export interface Person {
  readonly terminal: Terminal;
  /** lines that were written, the oldest first */
  readonly said: string[];
  readonly warned: string[];
  /** what the screen shows now */
  screen(): string;
  type(line: string): void;
  /** The input ends. */
  leave(): void;
  readonly interrupt: AbortController;
}

export function person(more: Partial<Terminal> = {}): Person {
  const said: string[] = [];
  const warned: string[] = [];
  const typed: string[] = [];
  const interrupt = new AbortController();
  let drawn: readonly Row[] = [];
  let over = false;
  let stirred = Promise.withResolvers<void>();
  const stir = (): void => {
    stirred.resolve();
    stirred = Promise.withResolvers();
  };
  async function* lines(): AsyncGenerator<string> {
    for (;;) {
      const line = typed.shift();
      if (line !== undefined) yield line;
      else if (over) return;
      else await stirred.promise;
    }
  }
  return {
    said,
    warned,
    interrupt,
    screen: () => drawn.map(({ text }) => text.trimEnd()).join("\n"),
    type(line) {
      typed.push(line);
      stir();
    },
    leave() {
      over = true;
      stir();
    },
    terminal: {
      env: {},
      interactive: false,
      asks: false,
      room: { columns: 60, rows: 12 },
      signal: interrupt.signal,
      say: (line) => said.push(line),
      warn: (line) => warned.push(line),
      askSecret: () => Promise.resolve("seven goats cross the river"),
      enter: () => undefined,
      leave: () => undefined,
      draw: (rows) => (drawn = rows),
      lines,
      onResize: () => undefined,
      onKey: () => undefined,
      ...more,
    },
  };
}
