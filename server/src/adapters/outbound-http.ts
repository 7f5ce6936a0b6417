import { lookup } from "node:dns";
import { type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP, type LookupFunction } from "node:net";

export interface OutboundRequest {
  readonly method: "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface OutboundAnswer {
  readonly status: number;
  /** as much of it as is read */
  readonly body: string;
}

/** Why there was no answer: `forbidden_address`, `timed_out`, or the system's word for it. */
export class OutboundError extends Error {
  override readonly name = "OutboundError";
  readonly why: string;
  constructor(why: string, cause?: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

/** Asks other servers. No redirect is followed; time and size are bounded. */
export interface OutboundHttp {
  /** @throws OutboundError where nobody answered, or may be asked */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
}

export interface OutboundOptions {
  /**
   * Whether an address may be asked; left out: all may. It is asked for the address that is connected to, so that a name which leads elsewhere the second time leads nowhere.
   */
  readonly allowed?: (address: string) => boolean;
  /** from the look-up of the name to the last byte of the answer */
  readonly milliseconds?: number;
}

/** What an answer may take in all. */
export const OUTBOUND_MS = 10_000;
/** Of an answer no more than this is read. */
const ANSWER_BYTES = 65_536;

/** The network, for what an operator or a browser names. */
export function createOutboundHttp({
  allowed = () => true,
  milliseconds = OUTBOUND_MS,
}: OutboundOptions = {}): OutboundHttp {
  return {
    send: ({ method, url, headers, body }) =>
      new Promise((resolve, reject) => {
        const target = new URL(url);
        const host = target.hostname.replace(/^\[(.*)\]$/, "$1");
        // The name of an address is not looked up.
        if (isIP(host) !== 0 && !allowed(host)) return reject(new OutboundError("forbidden_address"));
        const start = target.protocol === "https:" ? requestSecure : requestPlain;
        const signal = AbortSignal.timeout(milliseconds);
        const sending = start(target, {
          method,
          headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
          lookup: allowedLookup(allowed),
          signal,
          agent: false,
        });
        sending.on("response", (response) => {
          readAnswer(sending, response).then(resolve, (error: unknown) => {
            reject(outboundError(error, signal));
          });
        });
        sending.on("error", (error) => {
          reject(outboundError(error, signal));
        });
        return sending.end(body);
      }),
  };
}

function allowedLookup(allowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return callback(error ?? new OutboundError("ENOTFOUND"), "");
      if (!addresses.every(({ address }) => allowed(address)))
        return callback(new OutboundError("forbidden_address"), "");
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

async function readAnswer(sending: ClientRequest, response: IncomingMessage): Promise<OutboundAnswer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    bytes += part.length;
    if (bytes > ANSWER_BYTES) break;
  }
  sending.destroy();
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString("utf8"),
  };
}

function outboundError(error: unknown, signal: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  if (signal.aborted) return new OutboundError("timed_out", error);
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return new OutboundError(typeof code === "string" ? code : "broken", error);
}
