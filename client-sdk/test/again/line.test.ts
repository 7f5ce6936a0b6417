import { describe, expect, it } from "vitest";
import { settled } from "../support/fake-runtime.ts";
import { problem } from "../support/line.ts";
import { useNetwork } from "../support/scene.ts";
import { liveScene } from "../realtime/live-scene.ts";

useNetwork();

/** Should it go on for ever, this ends it. */
const ENOUGH = 60;

describe("a line is asked for less and less often", () => {
  it.each([
    ["it breaks", 1006, ""],
    ["whoever ends it says that he will be back, and not when", 1012, ""],
    ["whoever ends it wants it back at once", 1012, "0"],
    ["it is said to be of a session that is over, which over HTTP it is not", 4401, ""],
  ])("where each opens and is over at once: %s", async (_, code, reason) => {
    const { sockets, runtime, line } = await liveScene();
    sockets.begin = (socket) => {
      socket.open();
      if (sockets.all.length < ENOUGH) queueMicrotask(() => socket.end(code, reason));
    };
    sockets.last.end(code, reason);
    for (let second = 0; second < 60; second += 1) await runtime.advance(1_000);
    expect(sockets.all.length).toBeLessThan(9);
    expect(line.seen.length).toBeLessThan(20);
  });

  it("where each is silent from its beginning", async () => {
    const { sockets, runtime } = await liveScene();
    sockets.begin = (socket) => {
      socket.open();
      socket.send = () => undefined;
    };
    sockets.last.end(1006);
    for (let turn = 0; turn < 120; turn += 1) await runtime.advance(5_000);
    expect(sockets.all.length).toBeLessThan(10);
  });

  it("where tickets are refused by somebody who wants to be asked again at once", async () => {
    const { sockets, runtime, line } = await liveScene();
    const { ticket } = line;
    let asked = 0;
    line.ticket = (token) => {
      asked += 1;
      if (asked > ENOUGH && ticket !== undefined) return ticket(token);
      return problem(503, "unavailable", { "retry-after": "0" });
    };
    sockets.last.end(1006);
    for (let second = 0; second < 60; second += 1) await runtime.advance(1_000);
    expect(asked).toBeLessThan(9);
  });
});

it("a line that lived for a while and broke is there again at once", async () => {
  const { sockets, runtime } = await liveScene();
  for (let minute = 1; minute < 4; minute += 1) {
    for (let beat = 0; beat < 5; beat += 1) {
      await runtime.advance(14_000);
      sockets.last.say({ beat: true });
    }
    sockets.last.end(1006);
    await settled();
    await runtime.advance(1_000);
    expect(sockets.all.length).toBe(minute + 1);
  }
});
