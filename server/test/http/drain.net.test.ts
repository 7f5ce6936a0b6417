import { connect } from "node:net";
import { expect, it } from "vitest";
import { nonce, PASSWORD, runningServer } from "./running-server.ts";

it("a server that stops finishes what runs, says that connections end, and takes nothing new", async () => {
  const server = await runningServer();
  await server.open("wanjiku", "patient");
  const json = { login: "wanjiku", password: PASSWORD, device: "x", nonce: nonce() };
  const running = await halfSent(server.url, JSON.stringify(json));
  let closed = false;
  const closing = server.close().then(() => (closed = true));
  const another = (): Promise<string> =>
    server.send("GET", "/healthz").then(
      () => "served",
      () => "refused",
    );
  await expect.poll(another).toBe("refused");
  expect(closed).toBe(false);
  const answer = await running.finish();
  expect(answer).toMatch(/HTTP\/1.1 201 Created\r\n/);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  await closing;
});

/** A request whose head the server has read (it says so with 100) and whose body it still waits for. */
async function halfSent(url: string, body: string): Promise<{ finish(): Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  const closed = new Promise<string>((resolve) => socket.on("close", () => resolve(text)));
  const continued = new Promise<void>((resolve) =>
    socket.on("data", (chunk) => {
      text += chunk.toString();
      if (text.includes("100 Continue")) resolve();
    }),
  );
  socket.write(
    `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${String(body.length)}\r\n\r\n`,
  );
  await continued;
  return {
    finish() {
      socket.write(body);
      return closed;
    },
  };
}
