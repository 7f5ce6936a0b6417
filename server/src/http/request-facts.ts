import { Socket } from "node:net";
import { encodeBase64Url } from "@healthbridge/schema";
import type { Context, MiddlewareHandler } from "hono";
import type { Randomness } from "../adapters/randomness.ts";
import { type Arrival, callerOf } from "./client-address.ts";
import type { RequestEnv } from "./context.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { networkCheck } from "./networks.ts";

const CORRELATION_BYTES = 9;

export interface RequestFactsParts {
  readonly randomness: Randomness;
  readonly trustedProxies: readonly string[];
  readonly lifecycle: Lifecycle;
}

/** First of all: who calls, under which id the log speaks of it, and whether the connection may stay open. */
export function requestFacts(parts: RequestFactsParts): MiddlewareHandler<RequestEnv> {
  const isTrusted = networkCheck(parts.trustedProxies);
  return async function noteFacts(c, next) {
    const { address, secure } = callerOf(arrivalOf(c), isTrusted);
    c.set("correlation", encodeBase64Url(parts.randomness.bytes(CORRELATION_BYTES)));
    c.set("address", address);
    c.set("secure", secure);
    dropIdleHeaders(c);
    await next();
    if (parts.lifecycle.isDraining) c.res.headers.set("connection", "close");
  };
}

function arrivalOf(c: Context<RequestEnv>): Arrival {
  const socket = c.env?.incoming?.socket;
  return {
    peer: socket?.remoteAddress,
    forwardedFor: c.req.header("x-forwarded-for"),
    forwardedProto: c.req.header("x-forwarded-proto"),
    encrypted: socket instanceof Socket && "encrypted" in socket && socket.encrypted === true,
  };
}

/** `Connection: keep-alive` and `Keep-Alive` say what HTTP/1.1 means anyway: 47 bytes of every answer over 2G. */
function dropIdleHeaders(c: Context<RequestEnv>): void {
  const { incoming, outgoing } = c.env ?? {};
  const stays = incoming?.httpVersion === "1.1" && incoming.headers.connection?.toLowerCase() !== "close";
  if (stays && outgoing !== undefined) outgoing.removeHeader("connection");
}
