import type { Server } from "node:net";
import { addressKey, plainAddress } from "./client-address.ts";

/** Of all connections. Many phones share one address behind a mobile network's gateway, so it is a wide one. */
const SHARE = 1 / 4;
/** A proxy on this machine speaks for everybody. */
const THIS_MACHINE: ReadonlySet<string> = new Set(["127.0.0.1", "::1"]);

/**
 * Bounds how many of a server's connections one address may hold: whoever opens thousands and lets them rest would else keep everybody out. What is beyond is closed at
 * once. Proxies that are trusted, and this machine itself, may hold all of them.
 * @param connections open at one time, all together
 */
export function shareConnections(
  server: Server,
  connections: number,
  isTrusted: (address: string) => boolean = () => false,
): void {
  const most = Math.max(1, Math.floor(connections * SHARE));
  const held = new Map<string, number>();
  server.maxConnections = connections;
  server.prependListener("connection", (socket) => {
    const address = plainAddress(socket.remoteAddress ?? "");
    if (THIS_MACHINE.has(address) || isTrusted(address)) return;
    const key = addressKey(address);
    const count = (held.get(key) ?? 0) + 1;
    held.set(key, count);
    socket.once("close", () => {
      const left = (held.get(key) ?? 1) - 1;
      if (left === 0) held.delete(key);
      else held.set(key, left);
    });
    if (count > most) socket.destroy();
  });
}
