import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Bytes that went by: bodies as sent, and heads (request and status lines, headers, the empty line). */
export interface WireBytes {
  readonly up: number;
  readonly down: number;
  readonly upHead: number;
  readonly downHead: number;
}

/** A byte-counting way to a server. Bytes pass unchanged. */
export interface CountingProxy extends AsyncDisposable {
  readonly url: string;
  /** requests that went by since the last `take` */
  readonly requests: number;
  /** What went by since the last time it was asked. */
  take(): WireBytes;
}

/** Splits one direction of HTTP/1.1 into heads and bodies. Chunk sizes count as body: they are bytes on the wire. */
class HeadsAndBodies {
  heads = 0;
  bodies = 0;
  messages = 0;
  #head = Buffer.alloc(0);
  #bodyLeft = 0;
  #chunked: Buffer | undefined;

  take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#chunked !== undefined) rest = this.#takeChunked(rest);
      else if (this.#bodyLeft > 0) rest = this.#takeBody(rest);
      else rest = this.#takeHead(rest);
    }
  }

  #takeHead(chunk: Buffer): Buffer {
    const all = Buffer.concat([this.#head, chunk]);
    const end = all.indexOf("\r\n\r\n");
    if (end < 0) {
      this.#head = all;
      return Buffer.alloc(0);
    }
    const text = all.subarray(0, end + 4).toString("latin1");
    this.#head = Buffer.alloc(0);
    this.heads += end + 4;
    this.messages += 1;
    if (/\r\ntransfer-encoding: *chunked/i.test(text)) this.#chunked = Buffer.alloc(0);
    this.#bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    return all.subarray(end + 4);
  }

  #takeBody(chunk: Buffer): Buffer {
    const taken = Math.min(this.#bodyLeft, chunk.length);
    this.bodies += taken;
    this.#bodyLeft -= taken;
    return chunk.subarray(taken);
  }

  #takeChunked(chunk: Buffer): Buffer {
    const all = Buffer.concat([this.#chunked ?? Buffer.alloc(0), chunk]);
    const size = /^([0-9a-f]+)[^\r\n]*\r\n/i.exec(all.subarray(0, 64).toString("latin1"));
    const length = size === null ? undefined : size[0].length + Number.parseInt(size[1] ?? "0", 16) + 2;
    if (length === undefined || all.length < length) {
      this.#chunked = all;
      return Buffer.alloc(0);
    }
    this.bodies += length;
    this.#chunked =
      size?.[1] !== undefined && Number.parseInt(size[1], 16) === 0 ? undefined : Buffer.alloc(0);
    return all.subarray(length);
  }
}

/** Opens a proxy on a free port of this machine. */
export async function openCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const lines: { up: HeadsAndBodies; down: HeadsAndBodies }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((device) => {
    const line = { up: new HeadsAndBodies(), down: new HeadsAndBodies() };
    lines.push(line);
    const upstream = connect(Number(port), hostname);
    for (const socket of [device, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        device.destroy();
        upstream.destroy();
      });
    }
    device.on("data", (chunk: Buffer) => line.up.take(chunk));
    upstream.on("data", (chunk: Buffer) => line.down.take(chunk));
    device.pipe(upstream);
    upstream.pipe(device);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const total = (): WireBytes => ({
    up: sum(lines.map(({ up }) => up.bodies)),
    down: sum(lines.map(({ down }) => down.bodies)),
    upHead: sum(lines.map(({ up }) => up.heads)),
    downHead: sum(lines.map(({ down }) => down.heads)),
  });
  let last = total();
  return {
    url: `http://127.0.0.1:${address.port}`,
    get requests() {
      return sum(lines.map(({ up }) => up.messages));
    },
    take() {
      const now = total();
      const since = {
        up: now.up - last.up,
        down: now.down - last.down,
        upHead: now.upHead - last.upHead,
        downHead: now.downHead - last.downHead,
      };
      last = now;
      return since;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((left, right) => left + right, 0);
}
