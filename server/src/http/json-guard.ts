import { LIMITS } from "@healthbridge/schema";
import { type HttpProblem, httpProblem } from "./problem.ts";

/**
 * Parses JSON that came from outside. Nesting is counted before anything recurses. Of a key that stands twice in one object the
 * last one counts (there is one parser, and fingerprints are made of what it read).
 *
 * @throws HttpProblem `malformed`
 */
export function parseJson(text: string): unknown {
  if (!isShallow(text, LIMITS.jsonDepth)) throw malformed(`nested deeper than ${String(LIMITS.jsonDepth)}`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote the text.
    throw malformed("not JSON");
  }
}

/** What is wrong with a parsed value, and where. */
export interface JsonFault {
  readonly path: string;
  readonly detail: string;
}

const LONGEST_PATH = 100;

/**
 * Looks for what no honest client sends: keys that reach for an object's prototype, numbers that were rounded while they were
 * read, text that is not Unicode or holds NUL. Call it only on what {@link parseJson} let through: it recurses.
 */
export function faultIn(value: unknown, path = ""): JsonFault | undefined {
  if (typeof value === "string") return faultInText(value, path);
  if (typeof value === "number")
    return isExact(value) ? undefined : { path, detail: "a number that cannot be kept exactly" };
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const inner = (path === "" ? key : `${path}.${key}`).slice(0, LONGEST_PATH);
    if (DANGEROUS.has(key)) return { path: inner, detail: "a key that is not allowed" };
    const fault = faultInText(key, inner) ?? faultIn(item, inner);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const DANGEROUS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

function faultInText(text: string, path: string): JsonFault | undefined {
  if (!text.isWellFormed()) return { path: path.toWellFormed(), detail: "half a character" };
  return text.includes("\0") ? { path: path.replaceAll("\0", "?"), detail: "the character NUL" } : undefined;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

function isShallow(text: string, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > most) return false;
    } else if (CLOSING.has(code)) depth -= 1;
  }
  return true;
}

function malformed(detail: string): HttpProblem {
  return httpProblem("malformed", undefined, detail);
}
