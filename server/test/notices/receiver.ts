import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A gateway of a test's own: answers what it is told to, and keeps what it was sent. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

type Answering = (request: Received) => Answer | "silence";

/** Listens on this machine, without encryption. */
export async function receiver(answer: Answering = () => ({ status: 200 })): Promise<Receiver> {
  const received: Received[] = [];
  const port = await listening(createServer(keeping(received, answer)));
  return { url: `http://127.0.0.1:${port}/send`, received };
}

function keeping(received: Received[], answer: Answering): RequestListener {
  return (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const one = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(parts) };
      received.push(one);
      const said = answer(one);
      if (said === "silence") return;
      response.writeHead(said.status, said.headers).end(said.body ?? "");
    });
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
