import type { SeededRandom } from "./seeded-random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What a line is like. Times in ms, shares in per cent, speed in bytes per second. */
export interface LineConditions {
  readonly up: boolean;
  /** each way */
  readonly latency: number;
  /** each way: up to so much more or less */
  readonly jitter: number;
  /** of the packets; a lost one is sent again, later and later */
  readonly loss: number;
  /** of the requests: arrive twice */
  readonly duplicates: number;
  /** both ways together */
  readonly speed: number;
}

/** What happens to one request. */
export type NetworkFault =
  /** the line breaks when so many bytes of the request have passed; nothing whole reaches the server */
  | { readonly kind: "cut-request"; readonly after: number }
  /** the line breaks when so many bytes of the answer's body have passed; the server has done its work */
  | { readonly kind: "cut-response"; readonly after: number }
  /** the request arrives twice at once, one answer comes back */
  | { readonly kind: "duplicate" }
  /** a copy of the request arrives again so many ms later */
  | { readonly kind: "echo"; readonly ms: number }
  /** held back on its way for so many ms */
  | { readonly kind: "delay"; readonly ms: number }
  /** nobody answers, ever */
  | { readonly kind: "silence" }
  /** somebody else answers: a captive portal's page, a redirect to it, or RFC 6585's 511 */
  | { readonly kind: "captive-portal"; readonly status: 200 | 302 | 511 }
  /** a proxy on the way answers with a page of its own */
  | { readonly kind: "bad-gateway"; readonly status: 502 | 504 }
  /** a busy server; `retryAfter` as the header's text */
  | { readonly kind: "busy"; readonly status: 429 | 503; readonly retryAfter: string };

/** One request, as a plan of faults sees it. */
export interface RequestOnLine {
  /** the first is 1 */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** of the body */
  readonly bytes: number;
}

/** An answer whose body was read already. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a network is made of. */
export interface SimulatedNetworkOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  /** the server, told of the body beside the request; a rejection is a connection that broke */
  readonly serve: (request: Request, body: Uint8Array) => Promise<Response | ReadAnswer>;
  readonly conditions?: Partial<LineConditions>;
}

const GOOD: LineConditions = { up: true, latency: 5, jitter: 2, loss: 0, duplicates: 0, speed: 10_000_000 };

/** What a packet carries; an answer arrives in such pieces. */
const PACKET_BYTES = 1_400;
/** What heads and frames cost beside a body. */
const HEAD_BYTES = 400;
/** TCP waits so long before it sends a lost packet again, twice as long each time. */
const FIRST_RETRANSMISSION_MS = 1_000;
/** How long a device takes to find out that it has no network. */
const NO_NETWORK_MS = 2;

/**
 * The line between one device and its server, in virtual time: as slow, lossy and hostile as it is told to be, and the same every time for the same seed.
 *
 * @example
 * const network = new SimulatedNetwork({ time, random: seededRandom(7), serve: (request) => server.fetch(request) });
 * network.conditions = { ...network.conditions, latency: 300, jitter: 100, loss: 5, speed: 6_250 };
 * network.faults = ({ number }) => (number === 1 ? { kind: "cut-response", after: 10 } : undefined);
 * const runtime = { ...platformRuntime(), fetch: network.fetch };
 */
export class SimulatedNetwork {
  conditions: LineConditions;
  /** asked about each request; `undefined`: nothing happens to it beside what the line does */
  faults: (request: RequestOnLine) => NetworkFault | undefined = () => undefined;
  /** told of what the line carried: bodies, bytes */
  onCarried: (carried: { readonly up: number; readonly down: number }) => void = () => undefined;
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #serve: SimulatedNetworkOptions["serve"];
  readonly #cuts = new Set<() => void>();
  #count = 0;

  constructor({ time, random, serve, conditions }: SimulatedNetworkOptions) {
    this.#time = time;
    this.#random = random;
    this.#serve = serve;
    this.conditions = { ...GOOD, ...conditions };
  }

  /** Takes the line away or gives it back; what is under way breaks. */
  setUp(up: boolean): void {
    this.conditions = { ...this.conditions, up };
    if (!up) this.cut();
  }

