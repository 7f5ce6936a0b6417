import * as encoding from "lib0/encoding";
import { WebSocket } from "ws";
import type { DocumentNode } from "./node.ts";

/** A client that sends whatever a test wants. */
export interface RawClient extends Disposable {
  readonly socket: WebSocket;
  /** frames that came, as numbers */
  readonly frames: number[][];
  /** resolves with the code */
  readonly closed: Promise<number>;
  send(frame: Uint8Array): void;
}

/** Opens a document; resolves once the line is open. Rejects with the status where it was refused. */
export async function rawClient(
  node: DocumentNode,
  document: string,
  account: string,
  ticket: string = node.ticket(account),
): Promise<RawClient> {
  const socket = new WebSocket(`${node.url}/${document}?ticket=${ticket}`);
  const frames: number[][] = [];
  socket.on("message", (data: Buffer) => frames.push([...data]));
  const closed = Promise.withResolvers<number>();
  socket.on("close", (code) => {
    closed.resolve(code);
  });
  const opened = Promise.withResolvers<undefined>();
  socket.on("open", () => {
    opened.resolve(undefined);
  });
  socket.on("error", () => undefined);
  socket.on("unexpected-response", (_, response) => {
    opened.reject(new Error(String(response.statusCode)));
    socket.terminate();
  });
  await opened.promise;
  return {
    socket,
    frames,
    closed: closed.promise,
    send: (frame) => {
      socket.send(frame);
    },
    [Symbol.dispose]: () => {
      socket.terminate();
    },
  };
}

const message = (type: number, step: number | undefined, bytes: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, type);
    if (step !== undefined) encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, bytes);
  });

export const step1 = (vector: Uint8Array = new Uint8Array([0])): Uint8Array => message(0, 0, vector);
export const step2 = (update: Uint8Array): Uint8Array => message(0, 1, update);
export const update = (bytes: Uint8Array): Uint8Array => message(0, 2, bytes);
export const QUERY_PRESENCE = new Uint8Array([3]);
export const QUIET = [1, 1, 0];

/** A frame of presences `[client, clock, state]`. */
export function presence(
  ...states: ReadonlyArray<readonly [client: number, clock: number, state: unknown]>
): Uint8Array {
  const bytes = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, states.length);
    for (const [client, clock, state] of states) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarString(encoder, JSON.stringify(state));
    }
  });
  return message(1, undefined, bytes);
}
