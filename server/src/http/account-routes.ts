import { EntityId, LIMITS, Password, RegisterRequest } from "@healthbridge/schema";
import { type Context, Hono } from "hono";
import * as z from "zod/mini";
import { changePassword } from "../accounts/change-password.ts";
import type { AccountParts } from "../accounts/parts.ts";
import { registerAnother, registerOneself } from "../accounts/register.ts";
import type { FixedStreams } from "../operations/fixed-streams.ts";
import { createRateLimiter } from "../adapters/rate-limiter.ts";
import { type AuthenticateParts, whoAsksIfAnybody } from "./authenticate.ts";
import { parseRequest, readJson } from "./body.ts";
import { addressKey } from "./client-address.ts";
import type { Authenticate, RequestEnv } from "./context.ts";
import { httpProblem } from "./problem.ts";
import { takeOne } from "./rate-limits.ts";
import { streamOfKey } from "./rest/writes/idempotency-key.ts";

/** `PUT /v1/accounts/:account/password` */
export const PasswordRequest = z.strictObject({
  /** needed for one's own */
  current: z.optional(Password),
  password: Password,
});

/** Accounts that one address can open in an hour without signing in, or one member of staff. */
const OPEN_REGISTRATIONS = 30;
const HOUR_SECONDS = 3_600;

const ACCEPTED = { status: "accepted", next: "If the name was free it is yours: sign in." };

/** Opening accounts and changing passwords; the rest of an account is ordinary operations. */
export function accountRoutes(
  parts: AccountParts,
  authentication: AuthenticateParts,
  authenticate: Authenticate,
  streams: () => Promise<FixedStreams>,
): Hono<RequestEnv> {
  const openLimiter = createRateLimiter(OPEN_REGISTRATIONS, HOUR_SECONDS);
  const app = new Hono<RequestEnv>();
  app.post("/v1/accounts", async (c) => {
    const who = await whoAsksIfAnybody(authentication, c);
    if (who?.role !== "administrator")
      await takeOne(openLimiter, who?.account ?? addressKey(c.get("address")));
    const request = parseRequest(RegisterRequest, await readJson(c));
    if (who !== undefined) {
      const key = idempotencyKey(c);
      const stream = key === undefined ? undefined : streamOfKey(await streams(), who, key);
      const account = await registerAnother(parts, request, who, stream);
      return c.json(account, 201);
    }
    await registerOneself(parts, request);
    return c.json(ACCEPTED, 202);
  });
  app.put("/v1/accounts/:account/password", authenticate, async (c) => {
    const id = EntityId.safeParse(c.req.param("account"));
    if (!id.success) throw httpProblem("not_found");
    const change = parseRequest(PasswordRequest, await readJson(c));
    await changePassword(parts, await c.get("whoNow")(), id.data, change, addressKey(c.get("address")));
    return c.body(null, 204);
  });
  return app;
}

/** Not required here: the name says already which account is meant. */
function idempotencyKey(c: Context): string | undefined {
  const key = c.req.header("idempotency-key");
  const { least, most } = LIMITS.keyCharacters;
  if (key !== undefined && (key.length < least || key.length > most))
    throw httpProblem("malformed", "idempotency-key");
  return key;
}
