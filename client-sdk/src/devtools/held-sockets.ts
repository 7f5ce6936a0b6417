import type { LineSocket, OpenSocket } from "../adapters/platform-socket.ts";
import type { RequestLog, Seen } from "./request-log.ts";
import { sizeOf } from "./slow-line.ts";

/** Sockets that are open: what goes over them is counted, and a line can be taken from under them. */
export class HeldSockets {
  readonly #open = new Set<LineSocket>();
  readonly #log: RequestLog;
  readonly #isOffline: () => boolean;

  constructor(log: RequestLog, isOffline: () => boolean) {
    this.#log = log;
    this.#isOffline = isOffline;
  }

  /** Opens sockets as before, but none while there is no line: who asks is told as if the platform had refused. */
  watch(open: OpenSocket): OpenSocket {
    return (url, protocols) => {
      const seen = this.#log.begin(url, { method: "WS" });
      if (this.#isOffline()) throw seen.failed(new TypeError("offline, says the inspector"));
      const socket = open(url, protocols);
      this.#open.add(socket);
      socket.addEventListener("close", () => {
        this.#open.delete(socket);
        seen.done();
      });
      socket.addEventListener("message", ({ data }) => {
        seen.received(sizeOf(data));
      });
      return counted(socket, seen);
    };
  }

  closeAll(): void {
    for (const socket of this.#open) socket.close();
  }
}

/** The same socket, of which everything that is sent is counted. */
function counted(socket: LineSocket, seen: Seen): LineSocket {
  return {
    get binaryType() {
      return socket.binaryType;
    },
    set binaryType(type) {
      socket.binaryType = type;
    },
    send: (frame) => {
      seen.sent(sizeOf(frame));
      socket.send(frame);
    },
    close: (code, reason) => {
      socket.close(code, reason);
    },
    addEventListener: socket.addEventListener.bind(socket),
  };
}
