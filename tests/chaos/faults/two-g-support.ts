import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { TwoGLine } from "./two-g-line.ts";

/** A server whose answer to `/<number>` has a body of so many bytes that do not pack. */
export async function sizedServer(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((incoming, outgoing) => {
    outgoing.end(Buffer.alloc(Number(incoming.url?.slice(1)), "x"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Asks from the line for so many bytes, so many times; answers the ms of each. */
export async function askFromLine(line: TwoGLine, url: string, times: number): Promise<readonly number[]> {
  const program = fileURLToPath(import.meta.resolve("./two-g-client.ts"));
  const child = line.run(process.execPath, [program, url, String(times)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.stdout === null || child.stderr === null) throw new Error("no output");
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (said === "") throw new Error(complaint);
  return JSON.parse(said) as number[];
}
