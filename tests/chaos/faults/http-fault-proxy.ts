import { type Address, Door, type FaultControl, type FaultEvent } from "./door.ts";
import { foreignAnswer, PORTAL_PATH, spoil } from "./http-answers.ts";
import type { HttpFault, HttpRequest } from "./http-faults.ts";
import {
  answerFraming,
  Body,
  type Framing,
  type Head,
  type Message,
  readHead,
  readMessage,
  requestFraming,
  statusOf,
} from "./http-wire.ts";
import type { Ending, Line } from "./line.ts";

/**
 * A proxy before an HTTP/1.1 server that passes bytes on unchanged until a plan names a fault for a request; then it makes that fault, at
 * exactly the byte it was asked for. It draws nothing itself: whoever seeds the plan can repeat it.
 */
export interface HttpFaultProxy extends FaultControl {
  readonly port: number;
  readonly url: string;
  /** bytes of the bodies of requests and answers that passed as they were; what else `stats` counts are heads and faults */
  readonly bodies: { readonly up: number; readonly down: number };
  /** requests that followed a captive portal's redirect, and how many of them brought a token along */
  readonly portal: { readonly visits: number; readonly tokens: number };
  /** What happens to requests from now on; asked once for each, when its head has arrived. */
  plan(decide: (request: HttpRequest) => HttpFault | undefined): void;
}

export interface HttpFaultProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** the address it listens at; this machine's own otherwise */
  readonly host?: string;
  /** a fixed port; a free one otherwise */
  readonly port?: number;
  readonly onFault?: (event: FaultEvent) => void;
}

export async function startHttpFaultProxy(options: HttpFaultProxyOptions): Promise<HttpFaultProxy> {
  const proxy = new HttpProxy(options);
  await proxy.accept();
  return proxy;
}

/** The answer to a request for another protocol. */
const SWITCHED = 101;
const REORDER_AT_MOST_MS = 2_000;
const SLICES_PER_SECOND = 20;

/** The portal's own page: whoever asks for it followed the redirect. */
const PORTAL_PAGE: HttpFault = { kind: "captive-portal", form: "page" };

/** A request that is being dealt with. */
interface Exchange {
  readonly request: HttpRequest;
  readonly head: Head;
  readonly framing: Framing;
  readonly client: Line;
  /** The server's side of this connection; opened when it is first asked for. */
  readonly server: () => Line;
}

/** How a message is to be passed on. */
interface Way {
  /** no more than so many bytes */
  readonly limit?: number;
  readonly bytesPerSecond?: number;
}

/** What becomes of the connection: `stay`, it can carry another request. */
type After = "stay" | Ending;

class HttpProxy extends Door implements HttpFaultProxy {
  readonly portal = { visits: 0, tokens: 0 };
  readonly bodies = { up: 0, down: 0 };
  readonly #host: string;
  readonly #heldBack = new Set<{ readonly number: number; readonly client: Line; readonly go: () => void }>();
  #decide: (request: HttpRequest) => HttpFault | undefined = () => undefined;

  constructor({ target, host = "127.0.0.1", port = 0, onFault }: HttpFaultProxyOptions) {
    const listen: Address = { host, port };
    super({ target, listen }, (client) => this.#serveClient(client), onFault);
    this.#host = host;
  }

  get url(): string {
    return `http://${this.#host}:${String(this.port)}`;
  }

  plan(decide: (request: HttpRequest) => HttpFault | undefined): void {
    this.#decide = decide;
  }

  async #serveClient(client: Line): Promise<void> {
    let server: Line | undefined;
    const connected = (): Line => (server ??= this.upstream());
    let after: After = "stay";
    while (after === "stay") {
      const idle = server === undefined ? [] : [server.gone];
      const head = await Promise.race([readHead(client), ...idle]);
      after = head === undefined ? "end" : await this.#serveRequest(head, client, connected);
    }
    server?.close(after);
    client.close(after);
  }

