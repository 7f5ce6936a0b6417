import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { run } from "../../src/program.ts";
import type { Terminal } from "../../src/terminal.ts";

/** A person at a computer with a folder of its own. */
export interface Desk extends AsyncDisposable {
  readonly folder: string;
  readonly said: string[];
  readonly warned: string[];
  readonly drawn: string[];
  readonly interrupt: AbortController;
  /** Types a command; answers its exit code. */
  type(...words: readonly string[]): Promise<number>;
  /** Puts a file on the desk; answers its path. */
  put(name: string, ...lines: readonly string[]): Promise<string>;
  /** The results, by their columns. */
  results(): Promise<ReadonlyArray<Readonly<Record<string, string>>>>;
}

export async function openDesk(more: Partial<Terminal> = {}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), "clinic-batch-"));
  const said: string[] = [];
  const warned: string[] = [];
  const drawn: string[] = [];
  const interrupt = new AbortController();
  const terminal: Terminal = {
    env: {},
    interactive: false,
    columns: 80,
    signal: interrupt.signal,
    say: (line) => said.push(line),
    warn: (line) => warned.push(line),
    draw: (text) => drawn.push(text),
    askSecret: () => Promise.resolve("a sentence only I know"),
    ...more,
  };
  const type: Desk["type"] = (...words) => run(["--folder", join(folder, "data"), ...words], terminal);
  return {
    folder,
    said,
    warned,
    drawn,
    interrupt,
    type,
    async put(name, ...lines) {
      const path = join(folder, name);
      await writeFile(path, `${lines.join("\n")}\n`);
      return path;
    },
    async results() {
      const path = join(folder, "results.csv");
      await type("results", "--to", path);
      return parse(await readFile(path, "utf8"), { columns: true, bom: true });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
