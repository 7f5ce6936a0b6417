import { ATTACHMENT_LIMITS } from "@healthbridge/schema";
import { Metadata } from "@tus/utils";
import { HttpProblem, httpProblem } from "../http/problem.ts";

/** The version of tus that is spoken. */
export const TUS_VERSION = "1.0.0";

/** Bytes of the largest upload: a photo with its thumbnail. */
export const MOST_BYTES: number = ATTACHMENT_LIMITS.photoBytes + ATTACHMENT_LIMITS.thumbnailBytes;

const OCTETS = "application/offset+octet-stream";
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]*)$/;

/**
 * Looks at the heads of a request before the library does, which refuses the same and does not say for which of them.
 *
 * @throws HttpProblem that names the head
 */
export function checkHeads({ method, headers }: Request): void {
  if (method === "OPTIONS") return;
  if (headers.get("tus-resumable") !== TUS_VERSION)
    throw new HttpProblem(
      { code: "tus_unsupported", path: "tus-resumable" },
      { headers: { "tus-version": TUS_VERSION } },
    );
  if (method === "POST") checkBeginning(headers);
  if (method === "PATCH") checkPiece(headers);
}

function checkBeginning(headers: Headers): void {
  refuseHeads(headers, ["upload-concat", "upload-defer-length"]);
  if (numberIn(headers, "upload-length") > MOST_BYTES) throw httpProblem("too_large", "upload-length");
  const metadata = headers.get("upload-metadata");
  if (metadata !== null && !isMetadata(metadata)) throw httpProblem("malformed", "upload-metadata");
}

function checkPiece(headers: Headers): void {
  refuseHeads(headers, ["upload-length"]);
  if (!Number.isSafeInteger(numberIn(headers, "upload-offset")))
    throw httpProblem("malformed", "upload-offset");
  if (headers.get("content-type") !== OCTETS) throw httpProblem("unsupported_media", "content-type");
}

/** Heads of extensions that are not spoken. */
function refuseHeads(headers: Headers, names: readonly string[]): void {
  const found = names.find((name) => headers.has(name));
  if (found !== undefined) throw httpProblem("malformed", found);
}

function numberIn(headers: Headers, name: string): number {
  const text = headers.get(name) ?? "";
  if (!WHOLE_NUMBER.test(text)) throw httpProblem("malformed", name);
  return Number(text);
}

function isMetadata(text: string): boolean {
  try {
    Metadata.parse(text);
    return true;
  } catch {
    return false;
  }
}