  #serveRequest(head: Head, client: Line, server: () => Line): Promise<After> {
    const framing = requestFraming(head);
    const [method = "", path = ""] = head.first.split(" ");
    const bytes = head.raw.length + (framing.kind === "length" ? framing.bytes : 0);
    const request = { number: this.nextNumber(), method, path, bytes, headers: head.headers };
    const exchange: Exchange = { request, head, framing, client, server };
    if (path === PORTAL_PATH) {
      this.portal.visits += 1;
      if (head.headers.has("authorization")) this.portal.tokens += 1;
      return this.#make(PORTAL_PAGE, exchange);
    }
    const fault = this.#decide(request);
    if (fault === undefined) return this.#pass(exchange);
    this.note(fault.kind, request.number, path);
    return this.#make(fault, exchange);
  }

  #make(fault: HttpFault, exchange: Exchange): Promise<After> {
    switch (fault.kind) {
      case "captive-portal":
      case "bad-gateway":
      case "busy":
        return this.#answerInstead(exchange, foreignAnswer(fault, this.#portalUrl));
      case "cut":
        return fault.direction === "request"
          ? this.#cutRequest(exchange, fault.afterBytes, fault.how ?? "reset")
          : this.#cutAnswer(exchange, fault.afterBytes, fault.how ?? "reset");
      case "cut-at-share":
        return fault.direction === "request"
          ? this.#cutRequestAtShare(exchange, fault.share, fault.how ?? "reset")
          : this.#passChanged(exchange, ({ wire }) => share(wire, fault.share), fault.how ?? "reset");
      case "delay":
        return this.#delay(exchange, fault.ms, fault.direction ?? "request");
      case "duplicate":
        return this.#duplicate(exchange, fault.afterMs ?? 0);
      case "reorder":
        return this.#reorder(exchange, fault.atMostMs ?? REORDER_AT_MOST_MS);
      case "throttle":
        return this.#pass(exchange, { bytesPerSecond: fault.bytesPerSecond });
      case "blackhole":
        return this.#swallow(exchange);
      case "half-open":
        return this.#loseAnswer(exchange);
      case "refuse":
        return this.#refuseFor(fault.ms);
      case "garbage":
        break;
    }
    return this.#passChanged(exchange, (answer) => spoil(answer, fault.form), "stay");
  }

  /** Another host name than the one that was asked, as a real portal's is. */
  get #portalUrl(): string {
    return `http://localhost:${String(this.port)}${PORTAL_PATH}`;
  }

  /** Both directions at once: a server may answer before it has read everything. */
  async #pass(exchange: Exchange, way: Way = {}): Promise<After> {
    const sending = this.#sendRequest(exchange, way);
    const after = await this.#passAnswer(exchange, way);
    const sent = await sending;
    for (const held of this.#heldBack)
      if (held.number < exchange.request.number && held.client !== exchange.client) held.go();
    return sent || after !== "stay" ? after : "end";
  }

  /** True when all of it is with the server. */
  async #sendRequest({ head, framing, client, server }: Exchange, way: Way = {}): Promise<boolean> {
    const body = new Body(client, framing);
    const sent = (await this.#copy(joined(head, body), server(), "up", () => way)) && body.whole;
    this.bodies.up += body.bytes;
    // A client that went away in the middle: the server sees the same.
    if (!sent) server().close("end");
    return sent;
  }

  async #passAnswer(exchange: Exchange, way: Way): Promise<After> {
    const answer = await this.#answer(exchange);
    if (answer === undefined) return exchange.server().broken ? "reset" : "end";
    if (statusOf(answer.head) === SWITCHED) return this.#tunnel(exchange, answer.head, way);
    const body = new Body(exchange.server(), answer.framing);
    const sent = await this.#copy(joined(answer.head, body), exchange.client, "down", () => way);
    this.bodies.down += body.bytes;
    if (!sent || !body.whole) return exchange.server().broken ? "reset" : "end";
    const last = answer.framing.kind === "until-close" || answer.head.headers.get("connection") === "close";
    return last ? "end" : "stay";
  }

  /** Another protocol from here on (a WebSocket): both directions at once, until either side is gone, or as many bytes have come back as the way allows. */
  async #tunnel({ client, server }: Exchange, head: Head, way: Way): Promise<After> {
    // A socket outlives the storm in which it was opened: what is wrong with it ends with the storm.
    let now = way;
    void this.lifted.then(() => {
      now = {};
    });
    await this.#copy([head.raw], client, "down");
    await Promise.race([
      this.#copy(chunksOf(client), server(), "up"),
      this.#copy(chunksOf(server()), client, "down", () => now),
    ]);
    return client.broken || server().broken || now.limit !== undefined ? "reset" : "end";
  }

  /** The head of the server's answer; `undefined` when either side is gone. Interim answers (100) pass by. */
  async #answer({
    request,
    client,
    server,
  }: Exchange): Promise<Pick<Exchange, "head" | "framing"> | undefined> {
    for (;;) {
      const head = await Promise.race([readHead(server()), client.gone]);
      if (head === undefined) return undefined;
      if (statusOf(head) >= 200 || statusOf(head) === SWITCHED)
        return { head, framing: answerFraming(head, request.method) };
      await this.#copy([head.raw], client, "down");
    }
  }

  /** Passes chunks on; false when the other side is gone, or the limit was reached. */
  async #copy(
    from: AsyncIterable<Buffer> | Iterable<Buffer>,
    to: Line,
    direction: "up" | "down",
    way: () => Way = () => ({}),
  ): Promise<boolean> {
    let passed = 0;
    const left = (): number => (way().limit ?? Number.POSITIVE_INFINITY) - passed;
    for await (const chunk of from) {
      const taken = chunk.subarray(0, left());
      for (let at = 0; at < taken.length;) {
        const { bytesPerSecond } = way();
        const step =
          bytesPerSecond === undefined ? taken.length : Math.ceil(bytesPerSecond / SLICES_PER_SECOND);
        const piece = taken.subarray(at, at + step);
        if (bytesPerSecond !== undefined) await this.rest((piece.length * 1000) / bytesPerSecond);
        if (!(await to.write(piece))) return false;
        this.count(direction, piece.length);
        at += step;
      }
      passed += taken.length;
      if (left() <= 0) return false;
    }
    return true;
  }

  async #cutRequest({ head, framing, client, server }: Exchange, limit: number, how: Ending): Promise<After> {
    // Where nothing of the request arrives there is not even a connection.
    if (limit > 0)
      await this.#copy(joined(head, new Body(client, framing)), server(), "up", () => ({ limit }));
    return how;
  }

  async #cutRequestAtShare(exchange: Exchange, part: number, how: Ending): Promise<After> {
    const message = await readMessage(exchange.client, exchange.head, exchange.framing);
    const kept = message === undefined ? undefined : share(message.wire, part);
    if (kept !== undefined && kept.length > 0) await this.#copy([kept], exchange.server(), "up");
    return how;
  }

  async #cutAnswer(exchange: Exchange, limit: number, how: Ending): Promise<After> {
    const answer = (await this.#sendRequest(exchange)) ? await this.#answer(exchange) : undefined;
    if (answer === undefined) return "end";
    if (statusOf(answer.head) === SWITCHED) return this.#tunnel(exchange, answer.head, { limit });
    const body = new Body(exchange.server(), answer.framing);
    if (limit > 0) await this.#copy(joined(answer.head, body), exchange.client, "down", () => ({ limit }));
    return how;
  }

  /** Waits for the whole answer and passes on what `change` makes of it. */
  async #passChanged(exchange: Exchange, change: (answer: Message) => Buffer, after: After): Promise<After> {
    const answer = (await this.#sendRequest(exchange)) ? await this.#answer(exchange) : undefined;
    const whole =
      answer === undefined ? undefined : await readMessage(exchange.server(), answer.head, answer.framing);
    if (whole === undefined) return "end";
    return (await this.#copy([change(whole)], exchange.client, "down")) ? after : "end";
  }

  async #delay(exchange: Exchange, ms: number, direction: "request" | "response"): Promise<After> {
    if (direction === "request") {
      await this.rest(ms);
      return this.#pass(exchange);
    }
    const sent = await this.#sendRequest(exchange);
    await this.rest(ms);
    return sent ? this.#passAnswer(exchange, {}) : "end";
  }

  async #duplicate(exchange: Exchange, afterMs: number): Promise<After> {
    const { request, head, framing, client, server } = exchange;
    const message = await readMessage(client, head, framing);
    if (message === undefined) return "end";
    void this.#sendCopy(message.wire, request.method, afterMs);
    const sent = await this.#copy([message.wire], server(), "up");
    return sent ? this.#passAnswer(exchange, {}) : "end";
  }

  async #sendCopy(wire: Buffer, method: string, afterMs: number): Promise<void> {
    if (afterMs > 0) await this.rest(afterMs);
    const line = this.upstream();
    await this.#copy([wire], line, "up");
    const head = await readHead(line);
    if (head !== undefined) await readMessage(line, head, answerFraming(head, method));
    line.close("end");
  }

  async #reorder(exchange: Exchange, atMostMs: number): Promise<After> {
    const overtaken = Promise.withResolvers<void>();
    const held = { number: exchange.request.number, client: exchange.client, go: overtaken.resolve };
    this.#heldBack.add(held);
    await Promise.race([overtaken.promise, this.rest(atMostMs)]);
    this.#heldBack.delete(held);
    return this.#pass(exchange);
  }

  async #answerInstead({ client, framing }: Exchange, answer: Buffer): Promise<After> {
    const whole = await drained(new Body(client, framing));
    return whole && (await this.#copy([answer], client, "down")) ? "stay" : "end";
  }

  async #swallow({ client, framing }: Exchange): Promise<After> {
    const { lifted } = this;
    await drained(new Body(client, framing));
    await Promise.race([client.gone, lifted]);
    return "reset";
  }

  async #loseAnswer(exchange: Exchange): Promise<After> {
    const { client, server } = exchange;
    // From now on: the server may answer after all is lifted.
    const { lifted } = this;
    if (await this.#sendRequest(exchange)) await this.#answer(exchange);
    server().close("reset");
    await Promise.race([client.gone, lifted]);
    return "reset";
  }

  #refuseFor(ms: number): Promise<After> {
    void this.refuse()
      .then(() => this.rest(ms))
      .then(() => this.accept());
    return Promise.resolve("reset");
  }
}

async function* chunksOf(line: Line): AsyncGenerator<Buffer> {
  for (let chunk = await line.next(); chunk !== undefined; chunk = await line.next()) yield chunk;
}

async function* joined(head: Head, body: Body): AsyncGenerator<Buffer> {
  yield head.raw;
  yield* body;
}

async function drained(body: Body): Promise<boolean> {
  const chunks = body[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
  return body.whole;
}

function share(wire: Buffer, part: number): Buffer {
  return wire.subarray(0, Math.round(wire.length * part));
}
