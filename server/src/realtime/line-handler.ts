import { encodeBase64Url, PROTOCOL_FLOOR, PROTOCOL_VERSION, REALTIME_LIMITS } from "@healthbridge/schema";
import type { Randomness } from "../adapters/randomness.ts";
import { httpProblem } from "../http/problem.ts";
import { Connection, type ConnectionParts } from "./connection.ts";
import { CONNECTION } from "./limits.ts";
import type { UpgradeHandler } from "./upgrades.ts";

/** Random bytes of a line's name. */
const LINE_BYTES = 8;
/** `healthbridge.1`: the protocol's version is the sub-protocol's name. */
const NAME = /^healthbridge\.([1-9]\d{0,3})$/;

/** `GET /v1/realtime`: the line of a device. */
export function lineHandler(parts: ConnectionParts, randomness: Randomness): UpgradeHandler {
  return {
    path: /^\/v1\/realtime$/,
    route: "/v1/realtime",
    purpose: "realtime",
    messageBytes: REALTIME_LIMITS.frameBytes,
    rate: { perSecond: CONNECTION.framesPerSecond, atOnce: CONNECTION.framesAtOnce },
    perAccount: CONNECTION.perAccount,
    speaks: newestOf,
    opened: (socket) => {
      const line = encodeBase64Url(randomness.bytes(LINE_BYTES));
      const connection = new Connection(parts, socket, line);
      parts.calls.enter(connection);
      socket.use(connection);
    },
  };
}

/** The newest version of those offered that is spoken here. */
function newestOf(offered: readonly string[]): string {
  const versions = offered
    .map((name) => Number(NAME.exec(name)?.[1]))
    .filter((version) => version >= PROTOCOL_FLOOR && version <= PROTOCOL_VERSION);
  if (versions.length === 0) throw httpProblem("protocol_unsupported", "sec-websocket-protocol");
  return `healthbridge.${String(Math.max(...versions))}`;
}
