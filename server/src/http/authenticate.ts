import type { Context } from "hono";
import type { AccessCheck } from "../accounts/access-check.ts";
import type { AccessClaims, AccessTokens } from "../accounts/access-token.ts";
import type { Authenticated } from "../accounts/authenticated.ts";
import { refused } from "../accounts/refused.ts";
import type { RateLimiter } from "../adapters/rate-limiter.ts";
import type { Authenticate, RequestEnv } from "./context.ts";
import { takeOne } from "./rate-limits.ts";

export interface AuthenticateParts {
  readonly accessTokens: AccessTokens;
  readonly access: AccessCheck;
  readonly accountLimiter: RateLimiter;
}

/** Makes the middleware that lets only living sessions through. */
export function createAuthenticate(parts: AuthenticateParts): Authenticate {
  return async function authenticate(c, next) {
    const who = await whoAsks(parts, c.req.header("authorization"));
    c.set("loggedAccount", who.account);
    await takeOne(parts.accountLimiter, who.account);
    c.set("who", who);
    c.set("whoNow", () => livingWho(parts, who));
    await next();
  };
}

/** For routes that serve both: who asks, or `undefined` where no token came. A bad token is refused all the same. */
export async function whoAsksIfAnybody(
  parts: AuthenticateParts,
  c: Context<RequestEnv>,
): Promise<Authenticated | undefined> {
  const header = c.req.header("authorization");
  if (header === undefined) return undefined;
  const who = await whoAsks(parts, header);
  c.set("loggedAccount", who.account);
  await takeOne(parts.accountLimiter, who.account);
  return who;
}

async function whoAsks(parts: AuthenticateParts, header: string | undefined): Promise<Authenticated> {
  if (header === undefined) throw refused("not_signed_in");
  const [, token] = /^Bearer +([^\s]+)$/i.exec(header) ?? [];
  if (token === undefined) throw refused("token_invalid");
  const verdict = await parts.accessTokens.check(token);
  if (verdict.status === "expired") throw refused("token_expired");
  if (verdict.status === "invalid") throw refused("token_invalid");
  return livingWho(parts, verdict.claims);
}

async function livingWho(
  { access }: AuthenticateParts,
  { account, device }: AccessClaims,
): Promise<Authenticated> {
  const who = await access.who(account, device);
  if (who === undefined) throw refused("device_revoked");
  return who;
}
