import { expect, it } from "vitest";
import { device, INTAKE, write } from "../documents/device.ts";
import { problem } from "../documents/document-server.ts";
import { settled } from "../support/fake-runtime.ts";
import { FakeSocket } from "../support/fake-sockets.ts";
import { json } from "../support/line.ts";
import { useNetwork } from "../support/scene.ts";

useNetwork();

it.each(["never open", "open and are over at once", "get no ticket"])(
  "an open document travels over HTTP, and asks less and less often for a line, where lines %s",
  async (how) => {
    const { open, runtime, line, server } = await device();
    line.ticket = () =>
      how === "get no ticket" ? problem(500, "internal") : json({ ticket: "ticket", expiresIn: 30 });
    const openSocket = (_url: string, protocols: string[]): FakeSocket => {
      const socket = Object.assign(new FakeSocket(protocols, () => undefined), { send: () => undefined });
      queueMicrotask(() => {
        if (how !== "never open") socket.open();
        socket.end(1006);
      });
      return socket;
    };
    const intake = await (await open({ socket: openSocket })).open(INTAKE);
    await settled();
    line.seen.length = 0;
    for (let turn = 0; turn < 60; turn += 1) await runtime.advance(4_000);
    const tickets = line.seen.filter(({ path }) => path.endsWith("/ticket"));
    expect(tickets.length).toBeLessThan(10);
    // A look each half minute, and what a line costs.
    expect(line.seen.length + server.posts.length).toBeLessThan(60);
    write(intake.doc, "fever");
    await runtime.advance(2_000);
    await expect.poll(() => server.text(`${INTAKE.conversation}.intake`)).toBe("fever");
  },
);

it.each([
  ["may not be written any more", 403, "forbidden"],
  ["is refused", 400, "malformed"],
  ["breaks the server", 500, "internal"],
])(
  "what waits in a document that %s and nobody has open is sent less and less often",
  async (_, status, code) => {
    const { open, runtime, server, hb } = await device();
    server.away = true;
    const first = await open();
    write((await first.open(INTAKE)).doc, "fever");
    await first.close();
    server.away = false;
    const { fetch } = runtime;
    let asked = 0;
    runtime.fetch = (url, init) => {
      if (!url.includes("/v1/documents/")) return fetch(url, init);
      asked += 1;
      return Promise.resolve(problem(status, code));
    };
    await open();
    hb.start();
    for (let minute = 0; minute < 60; minute += 1) await runtime.advance(60_000);
    hb.stop();
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(30);
  },
);

it("an open document that breaks the server is not sent each time that something else is answered", async () => {
  const { open, runtime, hb } = await device();
  const intake = await (await open()).open(INTAKE);
  await settled();
  const { fetch } = runtime;
  let asked = 0;
  runtime.fetch = (url, init) => {
    if (!url.includes("/v1/documents/")) return fetch(url, init);
    asked += 1;
    return Promise.resolve(problem(500, "internal"));
  };
  write(intake.doc, "fever");
  for (let second = 0; second < 60; second += 1) {
    await runtime.advance(1_000);
    await hb.sync();
  }
  expect(asked).toBeLessThan(10);
});
