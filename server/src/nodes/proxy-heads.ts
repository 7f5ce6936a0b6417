import type { IncomingMessage } from "node:http";

/** What belongs to one connection and not to what is carried over it; and what we say ourselves. */
const OWN: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "x-forwarded-for",
]);

/** The header lines of a request for a node, as name, value, name, value. */
export function requestLines(incoming: IncomingMessage, believesForwarded: boolean): string[] {
  return [...without(incoming.rawHeaders, OWN), "x-forwarded-for", forwardedFor(incoming, believesForwarded)];
}

/** The same for a request that wants another protocol, such as a WebSocket's. */
export function upgradeLines(incoming: IncomingMessage, believesForwarded: boolean): string[] {
  const lines = requestLines(incoming, believesForwarded);
  return [...lines, "connection", "Upgrade", "upgrade", incoming.headers.upgrade ?? ""];
}

const OF_AN_ANSWER: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The header lines of a node's answer, for who asked. */
export function answerLines(answer: IncomingMessage, node: string): string[] {
  return [...without(answer.rawHeaders, OF_AN_ANSWER), "x-node", node];
}

function without(raw: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = "", value = ""] = [raw[at], raw[at + 1]];
    if (!names.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

/** What whoever calls says of who called him counts only where the operator named proxies before this one: the nodes look at the whole list then. */
function forwardedFor(incoming: IncomingMessage, believesForwarded: boolean): string {
  const peer = incoming.socket.remoteAddress ?? "unknown";
  const said = incoming.headers["x-forwarded-for"];
  if (!believesForwarded || said === undefined) return peer;
  return `${Array.isArray(said) ? said.join(", ") : said}, ${peer}`;
}
