import { UnknownStatement } from "./syntax.ts";

export interface Token {
  readonly kind: "word" | "name" | "string" | "number" | "symbol" | "parameter" | "end";
  /** of a word: as written */
  readonly text: string;
  /** of a word or symbol: for comparing */
  readonly upper: string;
  /** where it stands in the statement */
  readonly from: number;
  readonly to: number;
}

const TOKEN =
  /(?:\s+|--[ \t][^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*(?![!M])[\s\S]*?\*\/)*(?:([A-Za-z_@][A-Za-z0-9_$@]*)|(`(?:[^`]|``)*`)|('(?:[^'\\]|\\[\s\S]|'')*')|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(<=>|<>|!=|<=|>=|[=<>(),.*+\-/%;])|(\?)|($))/y;

/** Cuts a statement into words. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(sql);
    if (match === null) throw new UnknownStatement(sql, `near ${JSON.stringify(sql.slice(at, at + 20))}`);
    const token = tokenOf(match, TOKEN.lastIndex);
    tokens.push(token);
    if (token.kind === "end") return tokens;
  }
}

function tokenOf([, word, name, string, number, symbol, parameter]: RegExpExecArray, to: number): Token {
  const text = word ?? name ?? string ?? number ?? symbol ?? parameter ?? "";
  const place = { from: to - text.length, to };
  if (word !== undefined) return { kind: "word", text, upper: text.toUpperCase(), ...place };
  if (symbol !== undefined) return { kind: "symbol", text, upper: text, ...place };
  if (name !== undefined)
    return { kind: "name", text: text.slice(1, -1).replaceAll("``", "`"), upper: "", ...place };
  if (string !== undefined) return { kind: "string", text: unescape(text.slice(1, -1)), upper: "", ...place };
  if (number !== undefined) return { kind: "number", text, upper: "", ...place };
  return { kind: parameter === undefined ? "end" : "parameter", text, upper: "", ...place };
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
