import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAccessTokens } from "../../src/accounts/access-token.ts";
import { createRefreshTokens } from "../../src/accounts/refresh-token.ts";
import { derivedKey, type SigningKey } from "../../src/accounts/signing-keys.ts";

const START = 1_900_000_000_000;
let now = START;
const clock = { now: () => now, monotonic: () => now };
const key = (id: string): SigningKey => ({ id, bytes: randomBytes(32) });
const [k1, k2] = [key("k1"), key("k2")];
const tokens = createAccessTokens([k2, k1], 900, clock);
const claims = { account: "AAAAAAAAAAAAAAAA.1", device: "BBBBBBBBBBBBBBBB.1" };

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const HEAD = { alg: "HS256", kid: "k2" };
const seconds = (): number => Math.floor(now / 1000);
const BODY = {
  iss: "hb",
  aud: "hb",
  sub: claims.account,
  dev: claims.device,
  iat: seconds(),
  exp: seconds() + 900,
};

/** A token with a right signature over whatever it says. */
function forged(
  head: object,
  body: object,
  secret: Uint8Array = derivedKey(k2, "access token"),
  hash = "sha256",
): string {
  const text = `${encode(head)}.${encode(body)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest("base64url")}`;
}

const without = (name: keyof typeof BODY): object =>
  Object.fromEntries(Object.entries(BODY).filter(([key]) => key !== name));

async function statusOf(token: string): Promise<string> {
  return (await tokens.check(token)).status;
}

describe("an access token", () => {
  it("says who asks, and is short enough for 2G", async () => {
    const token = tokens.issue(claims);
    expect(await tokens.check(token)).toEqual({ status: "valid", claims });
    expect(token.length).toBeLessThanOrEqual(260);
  });

  it("is what the tests below forge: the form itself is accepted", async () => {
    expect(await statusOf(forged(HEAD, BODY))).toBe("valid");
  });

  it("of an older key that is still in the ring is accepted", async () => {
    expect(await statusOf(createAccessTokens([k1], 900, clock).issue(claims))).toBe("valid");
  });

  it.each([
    ["alg none", `${encode({ ...HEAD, alg: "none" })}.${encode(BODY)}.`],
    ["alg None", `${encode({ ...HEAD, alg: "None" })}.${encode(BODY)}.AA`],
    ["no alg", forged({ kid: "k2" }, BODY)],
    ["HS512", forged({ ...HEAD, alg: "HS512" }, BODY, derivedKey(k2, "access token"), "sha512")],
    ["HS512 named, HS256 made", forged({ ...HEAD, alg: "HS512" }, BODY)],
    ["RS256", forged({ ...HEAD, alg: "RS256" }, BODY)],
    ["another key", forged(HEAD, BODY, randomBytes(32))],
    ["the raw key", forged(HEAD, BODY, k2.bytes)],
    ["the key of refresh tokens", forged(HEAD, BODY, derivedKey(k2, "refresh tag"))],
    ["the other key's name", forged({ ...HEAD, kid: "k1" }, BODY)],
    ["no kid", forged({ alg: "HS256" }, BODY)],
    ["a path as kid", forged({ ...HEAD, kid: "../../dev/null" }, BODY, new Uint8Array(0))],
    ["SQL as kid", forged({ ...HEAD, kid: "x' UNION SELECT 'k" }, BODY)],
    ["a kid of Object.prototype", forged({ ...HEAD, kid: "__proto__" }, BODY)],
    ["a kid that is no text", forged({ ...HEAD, kid: ["k2"] }, BODY)],
    [
      "an address for the key",
      forged({ ...HEAD, kid: "https://evil.example/k", jku: "https://evil.example" }, BODY),
    ],
    ["crit", forged({ ...HEAD, crit: ["exp"] }, BODY)],
    ["type JWT", forged({ ...HEAD, typ: "JWT" }, BODY)],
    ["no exp", forged(HEAD, without("exp"))],
    ["no iat", forged(HEAD, without("iat"))],
    ["no aud", forged(HEAD, without("aud"))],
    ["no iss", forged(HEAD, without("iss"))],
    ["no sub", forged(HEAD, without("sub"))],
    ["no device", forged(HEAD, without("dev"))],
    ["another audience", forged(HEAD, { ...BODY, aud: "other" })],
    ["several audiences", forged(HEAD, { ...BODY, aud: ["hb", "other"] })],
    ["another issuer", forged(HEAD, { ...BODY, iss: "hb2" })],
    ["exp as text", forged(HEAD, { ...BODY, exp: String(BODY.exp) })],
    ["exp without end", forged(HEAD, { ...BODY, exp: 1e300 })],
    ["exp before iat", forged(HEAD, { ...BODY, exp: BODY.iat - 1 })],
    ["a claim nobody knows", forged(HEAD, { ...BODY, role: "administrator" })],
    ["a sub that is no id", forged(HEAD, { ...BODY, sub: "x' OR 1=1" })],
    ["a fourth segment", `${tokens.issue(claims)}.AAAA`],
    ["two segments", tokens.issue(claims).split(".").slice(0, 2).join(".")],
    ["another body under the same signature", swappedBody(tokens.issue(claims))],
    ["padding", `${tokens.issue(claims)}=`],
    ["spaces", ` ${tokens.issue(claims)}`],
    ["five kilobytes", forged(HEAD, { ...BODY, pad: "x".repeat(5_000) })],
    ["a refresh token", createRefreshTokens([k2, k1]).candidates("A".repeat(16), 1, "n")[0]],
    ["nothing", ""],
  ])("is refused: %s", async (_what, token) => {
    expect(await statusOf(token)).toBe("invalid");
  });

  it("that ran out is told from one that was never good, with half a minute for clocks that differ", async () => {
    const token = tokens.issue(claims);
    try {
      now = START + 900_000 + 29_000;
      expect(await statusOf(token)).toBe("valid");
      now = START + 900_000 + 31_000;
      expect(await statusOf(token)).toBe("expired");
      expect(await statusOf(`${token.slice(0, -2)}AA`)).toBe("invalid");
    } finally {
      now = START;
    }
  });

  it("from a machine of ours whose clock is ahead is good, or to be exchanged; nobody is signed out by it", async () => {
    const ahead = (by: number): string => forged(HEAD, { ...BODY, iat: BODY.iat + by, exp: BODY.exp + by });
    expect(await statusOf(ahead(600))).toBe("valid");
    expect(await statusOf(ahead(1_000))).toBe("expired");
  });

  it("is not good for longer than tokens live now, whatever it says", async () => {
    const old = forged(HEAD, { ...BODY, iat: BODY.iat - 3_000, exp: BODY.exp + 86_400 });
    expect(await statusOf(old)).toBe("expired");
  });
});

function swappedBody(token: string): string {
  const [head = "", , signature = ""] = token.split(".");
  return `${head}.${encode({ ...BODY, sub: "CCCCCCCCCCCCCCCC.1" })}.${signature}`;
}
