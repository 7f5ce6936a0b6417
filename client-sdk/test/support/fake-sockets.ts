import { gunzipSync, gzipSync } from "node:zlib";
import type { FakeServer } from "../../src/testing/index.ts";
import type { LineSocket, OpenSocket } from "../../src/realtime/index.ts";
import { whileBusy } from "./fake-runtime.ts";
import { json, type Line, problem } from "./line.ts";

type Listener = (event: never) => void;

/** A frame as it came to the server. */
export interface SocketFrame {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into JSON of every shape
  readonly json: Record<string, any>;
  readonly packed: boolean;
}

/** One socket, held at both ends by a test. */
export class FakeSocket implements LineSocket {
  binaryType = "blob";
  readonly protocols: readonly string[];
  readonly frames: SocketFrame[] = [];
  isOpen = false;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #onFrame: (frame: SocketFrame, socket: FakeSocket) => void;

  constructor(protocols: readonly string[], onFrame: (frame: SocketFrame, socket: FakeSocket) => void) {
    this.protocols = protocols;
    this.#onFrame = onFrame;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  send(sent: string | Uint8Array<ArrayBuffer>): void {
    if (!this.isOpen) throw new Error("not open");
    const packed = typeof sent !== "string";
    const frame = { json: JSON.parse(packed ? gunzipSync(sent).toString() : sent), packed };
    this.frames.push(frame);
    this.#onFrame(frame, this);
  }

  close(code = 1005, reason = ""): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#emit("close", { code, reason });
  }

  // the server's end

  open(): void {
    this.isOpen = true;
    this.#emit("open", {});
  }

  say(frame: object, packed = false): void {
    const text = JSON.stringify(frame);
    if (!this.isOpen) return;
    this.#emit("message", { data: packed ? new Uint8Array(gzipSync(text)).buffer : text });
  }

  end(code: number, reason = ""): void {
    this.isOpen = false;
    this.#emit("close", { code, reason });
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}

/** A fake server's sockets: syncs are answered by it as over HTTP, everything else is up to the test. */
export class FakeSockets {
  readonly all: FakeSocket[] = [];
  /** what becomes of the next syncs over the socket, first come first served */
  readonly faults: Array<(go: () => Promise<void>, socket: FakeSocket) => Promise<void> | void> = [];
  /** how a socket that is asked for begins; the standard is that it opens */
  begin: (socket: FakeSocket) => void = (socket) => socket.open();
  readonly #server: FakeServer;
  readonly #line: Line;
  readonly #tokens = new Map<string, string>();

  constructor(line: Line, server: FakeServer) {
    this.#line = line;
    this.#server = server;
    line.ticket = (token) => {
      if (token === undefined) return problem(401, "not_signed_in");
      const ticket = `ticket-${String(this.#tokens.size)}`;
      this.#tokens.set(ticket, token);
      return json({ ticket, expiresIn: 30 });
    };
  }

  readonly openSocket: OpenSocket = (_url, protocols) => {
    const socket = new FakeSocket(protocols, (frame, from) => void this.#answer(frame, from));
    this.all.push(socket);
    queueMicrotask(() => this.begin(socket));
    return socket;
  };

  /** The socket that was asked for last. */
  get last(): FakeSocket {
    const socket = this.all.at(-1);
    if (socket === undefined) throw new Error("no socket was asked for");
    return socket;
  }

  /** Syncs that came over sockets. */
  get syncs(): readonly SocketFrame[] {
    return this.all.flatMap(({ frames }) => frames).filter(({ json }) => json["sync"] !== undefined);
  }

  async #answer({ json: frame }: SocketFrame, socket: FakeSocket): Promise<void> {
    if (frame["sync"] === undefined) return;
    const go = (): Promise<void> => whileBusy(this.#sync(frame, socket));
    const fault = this.faults.shift();
    await (fault === undefined ? go() : fault(go, socket));
  }

  async #sync(frame: SocketFrame["json"], socket: FakeSocket): Promise<void> {
    const ticket = socket.protocols.find((name) => name.startsWith("ticket."))?.slice("ticket.".length) ?? "";
    const response = await this.#server.fetch(
      new Request(`${this.#line.url}/v1/sync`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${this.#tokens.get(ticket) ?? ""}`,
        },
        body: JSON.stringify(frame["sync"]),
      }),
    );
    const body: unknown = await response.json();
    const { id } = frame;
    socket.say(response.ok ? { id, answer: body } : { id, problem: body }, true);
  }
}
