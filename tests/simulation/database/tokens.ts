import { UnknownStatement } from "./syntax.ts";

export interface Token {
  readonly kind: "word" | "name" | "string" | "number" | "symbol" | "parameter" | "end";
  /** of a word: as written */
  readonly text: string;
  /** of a word or symbol: for comparing */
  readonly upper: string;
}

const TOKEN =
  /(?:\s+|--[ \t][^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*(?![!M])[\s\S]*?\*\/)*(?:([A-Za-z_@][A-Za-z0-9_$@.]*)|`((?:[^`]|``)*)`|'((?:[^'\\]|\\[\s\S]|'')*)'|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(<=>|<>|!=|<=|>=|[=<>(),.*+\-/%;])|(\?)|($))/y;

const END: Token = { kind: "end", text: "", upper: "" };

/** Cuts a statement into words. `a.b` is one word here when written without quotes; the parser takes it apart. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(sql);
    if (match === null) throw new UnknownStatement(sql, `near ${JSON.stringify(sql.slice(at, at + 20))}`);
    const [, word, name, string, number, symbol, parameter] = match;
    if (word !== undefined) tokens.push(...wordsOf(word));
    else if (name !== undefined) tokens.push({ kind: "name", text: name.replaceAll("``", "`"), upper: "" });
    else if (string !== undefined) tokens.push({ kind: "string", text: unescape(string), upper: "" });
    else if (number !== undefined) tokens.push({ kind: "number", text: number, upper: "" });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol, upper: symbol });
    else if (parameter !== undefined) tokens.push({ kind: "parameter", text: "?", upper: "" });
    else {
      tokens.push(END);
      return tokens;
    }
  }
}

const DOT: Token = { kind: "symbol", text: ".", upper: "." };

function wordsOf(text: string): readonly Token[] {
  return text
    .split(".")
    .flatMap((part, at): Token[] => [
      ...(at === 0 ? [] : [DOT]),
      ...(part === "" ? [] : [{ kind: "word", text: part, upper: part.toUpperCase() } as const]),
    ]);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", 0: "\0", b: "\b", Z: "\x1a" };

function unescape(text: string): string {
  return text.includes("\\") || text.includes("''")
    ? text.replaceAll(/\\([\s\S])|''/g, (all, escaped: string | undefined) =>
        escaped === undefined
          ? "'"
          : escaped === "%" || escaped === "_"
            ? all
            : (ESCAPES[escaped] ?? escaped),
      )
    : text;
}
