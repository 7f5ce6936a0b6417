import type { Timers } from "../adapters/timers.ts";
import { CommandError } from "../command/command-error.ts";
import type { Backends } from "./backends.ts";
import { type NodeProcess, startNodeProcess } from "./node-process.ts";
import type { NodeWord } from "./node-words.ts";

export interface KeeperParts {
  readonly backends: Backends;
  readonly timers: Timers;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** words on the command line of every node */
  readonly words: readonly string[];
  readonly say: (line: string) => void;
  readonly progress: (step: string, done: number, all: number) => void;
  /** how long a node may take to finish what runs when it is stopped, ms */
  readonly endMs: number;
}

/** A node and its address. */
interface Running {
  readonly process: NodeProcess;
  readonly url: string;
}

const HOST = "127.0.0.1";
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Given to the one node that fills the demo's database; the others find it filled. */
const FILL = "--fill";

/** Keeps one node running: starts it, says when it died and that the others go on, and brings it back. */
export class NodeKeeper {
  readonly #name: string;
  readonly #parts: KeeperParts;
  readonly #stopping = new AbortController();
  #process: NodeProcess | undefined;
  #keeping: Promise<void> = Promise.resolve();

  constructor(name: string, parts: KeeperParts) {
    this.#name = name;
    this.#parts = parts;
  }

  /**
   * Resolves when it serves, with a line about it.
   *
   * @throws CommandError where it ended before
   */
  async start({ fill }: { readonly fill: boolean }): Promise<string> {
    const running = await this.#launch(fill);
    this.#keeping = this.#keep(running.process);
    return `Node ${this.#name} is process ${String(running.process.pid)} at ${running.url}.`;
  }

  /** Lets it finish what runs; one that does not end by then is killed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const process = this.#process;
    if (process === undefined) return;
    process.kill("SIGTERM");
    const callOff = this.#parts.timers.after(this.#parts.endMs, () => {
      process.kill("SIGKILL");
    });
    await process.ended;
    callOff();
    await this.#keeping;
  }

  async #launch(fill: boolean): Promise<Running> {
    const { environment, words, say, backends } = this.#parts;
    const { promise: ready, resolve } = Promise.withResolvers<number>();
    const hear = (word: NodeWord): void => {
      if (word.kind === "ready") resolve(word.port);
      // Only of the first start: the rest of what a lone server would say is said for all nodes at once.
      else if (word.kind === "progress") this.#parts.progress(word.step, word.done, word.all);
      else if (fill) say(word.text);
    };
    const process = startNodeProcess({
      environment,
      words: fill ? [...words, FILL] : words,
      onWord: hear,
      onOutput: (line) => {
        // A line for machines stays as it is.
        say(line.startsWith("{") ? line : `node ${this.#name}: ${line}`);
      },
    });
    this.#process = process;
    if (this.#stopping.signal.aborted) process.kill("SIGTERM");
    const end = process.ended.then((how) =>
      Promise.reject(new CommandError(`Node ${this.#name} did not start: it ended with ${how}.`)),
    );
    const port = await Promise.race([ready, end]);
    backends.put({ name: this.#name, host: HOST, port });
    return { process, url: `http://${HOST}:${String(port)}` };
  }

  async #keep(first: NodeProcess): Promise<void> {
    const { say, backends } = this.#parts;
    const { signal } = this.#stopping;
    let current: NodeProcess | undefined = first;
    while (current !== undefined) {
      const how = await current.ended;
      backends.remove(this.#name);
      if (signal.aborted) return;
      const others = backends.all().length > 0 ? "The others go on" : "No other node is left";
      say(`Node ${this.#name} (process ${String(current.pid)}) died: ${how}. ${others}; starting it again.`);
      current = await this.#bringBack();
    }
  }

  /** Tries until it serves again; nothing when it is stopped meanwhile. */
  async #bringBack(): Promise<NodeProcess | undefined> {
    const { say, timers } = this.#parts;
    const { signal } = this.#stopping;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await timers.sleep(pause, signal).catch(() => undefined);
      if (signal.aborted) return undefined;
      try {
        const { process, url } = await this.#launch(false);
        say(`Node ${this.#name} is back: process ${String(process.pid)} at ${url}.`);
        return process;
      } catch (error) {
        if (signal.aborted) return undefined;
        say(`${error instanceof Error ? error.message : String(error)} Trying again.`);
      }
    }
  }
}
