import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** One fenced block of a document that is run, and the block right behind it that shows what it prints. */
export interface Example {
  /** line of the fence */
  readonly line: number;
  readonly script: string;
  readonly answer: Answer | undefined;
}

interface Answer {
  readonly language: "json" | "text";
  readonly text: string;
  /** where its text stands in the document */
  readonly from: number;
  readonly to: number;
}

const FENCE = /^```([^\n]*)\n([\s\S]*?)^```$/gm;

/** The `sh` blocks of a document, each with the `answer` block behind it. */
export function examplesOf(document: string): readonly Example[] {
  const examples: Example[] = [];
  let open: { readonly line: number; readonly script: string; readonly end: number } | undefined;
  for (const match of document.matchAll(FENCE)) {
    const [whole, info = "", body = ""] = match;
    const line = document.slice(0, match.index).split("\n").length;
    const [language, mark] = info.split(" ");
    if (mark === "answer") {
      const behind = open === undefined ? "?" : document.slice(open.end, match.index).trim();
      if (open === undefined || behind !== "" || !(language === "json" || language === "text"))
        throw new Error(`line ${String(line)}: an answer stands right behind its sh block, as json or text`);
      const from = match.index + info.length + 4;
      const { line: at, script } = open;
      examples.push({ line: at, script, answer: { language, text: body, from, to: from + body.length } });
      open = undefined;
      continue;
    }
    if (open !== undefined) examples.push({ line: open.line, script: open.script, answer: undefined });
    open = language === "sh" ? { line, script: body, end: match.index + whole.length } : undefined;
  }
  if (open !== undefined) examples.push({ line: open.line, script: open.script, answer: undefined });
  return examples;
}

const BETWEEN = "-----8<----- end of example";

/** Runs examples one after another in one shell, as a reader would; answers what each printed. */
export async function runExamples(
  examples: readonly Example[],
  { folder, environment }: { readonly folder: string; readonly environment: NodeJS.ProcessEnv },
): Promise<readonly string[]> {
  const script = examples.map(({ script: one }) => `${one}\nprintf '\\n%s\\n' '${BETWEEN}'\n`).join("");
  const shell = spawn("bash", ["-c", script], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [printed, complaints] = await Promise.all([
    text(shell.stdout),
    text(shell.stderr),
    once(shell, "close"),
  ]);
  if (complaints !== "") throw new Error(`the examples complained: ${complaints}`);
  return printed.split(`\n${BETWEEN}\n`).slice(0, -1);
}

/**
 * Makes what differs from run to run alike: ids, dates, times, tokens. Each gets a name by the order in which it was met, so the same
 * thing in two places must be the same thing in both texts.
 */
export class Namer {
  readonly #names = new Map<string, string>();

  of(plain: string): string {
    return plain.replaceAll(VARYING, (...match) => {
      const groups: unknown = match.at(-1);
      const [kind = "", found = ""] =
        Object.entries(groups ?? {}).find(([, value]) => typeof value === "string") ?? [];
      if (FLEETING.has(kind)) return `<${kind}>`;
      const key = `${kind} ${String(found)}`;
      const name = this.#names.get(key) ?? `<${kind} ${String(this.#names.size + 1)}>`;
      this.#names.set(key, name);
      return name;
    });
  }
}

const VARYING = new RegExp(
  [
    "(?<access>\\beyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+)",
    "(?<refresh>(?<![\\w-])[\\w-]{16}\\.[0-9a-z]{1,8}\\.[\\w-]{22}\\.[\\w-]{22})",
    "(?<id>(?<![\\w-])[\\w-]{16}(?=\\.[1-9]))",
    '(?<correlation>(?<="correlation":\\s?")[\\w-]{12})',
    "(?<date>\\d{4}-\\d\\d-\\d\\d)",
    '(?<weekday>(?<="day":\\s?)[1-7])',
    "(?<instant>\\b1[78]\\d{11}\\b)",
    "(?<minute>\\b(29|3\\d)\\d{6}\\b)",
  ].join("|"),
  "g",
);
const FLEETING = new Set(["access", "refresh", "correlation", "instant"]);

/** The text in a form that is compared: JSON as JSON, whatever its spaces. */
export function comparable(plain: string): string {
  const trimmed = plain.trim();
  try {
    return JSON.stringify(JSON.parse(trimmed));
  } catch {
    return trimmed;
  }
}

const WIDTH = 150;

/** JSON for reading: on one line what fits there. */
export function readable(value: unknown, indent = ""): string {
  const flat = JSON.stringify(value);
  if (flat.length + indent.length <= WIDTH || typeof value !== "object" || value === null) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => readable(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${readable(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}
