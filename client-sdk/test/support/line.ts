import { http, HttpResponse } from "msw";
import { gunzipSync } from "node:zlib";
import type { FakeServer } from "../../src/testing/index.ts";
import { whileBusy } from "./fake-runtime.ts";

/** One request as it left the device. */
export interface SeenRequest {
  readonly path: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into JSON of every shape
  readonly body: Record<string, any>;
  readonly bytes: number;
  readonly packed: boolean;
  readonly token: string | undefined;
}

type Fault = (request: Request, go: () => Promise<Response>) => Promise<Response> | Response;

/** The way from msw to a fake server: what was sent is seen, and what a network does to it is up to the test. */
export class Line {
  readonly url: string;
  readonly seen: SeenRequest[] = [];
  /** one per request, first come first served */
  readonly faults: Fault[] = [];
  /** answers who asks for a ticket; left out: as the fake server does */
  ticket: ((token: string | undefined) => Response) | undefined;
  readonly #server: FakeServer;

  constructor(url: string, server: FakeServer) {
    this.url = url;
    this.#server = server;
  }

  get syncs(): readonly SeenRequest[] {
    return this.seen.filter(({ path }) => path === "/v1/sync");
  }

  handlers = () => [http.all(`${this.url}/*`, ({ request }) => this.#carry(request))];

  async #carry(request: Request): Promise<Response> {
    const raw = Buffer.from(await request.clone().arrayBuffer());
    const packed = request.headers.get("content-encoding") === "gzip";
    const text = (packed ? gunzipSync(raw) : raw).toString();
    const { pathname: path } = new URL(request.url);
    const token = request.headers.get("authorization")?.slice("Bearer ".length);
    // A photo is no JSON.
    const body = text.startsWith("{") ? JSON.parse(text) : {};
    this.seen.push({ path, body, bytes: raw.length, packed, token });
    if (path === "/v1/realtime/ticket" && this.ticket !== undefined) return this.ticket(token);
    const fault = this.faults.shift();
    const go = (): Promise<Response> => whileBusy(this.#server.fetch(request));
    return fault === undefined ? go() : fault(request, go);
  }
}

export function json(body: object): Response {
  return HttpResponse.json(body as Record<string, unknown>);
}

/** A long answer whose end says that there is more to read. */
export async function withMore(answer: Response, change = (text: string): string => text): Promise<Response> {
  const text = change(await answer.text());
  const { headers } = answer;
  return new HttpResponse(text.replace('"line":"end"', '"line":"end","more":true'), { headers });
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new HttpResponse(
    JSON.stringify({ type: `urn:healthbridge:problem:${code}`, title: code, status, code }),
    { status, headers: { "content-type": "application/problem+json", ...headers } },
  );
}
