import type { EntityId, ProblemCode } from "@healthbridge/schema";
import { Server } from "@tus/server";
import type { Authenticated } from "../accounts/authenticated.ts";
import { httpProblem } from "../http/problem.ts";
import { ArrivingUploads, metadataOf, type UploadParts } from "./arriving-uploads.ts";
import { checkHeads, MOST_BYTES } from "./upload-heads.ts";
import type { UploadLocks } from "./upload-locks.ts";

/** Where uploads begin. */
export const ATTACHMENTS_PATH = "/v1/attachments";

/** How long a request that is asked to leave may still take what is on its way. */
const DRAIN_MS = 250;

/** What the protocol needs in an answer; the library sends more, and heads cost bytes on 2G. */
const ANSWERED = [
  "location",
  "upload-offset",
  "upload-length",
  "upload-metadata",
  "tus-version",
  "tus-extension",
  "tus-max-size",
  "connection",
] as const;

const CODES: ReadonlyMap<number, ProblemCode> = new Map([
  [404, "not_found"],
  [409, "conflict"],
  [410, "not_found"],
  [413, "too_large"],
  [415, "unsupported_media"],
] as const);

/**
 * Answers one request of the tus protocol (1.0.0: creation, creation with upload, termination) in somebody's name.
 *
 * @param id of the upload that the address names; left to itself the library takes what stands last in it, a query's included
 * @throws what goes wrong, as everywhere: `HttpProblem` for what the caller did
 */
export async function receive(
  request: Request,
  who: Authenticated,
  id: EntityId | undefined,
  parts: UploadParts & { readonly locks: UploadLocks },
): Promise<Response> {
  checkHeads(request);
  const uploads = new ArrivingUploads(parts, who);
  let thrown: unknown;
  const server = new Server({
    path: ATTACHMENTS_PATH,
    datastore: uploads,
    locker: parts.locks,
    lockDrainTimeout: DRAIN_MS,
    maxSize: MOST_BYTES,
    relativeLocation: true,
    allowedOrigins: [],
    namingFunction: (_request, metadata = {}) => metadataOf(metadata).id,
    getFileIdFromRequest: () => id,
    onIncomingRequest: (_request, asked) => allow(uploads, request.method, asked),
    onResponseError: (_request, error) => {
      thrown = error;
      return undefined;
    },
  });
  const answer = await server.handleWeb(request);
  // The library's own errors are plain objects with a status.
  if (thrown instanceof Error) throw thrown;
  if (answer.status >= 400) throw problemFor(answer.status);
  const headers = new Headers();
  for (const name of ANSWERED) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  // Else an empty answer comes in chunks.
  if (answer.status === 201) headers.set("content-length", "0");
  return new Response(answer.status === 201 ? null : answer.body, { status: answer.status, headers });
}

async function allow(uploads: ArrivingUploads, method: string, id: EntityId): Promise<void> {
  if (method === "PATCH") await uploads.mayGoOn(id);
  else if (method !== "POST") await uploads.own(id);
}

function problemFor(status: number): Error {
  if (status >= 500 && status !== 501) return new Error(`the upload library answered ${String(status)}`);
  // By this status it says one thing alone: these are not the next bytes.
  return httpProblem(CODES.get(status) ?? "malformed", status === 409 ? "upload-offset" : undefined);
}
