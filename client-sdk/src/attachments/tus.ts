import { type EntityId, fits } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import { parseJson } from "../carriers/http.ts";
import { watchdog } from "../carriers/watchdog.ts";
import { Failed, offline } from "../errors.ts";
import type { UploadRow } from "./upload-row.ts";
import { wholeSize } from "./upload-row.ts";

/** A request of the tus protocol in somebody's name. */
interface Call {
  readonly method: "POST" | "HEAD" | "PATCH" | "DELETE";
  readonly id?: EntityId;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly token: string;
  /** ms without any movement after which the line counts as dead */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** Who asks, and how long it waits. */
export type Asking = Pick<Call, "token" | "patience" | "signal">;

const VERSION = "1.0.0";
const OCTETS = "application/offset+octet-stream";

/** What a refusal without a body means: of HEAD there is none. */
const CODES: Readonly<Record<number, string>> = {
  // The renewal says so where it is more than that.
  401: "token_expired",
  404: "not_found",
  413: "too_large",
  415: "attachment_unfit",
  429: "rate_limited",
  503: "unavailable",
};

/** The four requests that uploads are made of (tus 1.0.0, creation with upload, termination). What goes wrong is thrown as `Failed`, with the status where our server answered. */
export class Tus {
  readonly #runtime: Runtime;
  readonly #base: string;

  constructor(runtime: Runtime, url: string) {
    this.#runtime = runtime;
    this.#base = `${url.replace(/\/+$/, "")}/v1/attachments`;
  }

  /** Begins an upload with its first bytes; answers how many of them the server keeps. */
  async begin(row: UploadRow, body: Uint8Array<ArrayBuffer>, asking: Asking): Promise<number> {
    const headers = {
      "content-type": OCTETS,
      "upload-length": String(wholeSize(row)),
      "upload-metadata": metadataOf(row),
    };
    return offsetIn(await this.#ask({ ...asking, method: "POST", headers, body }));
  }

  /** Sends the next bytes; answers how many the server has now. */
  async go(id: EntityId, offset: number, body: Uint8Array<ArrayBuffer>, asking: Asking): Promise<number> {
    const headers = { "content-type": OCTETS, "upload-offset": String(offset) };
    return offsetIn(await this.#ask({ ...asking, method: "PATCH", id, headers, body }));
  }

  /** Asks how many bytes the server has; `undefined` where it knows no such upload. */
  async offsetOf(id: EntityId, asking: Asking): Promise<number | undefined> {
    try {
      return offsetIn(await this.#ask({ ...asking, method: "HEAD", id }));
    } catch (error) {
      if (error instanceof Failed && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Gives up what is still on its way. */
  async giveUp(id: EntityId, asking: Asking): Promise<void> {
    await this.#ask({ ...asking, method: "DELETE", id });
  }

  async #ask({ method, id, headers, body, token, patience, signal }: Call): Promise<Response> {
    const dog = watchdog(this.#runtime, patience, signal);
    try {
      const response = await this.#runtime.fetch(id === undefined ? this.#base : `${this.#base}/${id}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "tus-resumable": VERSION, ...headers },
        redirect: "manual",
        credentials: "omit",
        signal: dog.signal,
        ...(body === undefined ? {} : { body }),
      });
      // Whoever else answers in our server's place (captive portal, proxy page) does not say this.
      if (response.headers.get("tus-resumable") !== VERSION)
        throw offline(`answered by something else (${response.status})`);
      if (response.ok) return response;
      throw await refusalIn(response);
    } catch (error) {
      if (signal.aborted || error instanceof Failed) throw error;
      throw offline(error instanceof Error ? error.message : "no connection");
    } finally {
      dog.end();
    }
  }
}

async function refusalIn(response: Response): Promise<Failed> {
  const { status, headers } = response;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isNaN(seconds) ? undefined : seconds * 1_000;
  const problem = parseJson(await response.text());
  if (fits("problem", problem)) return new Failed("lost", problem.code, { ...problem, status, retryAfter });
  return new Failed("lost", CODES[status] ?? "internal", { status, retryAfter });
}

function offsetIn(response: Response): number {
  const offset = Number(response.headers.get("upload-offset") ?? Number.NaN);
  if (!Number.isSafeInteger(offset)) throw offline("the answer names no offset");
  return offset;
}

function metadataOf({ id, seal, conversation, kind, type, thumbnailSize, digest }: UploadRow): string {
  const thumbnail = thumbnailSize > 0 ? { thumbnail: String(thumbnailSize) } : {};
  return Object.entries({ id, seal, conversation, kind, type, digest, ...thumbnail })
    .map(([name, value]) => `${name} ${btoa(value)}`)
    .join(",");
}
