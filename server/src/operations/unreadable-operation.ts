import { type Problem, problemOfReasons } from "@healthbridge/schema";

const LONGEST_PATH = 100;

/** An operation of a queue that no schema is asked about: what is wrong with it, where, and its content, by which it is recognised when it comes again. */
export class UnreadableOperation {
  readonly content: unknown;
  readonly problem: Problem;

  /** @param path where in the operation; what is wrong with its input is said as of any input */
  constructor(content: unknown, path: string, detail: string) {
    this.content = content;
    const whole = path === "input" || path.startsWith("input.") ? path : `operation.${path}`;
    this.problem = problemOfReasons([
      { code: "malformed", path: whole.slice(0, LONGEST_PATH).toWellFormed(), detail },
    ]);
  }
}
