import type { IncomingMessage } from "node:http";
import { type Caller, callerOf } from "../http/client-address.ts";
import { HttpProblem, httpProblem } from "../http/problem.ts";

/** What a request for a socket says, before anything of it is believed but the caller's address. */
export interface UpgradeRequest extends Caller {
  /** without what follows `?` */
  readonly path: string;
  readonly origin: string | undefined;
  /** it comes from a page of this server itself: an app that it serves */
  readonly fromOwnPage: boolean;
  /** names of sub-protocols that were offered, but the one that is a ticket */
  readonly offered: readonly string[];
  /** offered as the sub-protocol `ticket.<ticket>` */
  readonly ticket: string | undefined;
  /** the sub-protocol that carried it */
  readonly ticketProtocol: string | undefined;
  /** `?ticket=` of the address */
  readonly ticketInAddress: string | undefined;
}

const TICKET_PREFIX = "ticket.";

export function readUpgrade(
  request: IncomingMessage,
  isTrusted: (address: string) => boolean,
): UpgradeRequest {
  const { headers, socket } = request;
  const { path, query } = addressOf(request);
  const names = (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const ticketProtocol = names.find((name) => name.startsWith(TICKET_PREFIX));
  return {
    ...callerOf(
      {
        peer: socket.remoteAddress,
        forwardedFor: oneText(headers["x-forwarded-for"]),
        forwardedProto: oneText(headers["x-forwarded-proto"]),
        encrypted: "encrypted" in socket && socket.encrypted === true,
      },
      isTrusted,
    ),
    path,
    origin: headers.origin,
    fromOwnPage: isOwnPage(headers),
    offered: names.filter((name) => name !== "" && name !== ticketProtocol),
    ticket: ticketProtocol?.slice(TICKET_PREFIX.length),
    ticketProtocol,
    ticketInAddress: query.get("ticket") ?? undefined,
  };
}

/** Whether the page is of the host that is asked. A page cannot lie about either; a proxy in front has to pass on `Host`. */
function isOwnPage({ origin = "", host }: IncomingMessage["headers"]): boolean {
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase();
}

/** The path of what was asked for, as it was written. */
export function addressOf({ url = "/" }: IncomingMessage): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  const mark = url.indexOf("?");
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark)) };
}

/** Whether it is a request for a socket as RFC 6455 has it. */
export function asksForSocket({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

/** The one version of WebSockets there is (RFC 6455). */
const SPOKEN = "13";

/**
 * Looks whether its handshake is whole: one host, the version, and a key of 16 bytes.
 *
 * @throws HttpProblem `protocol_unsupported`, with the version that is spoken; `malformed`
 */
export function checkHandshake({ headers, headersDistinct }: IncomingMessage): void {
  if (headersDistinct["host"]?.length !== 1) throw httpProblem("malformed", "host");
  if (headers["sec-websocket-version"] !== SPOKEN)
    throw new HttpProblem(
      { code: "protocol_unsupported", path: "sec-websocket-version" },
      { headers: { "sec-websocket-version": SPOKEN } },
    );
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? ""))
    throw httpProblem("malformed", "sec-websocket-key");
}

function oneText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.join(",");
}
