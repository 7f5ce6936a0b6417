/** A line that is open, or about to be. */
export interface SocketLine {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** What a line tells. */
export interface SocketEvents {
  opened(): void;
  message(bytes: Uint8Array): void;
  /** the last that is heard of it; 1006 where it never came to be, or was cut */
  closed(code: number): void;
}

/** Opens a line of binary messages. */
export type OpenSocket = (url: string, protocols: readonly string[], events: SocketEvents) => SocketLine;

/** The platform's sockets, or `undefined` where it has none. */
export function platformSocket(): OpenSocket | undefined {
  if (typeof WebSocket === "undefined") return undefined;
  return (url, protocols, events) => {
    const socket = new WebSocket(url, [...protocols]);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      events.opened();
    });
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) events.message(new Uint8Array(data));
    });
    socket.addEventListener("close", ({ code }) => {
      events.closed(code);
    });
    return {
      send: (bytes) => {
        if (socket.readyState === socket.OPEN) socket.send(bytes);
      },
      close: () => {
        socket.close();
      },
    };
  };
}
