import type * as z from "zod/mini";
import type { ProblemCode } from "../protocol/problems.ts";

/** Where on REST an operation is. `:name` in the path fills `input.name`. */
export interface RestRoute {
  readonly method: "post" | "put" | "patch" | "delete";
  readonly path: string;
  readonly summary: string;
}

/** What an operation is to those who send it: what it takes, what it says back, where on REST it is. How it is decided is in `operations/`. */
export interface Contract<Input = unknown, Output = unknown> {
  readonly input: z.ZodMiniType<Input>;
  /** what the outcome says beyond "applied as asked", if ever */
  readonly output?: z.ZodMiniType<Output> | undefined;
  /** codes it can be rejected with, beside those every operation can */
  readonly problems: readonly ProblemCode[];
  readonly rest?: RestRoute | undefined;
}
