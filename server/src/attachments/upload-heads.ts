import { HttpProblem } from "../http/problem.ts";

/** The version of tus that is spoken. */
export const TUS_VERSION = "1.0.0";

/**
 * Only of what it knows is anything done. The library would say that the request is malformed, and not what is spoken.
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
}
