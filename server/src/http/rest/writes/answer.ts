import {
  canonicalText,
  EntityId,
  type Problem,
  type ProblemDetails,
  problemDetails,
} from "@healthbridge/schema";
import * as z from "zod/mini";
import type { OperationRoute } from "./operation-route.ts";

/**
 * What an applied operation is answered with: its outcome, not the thing it changed. A thing changes further, an outcome never does, and a repeated request has to get the
 * first answer byte for byte. `Location` leads to what was created.
 */
export const AppliedAnswer = z.object({
  /** id of the operation, and of what it created */
  id: EntityId,
  outcome: z.literal("applied"),
  /** what the outcome says beyond "applied as asked" */
  output: z.optional(z.unknown()),
});

/** What became of it, in words for the patient: where `Accept-Language` says in which language. */
export const Message = z.string();

interface WithMessage {
  readonly message?: z.infer<typeof Message>;
}

/** 201 with `Location` for what creates something to be read there, 200 for the rest. */
export function answerApplied(
  id: EntityId,
  output: unknown,
  { creates }: Pick<OperationRoute, "creates">,
  message: string | undefined,
): Response {
  const body: z.infer<typeof AppliedAnswer> & WithMessage = {
    id,
    outcome: "applied",
    ...(output === undefined ? {} : { output }),
    ...(message === undefined ? {} : { message }),
  };
  const headers = { "content-type": "application/json" };
  // Canonical text: an outcome from memory and the same from the database are the same bytes.
  return new Response(
    canonicalText(body),
    creates === undefined
      ? { status: 200, headers }
      : { status: 201, headers: { ...headers, location: `${creates}/${id}` } },
  );
}

/** An outcome too, so no correlation id in it: that would differ from the first answer. */
export function answerRejected(problem: Problem, message: string | undefined): Response {
  const details: ProblemDetails & WithMessage = {
    ...problemDetails(problem),
    ...(message === undefined ? {} : { message }),
  };
  return new Response(canonicalText(details), {
    status: details.status,
    headers: { "content-type": "application/problem+json" },
  });
}
