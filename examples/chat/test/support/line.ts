import type { SeededRandom } from "@healthbridge/client-sdk/testing";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A line to a server that can be cut. Bytes pass unchanged, whatever is spoken over it. */
export interface Line extends AsyncDisposable {
  readonly url: string;
  /** connections that were cut so far */
  readonly cuts: number;
  /** syncs that went by over HTTP */
  readonly syncs: number;
  /** From now on every connection breaks after some bytes, anywhere: in a head, in a body, before an answer. */
  fray(random: SeededRandom): void;
  /** No connection stands, and none is taken. */
  down(): void;
  /** Whole again. */
  mend(): void;
}

const SYNC = Buffer.from("POST /v1/sync ");
/** Bytes after which a frayed connection breaks: fewer than a request and its answer have, up to several of them. */
const FEWEST = 200;
const MOST = 2_500;

export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let random: SeededRandom | undefined;
  let isDown = false;
  let cuts = 0;
  let syncs = 0;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const pair = [near, far] as const;
    let left = random === undefined ? Infinity : random.between(FEWEST, MOST);
    const cut = (): void => {
      if (pairs.delete(pair)) cuts += 1;
      near.destroy();
      far.destroy();
    };
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on("error", cut);
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
      from.on("data", (chunk: Buffer) => {
        if (from === near && chunk.subarray(0, SYNC.length).equals(SYNC)) syncs += 1;
        to.write(chunk.subarray(0, Math.min(chunk.length, left)));
        left -= chunk.length;
        if (left <= 0) cut();
      });
    }
    if (isDown) cut();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const cutAll = (): void => {
    cuts += pairs.size;
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  return {
    url: `http://127.0.0.1:${typeof bound === "object" ? String(bound?.port) : ""}`,
    get cuts() {
      return cuts;
    },
    get syncs() {
      return syncs;
    },
    fray(by) {
      random = by;
      cutAll();
    },
    down() {
      isDown = true;
      cutAll();
    },
    mend() {
      random = undefined;
      isDown = false;
    },
    async [Symbol.asyncDispose]() {
      cutAll();
      server.close();
      await once(server, "close");
    },
  };
}
