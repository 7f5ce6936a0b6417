import { Agent, request } from "node:http";

/** One request, with nothing smoothed: the path goes out as it is written. */
export interface Asking {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Longer than any honest answer takes on a busy machine, so that a hanging connection is told from a slow one. */
const PATIENCE_MS = 30_000;

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Sends one request. Rejects where no whole answer came. */
export function ask(url: string, { method, path, headers, body }: Asking): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { hostname, port } = new URL(url);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const sending = request(
    {
      hostname,
      port,
      method,
      path,
      agent,
      headers: { ...headers, ...(bytes === undefined ? {} : { "content-length": String(bytes.length) }) },
      timeout: PATIENCE_MS,
    },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const plain = Object.entries(answer.headers).map(([name, value]) => [name, value?.toString()]);
        resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(plain), text });
      });
    },
  );
  sending.on("timeout", () => sending.destroy(new Error(`${method} ${path} was never answered`)));
  sending.on("error", reject);
  sending.end(bytes);
  return promise;
}

/** Ends the connections that were kept. */
export function hangUp(): void {
  agent.destroy();
}
