import type { Runtime } from "../adapters/runtime.ts";
import { type Observable, Value } from "../observable.ts";
import { sizeOf } from "./slow-line.ts";

/** One request, or one socket (`WS`), as an inspector saw it. */
export interface SeenRequest {
  readonly number: number;
  /** ms since 1970 */
  readonly at: number;
  readonly method: string;
  /** without what follows the `?` */
  readonly path: string;
  /** bytes of the body, as sent; 0 where they are not known before they are sent */
  readonly sent: number;
  /** bytes of the body so far, as the platform hands them over (unpacked in browsers) */
  readonly received: number;
  /** how long it took, or takes so far, ms; `undefined` while nothing was answered */
  readonly ms: number | undefined;
  /** of the answer */
  readonly status: number | undefined;
  readonly state: "under way" | "done" | "failed";
  /** why it failed */
  readonly problem: string | undefined;
}

/** What happens to one request. */
export interface Seen {
  /** It was answered: what is read of the body is counted, after `pace` where that is given. */
  answered(response: Response, pace: ((bytes: number) => Promise<void>) | undefined): Response;
  /** So many bytes more went up, or came down. */
  sent(bytes: number): void;
  received(bytes: number): void;
  /** It is over, and well. */
  done(): void;
  /** It failed; answers the error. */
  failed(error: unknown): unknown;
}

/** More are of no use on a screen. */
const KEPT = 100;
const BODILESS: readonly number[] = [101, 103, 204, 205, 304];

/** The last requests of an instance. */
export class RequestLog {
  readonly #clock: Pick<Runtime, "now" | "monotonic">;
  readonly #requests = new Value<readonly SeenRequest[]>([]);
  #count = 0;

  constructor(clock: Pick<Runtime, "now" | "monotonic">) {
    this.#clock = clock;
  }

  get requests(): Observable<readonly SeenRequest[]> {
    return this.#requests;
  }

  begin(url: string, { method = "GET", body }: RequestInit): Seen {
    const number = (this.#count += 1);
    const began = this.#clock.monotonic();
    const request: SeenRequest = {
      number,
      at: this.#clock.now(),
      method,
      path: pathOf(url),
      sent: sizeOf(body),
      received: 0,
      ms: undefined,
      status: undefined,
      state: "under way",
      problem: undefined,
    };
    this.#requests.set([request, ...this.#requests.get()].slice(0, KEPT));
    const note = (change: (before: SeenRequest) => Partial<SeenRequest>): void => {
      const ms = Math.round(this.#clock.monotonic() - began);
      this.#requests.set(
        this.#requests
          .get()
          .map((each) => (each.number === number ? { ...each, ms, ...change(each) } : each)),
      );
    };
    const seen: Seen = {
      sent: (bytes) => note(({ sent }) => ({ sent: sent + bytes })),
      received: (bytes) => note(({ received }) => ({ received: received + bytes })),
      done: () => note(() => ({ state: "done" })),
      failed: (error) => {
        note(() => ({ state: "failed", problem: error instanceof Error ? error.message : "ended" }));
        return error;
      },
      answered: (response, pace) => {
        const { status } = response;
        note(() => ({ status }));
        return counted(response, seen, pace);
      },
    };
    return seen;
  }
}

/** The same answer, of which every byte is counted as it is read. One that cannot be made anew (a redirect that was not followed) stays as it is. */
function counted(
  response: Response,
  seen: Seen,
  pace: ((bytes: number) => Promise<void>) | undefined,
): Response {
  const { body, status, statusText, headers } = response;
  if (body === null || status < 200 || BODILESS.includes(status)) {
    seen.done();
    return response;
  }
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { value, done } = await reader.read();
        if (done) {
          seen.done();
          controller.close();
          return;
        }
        await pace?.(value.byteLength);
        seen.received(value.byteLength);
        controller.enqueue(value);
      } catch (error) {
        void seen.failed(error);
        controller.error(error);
      }
    },
    async cancel(reason) {
      seen.done(); // whoever read has what she wanted
      await reader.cancel(reason);
    },
  });
  return new Response(stream, { status, statusText, headers });
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : (url.split("?")[0] ?? url);
}
