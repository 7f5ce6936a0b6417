/** A socket as browsers and Node have it: what the line uses of it. */
export interface LineSocket {
  binaryType: string;
  send(frame: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
}

/** Opens a socket; throws where the address is none. */
export type OpenSocket = (url: string, protocols: string[]) => LineSocket;

/** The platform's own sockets; `undefined` where it has none. */
export function platformSocket(): OpenSocket | undefined {
  return typeof WebSocket === "undefined" ? undefined : (url, protocols) => new WebSocket(url, protocols);
}
