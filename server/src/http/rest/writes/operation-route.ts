import {
  createdIn,
  type Definition,
  type OperationType,
  OPERATIONS,
  type ProblemCode,
  type RestRoute,
} from "@healthbridge/schema";
import type * as z from "zod/mini";

/** An operation in HTTP clothes. */
export interface OperationRoute {
  readonly type: OperationType;
  readonly method: RestRoute["method"];
  /** `:name` fills `input.name` */
  readonly path: string;
  readonly summary: string;
  /** the names in the path */
  readonly params: readonly string[];
  /** the collection in which what it creates is read, by the operation's id; absent: it creates nothing that is read by itself */
  readonly creates: string | undefined;
  readonly input: z.ZodMiniType;
  readonly output: z.ZodMiniType | undefined;
  readonly problems: readonly ProblemCode[];
}

/** Codes any write can be answered with, beside what its definition names. */
export const WRITE_PROBLEMS = [
  "malformed",
  "unknown_field",
  "too_large",
  "unsupported_media",
  "key_required",
  "key_reused",
  "parked",
  "outcome_pruned",
] as const satisfies readonly ProblemCode[];

/** Every operation that is on REST. None is written by hand. */
export const OPERATION_ROUTES: readonly OperationRoute[] = Object.values<Definition<OperationType, object>>(
  OPERATIONS,
).flatMap((definition) => (definition.rest === undefined ? [] : [routeOf(definition, definition.rest)]));

function routeOf(definition: Definition<OperationType, object>, rest: RestRoute): OperationRoute {
  const params = [...rest.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => name ?? "");
  const { type, input, output, problems } = definition;
  return {
    ...rest,
    type,
    input,
    output,
    problems,
    params,
    creates: createdIn(rest),
  };
}
