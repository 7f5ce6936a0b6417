import { TicketRequest } from "@healthbridge/schema";
import { Hono } from "hono";
import { parseRequest, readJson } from "../http/body.ts";
import type { Authenticate, SignedInEnv } from "../http/context.ts";
import { httpProblem } from "../http/problem.ts";
import { REALTIME } from "./limits.ts";
import type { Tickets } from "./tickets.ts";

const MS = 1_000;
/** What browsers send, `null` included, and no longer than is kept. */
const ORIGIN = /^[\x21-\x7e]{1,255}$/;

/** `POST /v1/realtime/ticket`: a ticket to open one socket with, for whoever shows an access token. So no token that lives ever stands in an address. */
export function ticketRoute(tickets: Tickets, authenticate: Authenticate): Hono<SignedInEnv> {
  const app = new Hono<SignedInEnv>();
  app.post("/v1/realtime/ticket", authenticate, async (c) => {
    const { purpose = "realtime" } = parseRequest(TicketRequest, await readJson(c));
    const { tenant, account, device } = c.get("who");
    const origin = c.req.header("origin");
    // No page that may open a socket comes from such a place.
    if (origin !== undefined && !ORIGIN.test(origin)) throw httpProblem("forbidden", "origin");
    const asker = { tenant, account, device, origin };
    const ticket = await tickets.issue(asker, purpose);
    return c.json({ ticket, expiresIn: REALTIME.ticketMs / MS }, 201);
  });
  return app;
}
