import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Where a server listens; port 0 takes a free one. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Resolves once the server listens; rejects where it cannot, as when the port is taken. */
export function opened(server: Server, { host, port }: Place): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, () => {
    server.off("error", reject);
    resolve();
  });
  return promise;
}

/** The address of a server that listens, for a browser. */
export function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = isInfo(address) ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

function isInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
