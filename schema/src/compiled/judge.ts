import type { Leased } from "../contracts/lease.ts";
import type { Context, Decision, Entities, State } from "../operations/definition.ts";
import { problemOfReasons, UNSUPPORTED } from "../operations/judged.ts";
import { FORESEEN } from "../operations/forecast.ts";
import { confirmable } from "../operations/lease-use.ts";
import type { Problem, ProblemDetails } from "../shapes/problem.ts";
import type { Session } from "../shapes/session.ts";
import type { SyncLine } from "../shapes/sync-response.ts";
import type { Start } from "../shapes/time.ts";
import { check } from "./check.ts";
import type { Shape } from "./shape.ts";
import { DESK_INPUTS as DESK, INPUTS as PHONE, KINDS, SHAPES } from "./shapes.ts";

/** What a phone can tell by its compiled shape, by name: entities by kind, and what a server answers. */
export interface Shaped extends Omit<Entities, "device" | "calendarLink"> {
  readonly start: Start;
  readonly session: Session;
  readonly problem: ProblemDetails;
  readonly head: Extract<SyncLine, { line: "head" }>;
  readonly page: Extract<SyncLine, { line: "page" }>;
  readonly end: Extract<SyncLine, { line: "end" }>;
}

/** Shapes by type, for a type that may be any text. */
const INPUTS: { readonly [type: string]: Shape | undefined } = PHONE;
const DESK_INPUTS: { readonly [type: string]: Shape | undefined } = DESK;

/** Whether a text is a kind of entity a phone is told of. */
export function isKind(kind: string): kind is keyof typeof KINDS {
  return Object.hasOwn(KINDS, kind);
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
  return Object.hasOwn(DESK_INPUTS, type) || Object.hasOwn(INPUTS, type)
    ? inputProblem(DESK_INPUTS[type] ?? INPUTS[type], input)
    : UNSUPPORTED;
}

/** The same, as the smallest bundle can tell: of what only a clinic's desk asks for, and of types that it does not know, the server says it. */
export function phoneProblemOf(type: string, input: unknown): Problem | undefined {
  return Object.hasOwn(INPUTS, type) ? inputProblem(INPUTS[type], input) : undefined;
}

function inputProblem(shape: Shape | undefined, input: unknown): Problem | undefined {
  const reasons = shape ? check(shape, input, "input") : [];
  return reasons.length > 0 ? problemOfReasons(reasons) : undefined;
}

/** How operations are decided that a device foresees, as what takes any input: `problemOf` has checked it by the shape of the same type. */
export const DECISIONS: { readonly [type: string]: Decider | undefined } = FORESEEN;

/** Whether a device can confirm a booking by itself, whose input was checked likewise. */
export const CONFIRMS: Confirmer = confirmable;

type Confirmer = {
  confirms(state: State, input: unknown, context: Context): Leased | undefined;
}["confirms"];
type Decider = { decide(state: State, input: unknown, context: Context): Decision<unknown> }["decide"];
