import { isIPv6 } from "node:net";

/** What is known of a connection before any header is believed. */
export interface Arrival {
  readonly peer: string | undefined;
  readonly forwardedFor: string | undefined;
  readonly forwardedProto: string | undefined;
  readonly encrypted: boolean;
}

/** Who calls, and whether the line is encrypted up to where we or a trusted proxy stand. */
export interface Caller {
  readonly address: string;
  readonly secure: boolean;
}

const UNKNOWN = "unknown";

/**
 * The caller's address: the peer's, or, as long as those who speak are trusted proxies, what they say about who called them.
 * The list is read from its end: its beginning is the caller's own invention.
 */
export function callerOf(arrival: Arrival, isTrusted: (address: string) => boolean): Caller {
  const peer = plainAddress(arrival.peer ?? UNKNOWN);
  if (!isTrusted(peer)) return { address: peer, secure: arrival.encrypted };
  const hops = (arrival.forwardedFor ?? "").split(",").map((hop) => plainAddress(hop.trim()));
  const address = hops.findLast((hop) => hop !== "" && !isTrusted(hop)) ?? peer;
  return {
    address: /^[0-9a-fA-F.:]{2,45}$/.test(address) ? address : peer,
    secure: arrival.encrypted || lastWord(arrival.forwardedProto) === "https",
  };
}

/** What a limit is counted by: one subscriber has a whole /64 of IPv6. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [before = "", after] = address.split("::");
  const head = groups(before);
  const tail = groups(after ?? "");
  const zeros =
    after === undefined ? [] : Array<string>(Math.max(0, 8 - head.length - tail.length)).fill("0");
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

function groups(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}

/** `::ffff:10.0.0.1` is how a socket for both families writes an IPv4 address; some proxies add the port: `10.0.0.1:5678`, `[::1]:5678`. */
export function plainAddress(address: string): string {
  return address
    .replace(/^\[([^\]]*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/i, "")
    .replace(/%.*$/s, "");
}

function lastWord(list: string | undefined): string | undefined {
  return list?.split(",").at(-1)?.trim().toLowerCase();
}
