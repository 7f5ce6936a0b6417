/** A row of a screen, no wider than it. */
export interface Row {
  readonly text: string;
  /** how it stands out, where the screen can do that */
  readonly look?: "bold" | "dim" | undefined;
}

/** Signs of scripts and pictures that take two places. */
const WIDE =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const signs = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Places a text takes on a screen. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of signs.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Breaks a text into rows of so many places at most: at spaces, and where a word is too long within it. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(1, width)));
}

function wrapLine(line: string, width: number): readonly string[] {
  const rows: string[] = [];
  let row: string | undefined;
  for (const word of line.split(" ")) {
    const longer: string = row === undefined ? word : `${row} ${word}`;
    if (widthOf(longer) <= width) {
      row = longer;
      continue;
    }
    if (row !== undefined && row !== "") rows.push(row);
    const parts = pieces(word, width);
    rows.push(...parts.slice(0, -1));
    row = parts.at(-1) ?? "";
  }
  return [...rows, row ?? ""];
}

/** Cuts a text off where it is wider than that. */
export function cut(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${pieces(text, Math.max(1, width - 1))[0] ?? ""}…`;
}

/** Puts two texts at both ends of a row; the left one gives way. */
export function apart(left: string, right: string, width: number): string {
  const room = width - widthOf(right) - (right === "" ? 0 : 2);
  const kept = cut(left, Math.max(1, room));
  return `${kept}${" ".repeat(Math.max(0, width - widthOf(kept) - widthOf(right)))}${right}`;
}

function pieces(text: string, width: number): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const { segment } of signs.segment(text)) {
    if (part !== "" && widthOf(part + segment) > width) {
      parts.push(part);
      part = "";
    }
    part += segment;
  }
  return [...parts, part];
}
