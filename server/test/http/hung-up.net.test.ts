import { connect } from "node:net";
import { drawStreamId } from "@healthbridge/schema";
import { Hono } from "hono";
import { expect, it, onTestFinished } from "vitest";
import { systemTimers } from "../../src/adapters/timers.ts";
import { AccountTurns } from "../../src/http/account-turns.ts";
import type { Authenticate, RequestEnv } from "../../src/http/context.ts";
import { errorHandler } from "../../src/http/error-handler.ts";
import { listen } from "../../src/http/listen.ts";
import { syncRoute } from "../../src/http/sync-route.ts";
import type { SyncService } from "../../src/sync/sync-answer.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { person } from "../rest/rest-app.ts";

const authenticate: Authenticate = async (c, next) => {
  c.set("who", person("patient"));
  await next();
};

/** Turns that count who came and who is through. */
class CountedTurns extends AccountTurns {
  came = 0;
  through = 0;

  override async during<T>(account: string, work: () => Promise<T>, gone?: AbortSignal): Promise<T> {
    this.came += 1;
    try {
      return await super.during(account, work, gone);
    } finally {
      this.through += 1;
    }
  }
}

/** A server whose syncs take until they are let go. */
async function slowServer(turns = new CountedTurns({ atOnce: 1, waiting: 2 })) {
  const begun: string[] = [];
  const gone: AbortSignal[] = [];
  const go = Promise.withResolvers<void>();
  const answer: SyncService["answer"] = async ({ stream }, _who, asker) => {
    begun.push(stream);
    if (asker?.gone !== undefined) gone.push(asker.gone);
    await go.promise;
    return { head: { settled: 0, serverTime: 0, epoch: 1 }, pages: [], tail: {} };
  };
  const app = new Hono<RequestEnv>();
  app.onError(errorHandler(createLog({ level: "error", format: "json", write: () => undefined })));
  app.route("/", syncRoute({ answer }, authenticate, turns));
  const door = await listen({
    app,
    host: "127.0.0.1",
    port: 0,
    connections: 50,
    timers: systemTimers,
  });
  onTestFinished(() => door.close(0));
  return { url: door.url, turns, begun, gone, go: go.resolve };
}

/** Sends a sync; what is answered, and how to hang up. */
function ask(url: string) {
  const stream = drawStreamId((count) => crypto.getRandomValues(new Uint8Array(count)));
  const body = JSON.stringify({ protocol: 1, stream, from: 1 });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (chunk) => (text += chunk.toString()));
  socket.on("error", () => undefined);
  socket.write(
    `POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`,
  );
  return { stream, status: () => text.slice(9, 12), hangUp: () => socket.destroy() };
}

it("callers who hang up and come again are not worked for, and keep nobody out", async () => {
  const { url, turns, begun, go } = await slowServer();
  const first = ask(url);
  await expect.poll(() => begun).toEqual([first.stream]);
  for (let round = 0; round < 5; round++) {
    const { came, through } = turns;
    const pair = [ask(url), ask(url)];
    await expect.poll(() => turns.came).toBe(came + 2);
    for (const each of pair) each.hangUp();
    await expect.poll(() => turns.through).toBe(through + 2);
  }
  const stays = ask(url);
  await expect.poll(() => turns.came).toBe(12);
  go();
  await expect.poll(stays.status).toBe("200");
  expect(begun).toEqual([first.stream, stays.stream]);
});

it("that somebody has hung up is known while she is worked for", async () => {
  const { url, begun, gone, go } = await slowServer();
  const first = ask(url);
  await expect.poll(() => begun).toEqual([first.stream]);
  expect(gone.map(({ aborted }) => aborted)).toEqual([false]);
  first.hangUp();
  await expect.poll(() => gone.map(({ aborted }) => aborted)).toEqual([true]);
  go();
});
