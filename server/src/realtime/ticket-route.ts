import { TicketRequest } from "@healthbridge/schema";
import { Hono } from "hono";
import { parseRequest, readJson } from "../http/body.ts";
import type { Authenticate, SignedInEnv } from "../http/context.ts";
import { REALTIME } from "./limits.ts";
import type { Tickets } from "./tickets.ts";

const MS = 1_000;

/** `POST /v1/realtime/ticket`: a ticket to open one socket with, for whoever shows an access token. So no token that lives ever stands in an address. */
export function ticketRoute(tickets: Tickets, authenticate: Authenticate): Hono<SignedInEnv> {
  const app = new Hono<SignedInEnv>();
  app.post("/v1/realtime/ticket", authenticate, async (c) => {
    const { purpose = "realtime" } = parseRequest(TicketRequest, await readJson(c));
    const { tenant, account, device } = c.get("who");
    const asker = { tenant, account, device, origin: c.req.header("origin") };
    const ticket = await tickets.issue(asker, purpose);
    return c.json({ ticket, expiresIn: REALTIME.ticketMs / MS }, 201);
  });
  return app;
}
