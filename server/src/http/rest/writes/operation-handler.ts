import { type EntityId, operationId } from "@healthbridge/schema";
import type { Context } from "hono";
import type { RestDependencies, SignedInEnv } from "../../context.ts";
import { HttpProblem, httpProblem } from "../../problem.ts";
import type { Outcome, SubmittedOperation } from "../../../operations/submission.ts";
import { answerApplied, answerRejected } from "./answer.ts";
import { KEY_HEADER, keyOf, streamOfKey } from "./idempotency-key.ts";
import { messageFor } from "./message.ts";
import type { OperationRoute } from "./operation-route.ts";

/** Seconds after which a request is worth repeating that the executor took in but did not settle. */
const UNSETTLED_RETRY_SECONDS = 1;

/**
 * Serves one operation. A request whose first twin is still running waits behind it (both write the same stream row) and gets the same answer, so `key_in_use` is never
 * said; what never got an outcome (401, 429, 500, 503) is not remembered.
 */
export async function handleOperation(
  c: Context<SignedInEnv>,
  route: OperationRoute,
  deps: RestDependencies,
): Promise<Response> {
  const key = keyOf(c.req.header(KEY_HEADER));
  const { tenant, account, device } = c.get("who");
  const stream = streamOfKey(await deps.streams(), { tenant, account }, key);
  const { type } = route;
  const input = await inputOf(c, route, deps);
  const operation: SubmittedOperation = { type, input, madeAt: deps.clock.now() };
  const { settled, outcomes, fork } = await deps.executor.submit({
    submitter: { tenant, account, device },
    stream,
    from: 1,
    heard: 0,
    operations: [operation],
    carrier: "server",
  });
  const outcome = outcomes.find(({ number }) => number === 1);
  // Such a stream has one number: it can only fork because the key came with something else.
  if (fork) throw httpProblem("key_reused", KEY_HEADER);
  if (outcome === undefined && settled < 1)
    throw new HttpProblem({ code: "unavailable" }, { retryAfter: UNSETTLED_RETRY_SECONDS });
  const id: EntityId = operationId(stream, 1);
  const told: Outcome = outcome ?? { number: 1, status: "applied" };
  const appointment = route.creates === undefined ? c.req.param("appointment") : id;
  const message = await messageFor(c, { ...told, type, input, appointment }, deps.pool);
  if (told.status === "rejected") return answerRejected(told.problem, message);
  return answerApplied(id, told.output, route, message);
}

/** The path fills what it names, the body the rest; what the path names the body cannot say again. */
async function inputOf(
  c: Context<SignedInEnv>,
  route: OperationRoute,
  deps: RestDependencies,
): Promise<Record<string, unknown>> {
  const body = hasBody(c) ? await deps.readJson(c, "input") : {};
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw httpProblem("malformed", "input", "not a JSON object");
  const input: Record<string, unknown> = { ...body };
  for (const name of route.params) {
    if (Object.hasOwn(input, name))
      throw httpProblem("unknown_field", `input.${name}`, "is said by the path");
    input[name] = c.req.param(name);
  }
  return input;
}

/** RFC 9112, section 6.3: without a length or a transfer coding a request has no body. (A request made in memory has neither, but a type.) */
function hasBody(c: Context<SignedInEnv>): boolean {
  const length = c.req.header("content-length");
  if (length !== undefined) return length !== "0";
  if (c.req.header("transfer-encoding") !== undefined) return true;
  const bindings: SignedInEnv["Bindings"] | undefined = c.env;
  return bindings?.incoming === undefined && c.req.header("content-type") !== undefined;
}
