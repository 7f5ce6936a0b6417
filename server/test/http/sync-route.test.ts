import { drawStreamId } from "@healthbridge/schema";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { AccountTurns } from "../../src/http/account-turns.ts";
import type { Authenticate, RequestEnv } from "../../src/http/context.ts";
import { syncRoute } from "../../src/http/sync-route.ts";
import { person } from "../rest/rest-app.ts";

const authenticate: Authenticate = async (c, next) => {
  c.set("who", person("patient", { account: c.req.header("authorization") ?? "" }));
  await next();
};

test("a sync waits for the account's others, and for nobody else's", async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let begun = 0;
  const answer = async () => {
    begun += 1;
    await promise;
    return { head: { settled: 0, serverTime: 0, epoch: 1 }, pages: [], tail: {} };
  };
  const app = new Hono<RequestEnv>();
  app.route("/", syncRoute({ answer }, authenticate, new AccountTurns({ atOnce: 1, waiting: 9 })));
  const stream = drawStreamId((bytes) => new Uint8Array(bytes));
  const asked = ["one.1", "one.1", "other.1"].map(async (authorization) =>
    app.request("/v1/sync", {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ protocol: 1, stream, from: 1 }),
    }),
  );
  await expect.poll(() => begun).toBe(2);
  resolve(undefined);
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(begun).toBe(3);
});
