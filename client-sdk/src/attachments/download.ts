import { type EntityId, fits } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import { parseJson } from "../carriers/http.ts";
import { isOver, noteThatOver } from "../carriers/signed-call.ts";
import { watchdog } from "../carriers/watchdog.ts";
import { errorFrom, HealthBridgeError, offline } from "../errors.ts";
import { freshToken, type TokenParts } from "./token.ts";

/** ms without a byte after which the line counts as dead. */
const PATIENCE_MS = 30_000;
/** A line that broke so often in a row without bringing a byte is left alone. */
const MOST_IN_VAIN = 3;

export interface DownloadParts extends TokenParts {
  readonly url: string;
  readonly runtime: Runtime;
}

/** What has come of a file so far. */
class Arrived {
  readonly pieces: Uint8Array<ArrayBuffer>[] = [];
  bytes = 0;
  type = "";
  /** the version the pieces are of */
  etag: string | undefined;

  begin(type: string, etag: string | undefined): void {
    this.pieces.length = 0;
    this.bytes = 0;
    this.type = type;
    this.etag = etag;
  }
}

/**
 * Fetches a file, or its thumbnail, from the server; where the line breaks it goes on from there.
 * @throws HealthBridgeError `not_found` (it has not arrived yet, or may not be seen); `not_signed_in`; `offline` and the other codes of an exchange that failed
 */
export async function download(
  parts: DownloadParts,
  id: EntityId,
  what: "file" | "thumbnail",
  signal?: AbortSignal,
): Promise<Blob> {
  const path = `attachments/${id}${what === "thumbnail" ? "/thumbnail" : ""}`;
  const arrived = new Arrived();
  let renewed = false;
  /** how far it has ever come: where each request begins anew, more than the last one is not more */
  let most = 0;
  for (let vain = 0; ;) {
    try {
      await fetchRest(parts, path, arrived, signal);
      return new Blob(arrived.pieces, { type: arrived.type });
    } catch (error) {
      if (signal?.aborted) throw error;
      if (isOver(error) && !renewed) {
        renewed = true;
        await noteThatOver(parts.store);
        continue;
      }
      const lost = error instanceof HealthBridgeError && error.code === "offline";
      vain = arrived.bytes > most ? 0 : vain + 1;
      most = Math.max(most, arrived.bytes);
      if (!lost || arrived.bytes === 0 || vain >= MOST_IN_VAIN) throw error;
    }
  }
}

async function fetchRest(
  parts: DownloadParts,
  path: string,
  arrived: Arrived,
  signal?: AbortSignal,
): Promise<void> {
  const { runtime, url } = parts;
  const headers: Record<string, string> = { authorization: `Bearer ${await freshToken(parts, signal)}` };
  if (arrived.bytes > 0 && arrived.etag !== undefined) {
    headers["range"] = `bytes=${arrived.bytes}-`;
    headers["if-range"] = arrived.etag;
  }
  const dog = watchdog(runtime, PATIENCE_MS, signal);
  try {
    const response = await runtime.fetch(`${url.replace(/\/+$/, "")}/v1/${path}`, {
      headers,
      redirect: "manual",
      credentials: "omit",
      signal: dog.signal,
    });
    await checkAnswer(response);
    if (response.status !== 206)
      arrived.begin(response.headers.get("content-type") ?? "", response.headers.get("etag") ?? undefined);
    const reader = response.body?.getReader();
    for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
      dog.touch();
      arrived.pieces.push(new Uint8Array(piece.value));
      arrived.bytes += piece.value.length;
    }
  } catch (error) {
    if (error instanceof HealthBridgeError || signal?.aborted) throw error;
    throw offline(error instanceof Error ? error.message : "no connection");
  } finally {
    dog.end();
  }
}

async function checkAnswer(response: Response): Promise<void> {
  if (response.headers.get("tus-resumable") === null)
    throw offline(`answered by something else (${response.status})`);
  if (response.ok) return;
  const problem = parseJson(await response.text());
  throw fits("problem", problem) ? errorFrom(problem) : new HealthBridgeError("internal");
}
