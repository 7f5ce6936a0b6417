import { RefreshRequest, SignInRequest } from "@healthbridge/schema";
import { Hono } from "hono";
import { devicesOf } from "../accounts/account-reads.ts";
import type { AccountParts } from "../accounts/parts.ts";
import { refresh } from "../accounts/refresh.ts";
import { signIn } from "../accounts/sign-in.ts";
import { signOut } from "../accounts/sign-out.ts";
import { parseRequest, readJson } from "./body.ts";
import { addressKey } from "./client-address.ts";
import type { Authenticate, RequestEnv } from "./context.ts";

/** Sessions and devices. */
export function sessionRoutes(parts: AccountParts, authenticate: Authenticate): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  app.post("/v1/sessions", async (c) => {
    const request = parseRequest(SignInRequest, await readJson(c));
    const session = await signIn(parts, request, addressKey(c.get("address")));
    c.set("loggedAccount", session.account.id);
    return c.json(session, 201);
  });
  app.post("/v1/sessions/refresh", async (c) => {
    const session = await refresh(parts, parseRequest(RefreshRequest, await readJson(c)));
    c.set("loggedAccount", session.account.id);
    return c.json(session);
  });
  app.delete("/v1/sessions/current", authenticate, async (c) => {
    await signOut(parts, c.get("who"));
    return c.body(null, 204);
  });
  app.get("/v1/devices", authenticate, async (c) => {
    const { tenant, account, device } = c.get("who");
    const devices = await devicesOf(parts.pool, tenant, account);
    return c.json({ devices: devices.map((one) => (one.id === device ? { ...one, current: true } : one)) });
  });
  return app;
}
