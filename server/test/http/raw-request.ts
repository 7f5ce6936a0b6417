import { connect } from "node:net";

export interface RawAnswer {
  /** status line and headers, with the empty line */
  readonly head: string;
  readonly body: string;
}

interface SlowBody {
  /** for `fetch` */
  readonly sent: { readonly body: ReadableStream<Uint8Array>; readonly duplex: "half" };
  finish(): void;
}

/** A body that comes in two parts, the second when a test says so. */
export function slowBody(text: string): SlowBody {
  const bytes = Buffer.from(text);
  let finish = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes.subarray(0, 1));
      finish = () => {
        controller.enqueue(bytes.subarray(1));
        controller.close();
      };
    },
  });
  return {
    sent: { body, duplex: "half" },
    finish: () => {
      finish();
    },
  };
}

/** Sends bytes as they are and reads until the other side closes or `ms` pass without a word. */
export function rawRequest(url: string, bytes: string, ms = 1_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { promise, resolve } = Promise.withResolvers<RawAnswer>();
  const socket = connect(Number(port), hostname, () => socket.write(bytes));
  let text = "";
  const end = (): void => {
    socket.destroy();
    const at = text.indexOf("\r\n\r\n") + 4;
    resolve({ head: text.slice(0, at), body: text.slice(at) });
  };
  socket.setTimeout(ms, end);
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("close", end);
  socket.on("error", end);
  return promise;
}
