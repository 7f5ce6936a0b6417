import { createHmac, createSecretKey, type webcrypto } from "node:crypto";
import { EntityId } from "@healthbridge/schema";
import { decode, verify } from "hono/jwt";
import type { Clock } from "../adapters/clock.ts";
import { derivedKey, type KeyRing } from "./signing-keys.ts";

/** What an access token says: an account, on a device. Everything else is looked up, so that it can be taken away. */
export interface AccessClaims {
  readonly account: EntityId;
  readonly device: EntityId;
}

export type AccessVerdict =
  | { readonly status: "valid"; readonly claims: AccessClaims }
  | { readonly status: "expired" }
  | { readonly status: "invalid" };

export interface AccessTokens {
  /** seconds a token lives */
  readonly lifetime: number;
  issue(claims: AccessClaims): string;
  check(token: string): Promise<AccessVerdict>;
}

const ISSUER = "hb";
const AUDIENCE = "hb";
/** Ours have about 250; what is longer is not looked at. */
const MOST_CHARACTERS = 512;
/** Two of our own machines may disagree about the time by this much before somebody who was signed in is asked to refresh. */
const LEEWAY_SECONDS = 30;
/**
 * A token from a machine of ours whose clock is ahead is as good as its signature; where it is further ahead than this it is exchanged, lest it live for ever. It is
 * never taken for forged: that would sign her out.
 */
const AHEAD_SECONDS = 900;

/**
 * Access tokens: JWT, HS256, short, because every request carries one over 2G. `hono/jwt` checks form and signature;
 * the claims are checked here, because it accepts a token without `exp` and has no leeway.
 */
export function createAccessTokens(keys: KeyRing, lifetime: number, clock: Clock): AccessTokens {
  const secrets = new Map(keys.map((key) => [key.id, verificationKey(derivedKey(key, "access token"))]));
  const [newest] = keys;
  const head = encode({ alg: "HS256", kid: newest.id });
  const signature = (text: string): string =>
    createHmac("sha256", derivedKey(newest, "access token")).update(text).digest("base64url");
  return {
    lifetime,
    issue({ account, device }) {
      const iat = seconds(clock);
      const claims = { iss: ISSUER, aud: AUDIENCE, sub: account, dev: device, iat, exp: iat + lifetime };
      const text = `${head}.${encode(claims)}`;
      // Not hono's `sign`: it writes a type, 20 bytes of every request's head. What a token is for is in its key, which no other purpose shares.
      return `${text}.${signature(text)}`;
    },
    async check(token) {
      const secret = secretFor(secrets, token);
      if (secret === undefined) return { status: "invalid" };
      const payload = await verified(token, secret);
      return payload === undefined
        ? { status: "invalid" }
        : judgeClaims(new Map(Object.entries(payload)), seconds(clock), lifetime);
    },
  };
}

/** The key a token names, out of the fixed map: a name is never a path, an address or a query. */
function secretFor(
  secrets: ReadonlyMap<string, webcrypto.CryptoKey>,
  token: string,
): webcrypto.CryptoKey | undefined {
  if (token.length > MOST_CHARACTERS || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
  try {
    const header = new Map<string, unknown>(Object.entries(decode(token).header));
    const kid = header.get("kid");
    // Ours say this much and no more: no type, no address of a key, nothing critical.
    return typeof kid === "string" && header.size === 2 ? secrets.get(kid) : undefined;
  } catch {
    return undefined;
  }
}

function verificationKey(bytes: Uint8Array): webcrypto.CryptoKey {
  return createSecretKey(bytes).toCryptoKey({ name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

async function verified(token: string, secret: webcrypto.CryptoKey): Promise<object | undefined> {
  const times = { exp: false, iat: false, nbf: false };
  try {
    return await verify(token, secret, { alg: "HS256", iss: ISSUER, aud: AUDIENCE, ...times });
  } catch {
    return undefined;
  }
}

const KNOWN_CLAIMS: ReadonlySet<string> = new Set(["iss", "aud", "sub", "dev", "iat", "exp"]);

function judgeClaims(claims: ReadonlyMap<string, unknown>, now: number, lifetime: number): AccessVerdict {
  const account = EntityId.safeParse(claims.get("sub"));
  const device = EntityId.safeParse(claims.get("dev"));
  const iat = claims.get("iat");
  const exp = claims.get("exp");
  const strange =
    [...claims.keys()].some((name) => !KNOWN_CLAIMS.has(name)) || claims.get("aud") !== AUDIENCE;
  if (strange || !account.success || !device.success) return { status: "invalid" };
  if (!isTime(iat) || !isTime(exp) || exp <= iat) return { status: "invalid" };
  if (iat > now + AHEAD_SECONDS) return { status: "expired" };
  // A shorter lifetime than the token's own may have been configured since.
  if (now >= Math.min(exp, iat + lifetime) + LEEWAY_SECONDS) return { status: "expired" };
  return { status: "valid", claims: { account: account.data, device: device.data } };
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
