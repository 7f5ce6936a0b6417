import {
  canonicalText,
  createdIn,
  type Definition,
  type EntityId,
  LIMITS,
  OPERATIONS,
  operationId,
  type OperationType,
  type Problem,
  problemDetails,
} from "@healthbridge/schema";
import type { Data } from "./data.ts";
import { readJson } from "./http.ts";
import { messageFor } from "./message.ts";
import type { Operations } from "./operations.ts";
import { Refused, refused } from "./refused.ts";
import type { Asking } from "./sessions.ts";
import type { World } from "./world.ts";

interface Found {
  readonly type: OperationType;
  /** what the path names */
  readonly named: Readonly<Record<string, string>>;
  /** the collection in which what it creates is read, if it creates something */
  readonly creates: string | undefined;
}

/** The operation that is written by this method and path, if there is one. */
export function operationAt(method: string, path: string): Found | undefined {
  for (const { type, rest } of Object.values<Definition<OperationType, object>>(OPERATIONS)) {
    if (rest === undefined || rest.method !== method.toLowerCase()) continue;
    const named = namedBy(rest.path, path);
    if (named !== undefined) return { type, named, creates: createdIn(rest) };
  }
  return undefined;
}

function namedBy(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const named: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? "";
    if (part.startsWith(":")) named[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return named;
}

/** Serves one operation in HTTP clothes: a key is a stream of its own, whose operation 1 is the request. */
export async function writeOne(
  {
    data,
    operations,
    world,
  }: { readonly data: Data; readonly operations: Operations; readonly world: World },
  request: Request,
  asking: Asking,
  { type, named, creates }: Found,
): Promise<Response> {
  const key = keyOf(request.headers.get("idempotency-key"));
  const place = `${asking.account} ${key}`;
  const stream = data.keys.get(place) ?? operations.freshStream();
  data.keys.set(place, stream);
  const body = request.headers.has("content-type") ? await readJson(request) : {};
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw refused("malformed", "input");
  const twice = Object.keys(named).find((name) => Object.hasOwn(body, name));
  if (twice !== undefined) throw refused("unknown_field", `input.${twice}`);
  const input = { ...body, ...named };
  const { outcomes, fork } = operations.submit({
    submitter: asking,
    stream,
    from: 1,
    heard: 0,
    operations: [{ type, input, madeAt: 0 }],
    carrier: "server",
  });
  if (fork) throw refused("key_reused", "Idempotency-Key");
  const { problem, output } = outcomes[0] ?? {};
  const id = operationId(stream, 1);
  const appointment = creates === undefined ? named["appointment"] : id;
  const status = problem === undefined ? "applied" : "rejected";
  const message = messageFor(request, { type, input, status, output, problem, appointment }, world);
  return problem === undefined ? applied(id, { output, message }, creates) : rejected(problem, message);
}

/** An outcome, the same bytes each time it is asked for. */
function applied(id: EntityId, said: object, creates: string | undefined): Response {
  const headers = { "content-type": "application/json" };
  return new Response(
    canonicalText({ id, outcome: "applied", ...said }),
    creates === undefined
      ? { status: 200, headers }
      : { status: 201, headers: { ...headers, location: `${creates}/${id}` } },
  );
}

function rejected(problem: Problem, message: string | undefined): Response {
  const details = problemDetails(problem);
  return new Response(canonicalText({ ...details, message }), {
    status: details.status,
    headers: { "content-type": "application/problem+json" },
  });
}

function keyOf(header: string | null): string {
  if (header === null || header === "") throw refused("key_required", "Idempotency-Key");
  const key = header.replace(/^"(.*)"$/, "$1");
  const { least, most } = LIMITS.keyCharacters;
  if (key.length < least || key.length > most || !/^[A-Za-z0-9._~:/+=-]*$/.test(key))
    throw new Refused({ code: "malformed", path: "Idempotency-Key" });
  return key;
}
