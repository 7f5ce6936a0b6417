import type { HandMade } from "./hand-made.ts";

/** A fault that a test plants in a run in which everything is as it should be, and the rule that must name it. */
export type Planted = readonly [rule: string, what: string, plant: (run: HandMade) => void];

/** Puts another line in the place of each of a kind. */
export function change<E extends HandMade["lines"][number]["e"]>(
  run: HandMade,
  e: E,
  how: (line: Extract<HandMade["lines"][number], { e: E }>) => object | undefined,
): void {
  const changed = run.lines.flatMap((line) => {
    if (line.e !== e) return [line];
    const made = how(line as Extract<HandMade["lines"][number], { e: E }>);
    return made === undefined ? [] : [{ ...line, ...made }];
  });
  run.lines.splice(0, run.lines.length, ...changed);
}

/** Adds a line before the last ones, which stand in the calm. */
export function insert(run: HandMade, line: HandMade["lines"][number]): void {
  const at = run.lines.findIndex(({ e }) => e === "drained");
  run.lines.splice(at, 0, line);
}
