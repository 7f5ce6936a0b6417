import { type Level, type Logger, pino } from "pino";
import { plainLine } from "./plain-lines.ts";

/** What a log line can say beside its message: numbers, words of our own, ids. Never what a person typed. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** The server's log. Messages are fixed texts; what varies goes into facts, where it is kept short and cannot break a line. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  /** `error` is told by its name, code and place; its text only where that is known to hold no data. */
  error(message: string, error?: unknown, facts?: Facts): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LogOptions {
  readonly level: LogLevel;
  /** `json` for machines, `plain` for a person at a terminal */
  readonly format: "json" | "plain";
  /** where lines go, each with its line end; standard output where left out */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * Names under which somebody might one day log what must not be logged. A closed list cannot be complete, which is why
 * facts are scalars that each caller names one by one; this catches the slip.
 */
const NEVER: ReadonlySet<string> = new Set([
  "authorization",
  "body",
  "cookie",
  "detail",
  "input",
  "login",
  "message",
  "name",
  "nonce",
  "output",
  "password",
  "phone",
  "query",
  "reason",
  "refreshtoken",
  "secret",
  "text",
  "token",
  "accesstoken",
  "url",
]);

const LONGEST_FACT = 300;

/** Makes a log. */
export function createLog(options: LogOptions): Log {
  const write = options.write ?? toStandardOutput;
  const destination = {
    write: (line: string) => {
      write(options.format === "json" ? line : plainLine(line));
    },
  };
  const settings = { level: options.level, base: null, messageKey: "say", formatters: { level: levelName } };
  return new PinoLog(pino(settings, destination));
}

class PinoLog implements Log {
  readonly #pino: Logger;

  constructor(logger: Logger) {
    this.#pino = logger;
  }

  debug(message: string, facts: Facts = {}): void {
    this.#say("debug", message, facts);
  }

  info(message: string, facts: Facts = {}): void {
    this.#say("info", message, facts);
  }

  warn(message: string, facts: Facts = {}): void {
    this.#say("warn", message, facts);
  }

  error(message: string, error?: unknown, facts: Facts = {}): void {
    this.#say("error", message, { ...facts, ...errorFacts(error) });
  }

  #say(level: Level, message: string, facts: Facts): void {
    if (this.#pino.isLevelEnabled(level)) this.#pino[level](admitted(facts), message);
  }
}

function toStandardOutput(line: string): void {
  process.stdout.write(line);
}

function levelName(label: string): { level: string } {
  return { level: label };
}

function admitted(facts: Facts): Facts {
  const entries = Object.entries(facts).filter(([key]) => !NEVER.has(key.toLowerCase()));
  return Object.fromEntries(entries.map(([key, value]) => [key, admittedValue(value)]));
}

function admittedValue(value: Facts[string]): Facts[string] {
  return typeof value === "string" && value.length > LONGEST_FACT
    ? `${value.slice(0, LONGEST_FACT)}…`
    : value;
}

/** Errors whose text is ours and carries no value from a row or a request. */
const SPEAKING: ReadonlySet<string> = new Set(["DatabaseError", "MigrationError", "LocalServerError"]);
const LONGEST_CHAIN = 5;

/** What may be told of an error: other texts can quote what a person wrote (`Unexpected token 'J', "Jane D"…`). */
function errorFacts(error: unknown): Facts {
  if (error === undefined) return {};
  const chain = errorChain(error);
  const [first] = chain;
  const spoken = chain.find(({ name }) => SPEAKING.has(name));
  return {
    error: chain.map(({ name }) => name).join(" < ") || typeof error,
    // Often the first has none, and what lies under it says why: EACCES, ENOSPC.
    code: chain.map((each) => wordAt(each, "code")).find((code) => code !== undefined),
    says: spoken?.message,
    at: first === undefined ? undefined : frames(first),
  };
}

function errorChain(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  let link = error;
  while (link instanceof Error && chain.length < LONGEST_CHAIN) {
    chain.push(link);
    link = link.cause;
  }
  return chain;
}

/** Where it happened: the stack without the text before it. */
function frames(error: Error): string {
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return lines
    .slice(0, 3)
    .map((line) => line.trim().replace(/^at /, ""))
    .join(" | ");
}

function wordAt(error: Error | undefined, key: string): string | undefined {
  const value: unknown = error === undefined ? undefined : Reflect.get(error, key);
  return typeof value === "string" && /^\w{1,60}$/.test(value) ? value : undefined;
}
