import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { runProgram } from "../../../server/src/database/local/run-program.ts";
import { type LineBytes, type LineSettings, TWO_G } from "./bad-line.ts";
import { type HttpFaultProxy, startHttpFaultProxy } from "./http-fault-proxy.ts";
import { startLineProxy } from "./line-proxy.ts";

/**
 * A 2G line between processes and a server. Where the machine lets us, a process on the line has a network of its own whose only way out is the
 * line (see two-g-link.py); where it does not, it meets the same line as a TCP proxy (see line-proxy.ts). Either way a fault proxy stands at the
 * server's end: it counts the bytes of HTTP, and can add faults of its own.
 */
export interface TwoGLine extends AsyncDisposable {
  readonly kind: "network" | "proxy";
  /** where a process on the line finds the server */
  readonly url: string;
  /** at the server's end of the line */
  readonly http: HttpFaultProxy;
  /** put before a command, it runs on the line */
  readonly prefix: readonly string[];
  /** Runs a program on the line; the child is the program itself. It is the caller's to end. */
  run(command: string, words: readonly string[], options?: SpawnOptions): ChildProcess;
  /** What the line has carried so far. */
  bytes(): Promise<LineBytes>;
}

export interface TwoGLineOptions {
  /** the server */
  readonly target: { readonly host: string; readonly port: number };
  readonly seed: number;
  readonly settings?: Partial<Omit<LineSettings, "seed">>;
}

/** The real line, or the proxy, with a word on why. */
export async function startTwoGLine(
  options: TwoGLineOptions,
  say: (line: string) => void,
): Promise<TwoGLine> {
  const line = await networkLine(options);
  if (!("reason" in line)) return line;
  say(`No network of its own for the 2G line (${line.reason}): a proxy takes its place.`);
  return await proxyLine(options);
}

export async function proxyLine({ target, seed, settings }: TwoGLineOptions): Promise<TwoGLine> {
  const http = await startHttpFaultProxy({ target });
  const line = await startLineProxy({ host: "127.0.0.1", port: http.port }, { ...TWO_G, ...settings, seed });
  return {
    kind: "proxy",
    url: line.url,
    http,
    prefix: [],
    run: (command, words, options = {}) => spawn(command, [...words], options),
    bytes: () => Promise.resolve(line.bytes()),
    async [Symbol.asyncDispose]() {
      await line[Symbol.asyncDispose]();
      await http[Symbol.asyncDispose]();
    },
  };
}

const LINK = join(import.meta.dirname, "two-g-link.py");

/** The line as a network of its own; or why there is none here. */
export async function networkLine({
  target,
  seed,
  settings,
}: TwoGLineOptions): Promise<TwoGLine | { readonly reason: string }> {
  if (process.platform !== "linux") return { reason: "this is not Linux" };
  const link = await startLink({ ...TWO_G, ...settings, seed });
  if ("reason" in link) return link;
  // The network is the link's own and goes with it, so it is entered by the link's number.
  const prefix = ["nsenter", `--net=/proc/${String(link.pid)}/ns/net`, "--"];
  const entered = await runProgram([...prefix, "true"]);
  if (entered.code !== 0) {
    await link.end();
    return { reason: entered.output.trim() };
  }
  const http = await startHttpFaultProxy({ target, host: link.outside });
  return {
    kind: "network",
    url: http.url,
    http,
    prefix,
    run(command, words, options = {}) {
      const [program = "", ...rest] = [...prefix, command, ...words];
      return spawn(program, rest, options);
    },
    bytes: async () => JSON.parse(await link.ask()) as LineBytes,
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await link.end();
    },
  };
}

interface Link {
  readonly pid: number;
  /** this machine's address on the line */
  readonly outside: string;
  /** Asks for its counters. */
  ask(): Promise<string>;
  end(): Promise<void>;
}

async function startLink(settings: LineSettings): Promise<Link | { readonly reason: string }> {
  const child = spawn("python3", [LINK, JSON.stringify(settings)], { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => {
    complaint += text.toString();
  });
  // It ends when we do; writing to one that has ended is no fault.
  child.stdin.on("error", () => undefined);
  const ended = Promise.withResolvers<undefined>();
  child.once("error", (error) => {
    complaint ||= error.message;
    ended.resolve(undefined);
  });
  child.once("close", () => {
    ended.resolve(undefined);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string | undefined> => {
    const line = await Promise.race([lines.next(), ended.promise]);
    return line === undefined || line.done === true ? undefined : line.value;
  };
  const ready = await next();
  if (ready === undefined) {
    await ended.promise;
    return { reason: complaint.trim().split("\n").at(-1) ?? "python3 ended" };
  }
  const { pid, outside } = JSON.parse(ready) as { pid: number; outside: string };
  return {
    pid,
    outside,
    async ask() {
      child.stdin.write("bytes\n");
      const answer = await next();
      if (answer === undefined) throw new Error(`The line has ended: ${complaint}`);
      return answer;
    },
    async end() {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    },
  };
}
