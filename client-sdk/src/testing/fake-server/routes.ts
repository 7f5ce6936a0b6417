import {
  COLLECTIONS,
  RefreshRequest,
  RegisterRequest,
  SignInRequest,
  splitOperationId,
} from "@healthbridge/schema";
import { isAboutAttachments, serveAttachments } from "./attachments.ts";
import { json, lines, parse, readJson } from "./http.ts";
import type { Parts } from "./parts.ts";
import { Refused, refused } from "./refused.ts";
import { readOne, readAt } from "./reads.ts";
import { operationAt, writeOne } from "./rest.ts";
import type { Asking } from "./sessions.ts";
import { answerSync, type SyncSettings } from "./sync.ts";

/** How a server is set for the moment. */
export interface Settings extends SyncSettings {
  readonly openRegistration: boolean;
}

type Handler = (parts: Parts, request: Request, asking: Asking, settings: Settings) => Promise<Response>;

/**
 * Answers one request.
 * @throws Refused where the answer is a problem
 */
export async function serve(parts: Parts, request: Request, settings: Settings): Promise<Response> {
  const { sessions } = parts;
  const { pathname: path } = new URL(request.url);
  const asking = sessions.who(request.headers.get("authorization"));
  switch (`${request.method} ${path}`) {
    case "GET /healthz":
      return json({ status: "alive" });
    case "POST /v1/sessions":
      return json(sessions.signIn(parse(SignInRequest, await readJson(request))), 201);
    case "POST /v1/sessions/refresh":
      return json(sessions.refresh(parse(RefreshRequest, await readJson(request))));
    case "POST /v1/accounts":
      return register(parts, await readJson(request), asking, settings);
    default: {
      const handler = handlerAt(request.method, path);
      if (asking === undefined) throw refused("not_signed_in");
      return handler(parts, request, asking, settings);
    }
  }
}

/** What serves those who are signed in. */
function handlerAt(method: string, path: string): Handler {
  if (isAboutAttachments(path)) return serveAttachments;
  const write = operationAt(method, path);
  if (write !== undefined) return (parts, request, asking) => writeOne(parts, request, asking, write);
  const read = method === "GET" ? readAt(path) : undefined;
  if (read !== undefined) return async (parts, _, asking) => json(readOne(parts, asking, read));
  const [, operation] = /^GET \/v1\/operations\/([^/]+)$/.exec(`${method} ${path}`) ?? [];
  if (operation !== undefined) return async (parts, _, asking) => json(outcomeOf(parts, asking, operation));
  switch (`${method} ${path}`) {
    case "POST /v1/sync":
      return sync;
    case "DELETE /v1/sessions/current":
      return async ({ sessions }, _, asking) => {
        sessions.signOut(asking);
        return new Response(null, { status: 204 });
      };
    case "GET /v1/devices":
      return async ({ sessions }, _, asking) => json({ devices: sessions.devices(asking) });
    case "GET /v1/accounts/me":
      return async ({ world }, _, { account }) => json(world.get("account", account) ?? notFound());
    default:
      if (method === "GET" && COLLECTIONS.some((each) => `${path}/`.startsWith(`${each.path}/`)))
        return noList();
      return notFound();
  }
}

async function sync(parts: Parts, request: Request, asking: Asking, settings: Settings): Promise<Response> {
  const { head, pages, tail } = answerSync(parts, asking, await readJson(request), settings);
  const inLines = (request.headers.get("accept") ?? "").includes("application/x-ndjson");
  if (!inLines) return json({ ...head, ...(pages.length === 0 ? {} : { changes: pages }), ...tail });
  return lines([
    { line: "head", ...head },
    ...pages.map((page) => ({ line: "page", ...page })),
    { line: "end", ...tail },
  ]);
}

/** Without a token whether the name was free is not told: it would tell who is a patient here. */
function register(
  parts: Parts,
  body: unknown,
  asking: Asking | undefined,
  { openRegistration }: Settings,
): Response {
  const request = parse(RegisterRequest, body);
  if (asking !== undefined) return json(parts.sessions.register(request, asking), 201);
  if (!openRegistration) throw refused("forbidden");
  if (parts.world.get("login", request.login) === undefined) parts.sessions.register(request, undefined);
  return json({ status: "accepted", next: "If the name was free it is yours: sign in." }, 202);
}

function outcomeOf({ data }: Parts, { account }: Asking, id: string): object {
  const { stream, number } = splitOperationId(id);
  const found = data.streams.get(stream);
  const settled = found?.account === account ? found.settled[number - 1] : undefined;
  if (settled === undefined) return notFound();
  const { type, problem, output, decidedAt } = settled;
  return problem === undefined
    ? { id, type, outcome: "applied", ...(output === undefined ? {} : { output }), decidedAt }
    : { id, type, outcome: "rejected", problem, decidedAt };
}

function notFound(): never {
  throw refused("not_found");
}

/** A list or a search that the real server has. */
function noList(): never {
  throw new Refused({
    code: "not_found",
    detail:
      "The fake server has no lists and searches of REST. Look with list() of FakeServer, or with the device.",
  });
}
