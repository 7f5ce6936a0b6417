import type { Context, Decision, Entities, State } from "../operations/definition.ts";
import { problemOfReasons, UNSUPPORTED } from "../operations/judged.ts";
import { QUEUEABLE, type QueueableType } from "../operations/queueable.ts";
import type { Problem, ProblemDetails } from "../shapes/problem.ts";
import type { Session } from "../shapes/session.ts";
import type { SyncLine } from "../shapes/sync-response.ts";
import type { Start } from "../shapes/time.ts";
import { check } from "./check.ts";
import { INPUTS, SHAPES } from "./shapes.ts";

/** What a phone can tell by its compiled shape, by name: entities by kind, and what a server answers. */
export interface Shaped extends Omit<Entities, "device" | "calendarLink"> {
  readonly start: Start;
  readonly session: Session;
  readonly problem: ProblemDetails;
  readonly head: Extract<SyncLine, { line: "head" }>;
  readonly page: Extract<SyncLine, { line: "page" }>;
  readonly end: Extract<SyncLine, { line: "end" }>;
}

/** Whether a value has a shape. Fields the shape does not name stay: they belong to a newer version. */
export function fits<N extends keyof Shaped>(name: N, value: unknown): value is Shaped[N] {
  return check(SHAPES[name], value, "").length === 0;
}

/** Reads one line of an answer; `undefined` for what is not one. */
export function readSyncLine(line: unknown): SyncLine | undefined {
  if (fits("head", line) || fits("page", line) || fits("end", line)) return line;
  return undefined;
}

/** What is wrong with an operation for a device's queue, if anything: what `judge` says to a server. */
export function problemOf(type: string, input: unknown): Problem | undefined {
  if (!isInput(type)) return UNSUPPORTED;
  const reasons = check(INPUTS[type], input, "input");
  return reasons.length > 0 ? problemOfReasons(reasons) : undefined;
}

function isInput(type: string): type is QueueableType {
  return Object.hasOwn(INPUTS, type);
}

/** How operations are decided, as what takes any input: `problemOf` has checked it by the shape of the same type. */
export const DECISIONS: { readonly [type: string]: Decider | undefined } = QUEUEABLE;

type Decider = { decide(state: State, input: unknown, context: Context): Decision<unknown> }["decide"];