  /** Breaks every request that is under way. */
  cut(): void {
    for (const cut of this.#cuts) cut();
  }

  /** As the platform's `fetch`, over this line. */
  readonly fetch = (url: string, init: RequestInit = {}): Promise<Response> => {
    const { signal } = init;
    return new Promise((resolve, reject) => {
      const end = Promise.withResolvers<never>();
      end.promise.catch(() => undefined); // heard by whoever still waits
      const cut = (): void => {
        end.reject(broken("the line broke"));
      };
      const abort = (): void => {
        end.reject(signal?.reason ?? new DOMException("aborted", "AbortError"));
      };
      this.#cuts.add(cut);
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true });
      const over = (): void => {
        this.#cuts.delete(cut);
        signal?.removeEventListener("abort", abort);
      };
      this.#carry(url, init, end.promise, over).then(resolve, (error: unknown) => {
        over();
        reject(error instanceof Error ? error : broken("the line broke"));
      });
    });
  };

  async #carry(url: string, init: RequestInit, end: Promise<never>, over: () => void): Promise<Response> {
    const body = bodyOf(init);
    this.#count += 1;
    const about = {
      number: this.#count,
      method: init.method ?? "GET",
      path: new URL(url).pathname,
      bytes: body.length,
    };
    const fault = this.faults(about);
    const wait = (ms: number): Promise<void> => Promise.race([this.#time.sleep(ms), end]);
    if (!this.conditions.up) {
      await wait(NO_NETWORK_MS);
      throw broken("there is no network");
    }
    if (fault?.kind === "delay") await wait(fault.ms);
    if (fault?.kind === "silence") return end;
    const somebodyElse = answerOfSomebodyElse(fault);
    if (somebodyElse !== undefined) {
      await wait(this.#transit(0));
      over();
      return somebodyElse;
    }
    const cutUp = fault?.kind === "cut-request" ? Math.min(fault.after, body.length) : undefined;
    await wait(this.#transit(cutUp ?? body.length));
    if (cutUp !== undefined) throw broken("the line broke while the request was sent");
    this.onCarried({ up: body.length, down: 0 });
    const request = (): Request =>
      new Request(url, { ...requestInit(init), ...(body.length > 0 ? { body } : {}) });
    const answer = this.#serve(request(), body);
    answer.catch(() => undefined); // nobody may be waiting for it any more
    this.#serveCopies(fault, () => this.#serve(request(), body));
    const response = await Promise.race([answer, end]);
    const read = response instanceof Response ? await Promise.race([readAnswer(response), end]) : response;
    return this.#bringBack(read, fault, end, over);
  }

  #serveCopies(fault: NetworkFault | undefined, serve: () => Promise<unknown>): void {
    const copy = (): void => void serve().catch(() => undefined);
    if (fault?.kind === "duplicate" || this.#random.percent(this.conditions.duplicates)) copy();
    if (fault?.kind === "echo") this.#time.after(fault.ms, copy);
  }

  async #bringBack(
    { status, headers: given, bytes }: ReadAnswer,
    fault: NetworkFault | undefined,
    end: Promise<never>,
    over: () => void,
  ): Promise<Response> {
    const headers = new Headers(given);
    const cutAt = fault?.kind === "cut-response" ? Math.min(fault.after, bytes.length) : undefined;
    await Promise.race([this.#time.sleep(this.#transit(0)), end]);
    if (bytes.length === 0 || status === 204 || status === 304) {
      over();
      if (cutAt !== undefined) throw broken("the line broke before the answer came");
      return new Response(null, { status, headers });
    }
    const parts = this.#parts(bytes, cutAt, end, over);
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        try {
          const { done, value } = await parts.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          controller.error(error);
        }
      },
      cancel: over,
    });
    return new Response(stream, { status, headers });
  }

  async *#parts(
    bytes: Uint8Array<ArrayBuffer>,
    cutAt: number | undefined,
    end: Promise<never>,
    over: () => void,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, undefined> {
    const whole = bytes.subarray(0, cutAt ?? bytes.length);
    try {
      for (let at = 0; at < whole.length; at += PACKET_BYTES) {
        const part = whole.subarray(at, at + PACKET_BYTES);
        const ms = at === 0 ? this.#carrying(part.length) : this.#carrying(part.length) + this.#lost();
        if (ms > 0) await Promise.race([this.#time.sleep(ms), end]);
        this.onCarried({ up: 0, down: part.length });
        yield part;
      }
      if (cutAt !== undefined) throw broken("the line broke while the answer came");
    } finally {
      over();
    }
  }

  /** How long so many bytes are on their way, ms. */
  #transit(bytes: number): number {
    const { latency, jitter } = this.conditions;
    const packets = 1 + Math.floor(bytes / PACKET_BYTES);
    let ms = latency + (this.#random() * 2 - 1) * jitter + this.#carrying(bytes + HEAD_BYTES);
    for (let packet = 0; packet < packets; packet += 1) ms += this.#lost();
    return Math.max(0, ms);
  }

  #carrying(bytes: number): number {
    return (bytes * 1_000) / this.conditions.speed;
  }

  /** What the losses of one packet cost, ms. */
  #lost(): number {
    const { loss } = this.conditions;
    if (loss === 0) return 0;
    let ms = 0;
    for (let wait = FIRST_RETRANSMISSION_MS; this.#random.percent(loss); wait *= 2) ms += wait;
    return ms;
  }
}

async function readAnswer(response: Response): Promise<ReadAnswer> {
  const { status, headers } = response;
  return { status, headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** What a platform's `fetch` rejects with when there is no answer. */
function broken(why: string): TypeError {
  return new TypeError(why);
}

function bodyOf({ body }: RequestInit): Uint8Array<ArrayBuffer> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return new Uint8Array(body);
  throw new TypeError("The simulated network carries text and bytes.");
}

/** Without what belongs to the caller's side of the line. */
function requestInit({ method, headers }: RequestInit): RequestInit {
  return { ...(method === undefined ? {} : { method }), ...(headers === undefined ? {} : { headers }) };
}

function answerOfSomebodyElse(fault: NetworkFault | undefined): Response | undefined {
  const page = { "content-type": "text/html" };
  if (fault?.kind === "captive-portal")
    return new Response("<html><title>Welcome to the Wi-Fi</title>Please accept our terms.</html>", {
      status: fault.status,
      headers: fault.status === 302 ? { ...page, location: "http://portal.example/login" } : page,
    });
  if (fault?.kind === "bad-gateway")
    return new Response("<html><title>Bad gateway</title></html>", { status: fault.status, headers: page });
  if (fault?.kind === "busy")
    return new Response("<html><title>Busy</title></html>", {
      status: fault.status,
      headers: { ...page, "retry-after": fault.retryAfter },
    });
  return undefined;
}
