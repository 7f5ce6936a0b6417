import type { LineSocket, OpenSocket } from "../adapters/platform-socket.ts";

/** Sockets that are open, so that a line can be taken from under them. */
export class HeldSockets {
  readonly #open = new Set<LineSocket>();
  readonly #isOffline: () => boolean;

  constructor(isOffline: () => boolean) {
    this.#isOffline = isOffline;
  }

  /** Opens sockets as before, but none while there is no line: who asks is told as if the platform had refused. */
  watch(open: OpenSocket): OpenSocket {
    return (url, protocols) => {
      if (this.#isOffline()) throw new TypeError("offline, says the inspector");
      const socket = open(url, protocols);
      this.#open.add(socket);
      socket.addEventListener("close", () => {
        this.#open.delete(socket);
      });
      return socket;
    };
  }

  closeAll(): void {
    for (const socket of this.#open) socket.close();
  }
}
