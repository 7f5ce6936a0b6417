import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { LIMITS } from "@healthbridge/schema";
import { hostileText } from "./arbitraries/hostile.ts";
import type { Answer } from "./support/ask.ts";
import { ROUTES } from "./support/requests.ts";
import { faultsOfAnswer } from "./support/rules.ts";
import { runs } from "./support/seeds.ts";
import { authorization, JSON_TYPE, openTarget, randomKey } from "./support/target.ts";

/** Who asks, and under which key: tokens that were not given to who shows them, keys that are not what they should be. */
const target = await openTarget();
const { staff, patient, stranger, secret, words } = target;
afterEach(() => target.checkAlive());

type Part = Readonly<Record<string, unknown>>;
const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const decode = (part: string | undefined): Part =>
  JSON.parse(Buffer.from(part ?? "", "base64url").toString());
const signed = (head: unknown, claims: unknown, key: Uint8Array = secret, hash = "sha256"): string => {
  const text = `${encode(head)}.${encode(claims)}`;
  return `${text}.${createHmac(hash, key).update(text).digest("base64url")}`;
};
const token = staff.token();
const [head, claims] = token.split(".", 2).map(decode) as [Part, Part];
const now = Number(claims["iat"]);
const without = (name: string): Part =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

function devices(header: string | undefined): Promise<Answer> {
  const headers: Record<string, string> = header === undefined ? {} : { authorization: header };
  return target.ask({ method: "GET", path: "/v1/devices", headers });
}

describe("a token", () => {
  it("that is forged in no other way than by having the key is taken: the forgeries below fail for what is wrong with them", async () => {
    expect((await devices(`Bearer ${signed(head, claims)}`)).status).toBe(200);
  });

  it.each([
    ["none", undefined],
    ["nothing", ""],
    ["a scheme alone", "Bearer"],
    ["another scheme", `Basic ${Buffer.from("staff:password").toString("base64")}`],
    ["two tokens", `Bearer ${token} ${token}`],
    ["a list", `Bearer ${token}, Bearer ${token}`],
    ["in quotes", `Bearer "${token}"`],
    ["cut short", `Bearer ${token.slice(0, -1)}`],
    ["without its signature", `Bearer ${token.slice(0, token.lastIndexOf(".") + 1)}`],
    ["with a part more", `Bearer ${token}.x`],
    ["of 7,000 characters", `Bearer ${"x".repeat(7_000)}`],
    ["of 2,000 dots", `Bearer ${".".repeat(2_000)}`],
    ["alg none", `Bearer ${encode({ ...head, alg: "none" })}.${encode(claims)}.`],
    ["alg None", `Bearer ${encode({ ...head, alg: "None" })}.${encode(claims)}.x`],
    ["alg HS512", `Bearer ${signed({ ...head, alg: "HS512" }, claims, secret, "sha512")}`],
    ["alg RS256", `Bearer ${signed({ ...head, alg: "RS256" }, claims)}`],
    ["another key's", `Bearer ${signed(head, claims, Buffer.alloc(32, 7))}`],
    ["an empty key's", `Bearer ${signed(head, claims, Buffer.alloc(0))}`],
    ["a key of another name", `Bearer ${signed({ ...head, kid: "k2" }, claims)}`],
    ["a key that is a file", `Bearer ${signed({ ...head, kid: "../../dev/null" }, claims, Buffer.alloc(0))}`],
    ["a key that is a query", `Bearer ${signed({ ...head, kid: "' UNION SELECT 'x" }, claims)}`],
    ["a key that is a prototype", `Bearer ${signed({ ...head, kid: "__proto__" }, claims)}`],
    ["a key by address", `Bearer ${signed({ ...head, jku: "http://evil.example/keys" }, claims)}`],
    ["a key of its own", `Bearer ${signed({ ...head, jwk: { kty: "oct", k: "AAAA" } }, claims)}`],
    ["critical things", `Bearer ${signed({ ...head, crit: ["exp"] }, claims)}`],
    ["without an end", `Bearer ${signed(head, without("exp"))}`],
    ["without a beginning", `Bearer ${signed(head, without("iat"))}`],
    ["for a thousand years", `Bearer ${signed(head, { ...claims, iat: now, exp: "never" })}`],
    ["from the future", `Bearer ${signed(head, { ...claims, iat: now + 3_600, exp: now + 7_200 })}`],
    ["for others", `Bearer ${signed(head, { ...claims, aud: "others" })}`],
    ["by others", `Bearer ${signed(head, { ...claims, iss: "others" })}`],
    ["of a list of somebodies", `Bearer ${signed(head, { ...claims, sub: [claims["sub"]] })}`],
    ["of nobody", `Bearer ${signed(head, { ...claims, sub: "" })}`],
    ["with a role in it", `Bearer ${signed(head, { ...claims, role: "administrator" })}`],
    ["with claims that are a list", `Bearer ${signed(head, [claims])}`],
    ["with claims that are nothing", `Bearer ${signed(head, null)}`],
    ["of JSON that is none", `Bearer ${Buffer.from("{").toString("base64url")}.e30.x`],
    ["of an account that is not", `Bearer ${signed(head, { ...claims, sub: "AAAAAAAAAAAAAAAA.1" })}`],
    [
      "of another's device",
      `Bearer ${signed(head, { ...claims, dev: decode(patient.token().split(".")[1])["dev"] })}`,
    ],
  ])("%s is refused, and the answer says no more than that", async (_, header) => {
    const answer = await devices(header);
    expect({ status: answer.status, faults: faultsOfAnswer(answer) }).toEqual({ status: 401, faults: [] });
  });

  it.each([
    ["ran out", { ...claims, iat: now - 2_000, exp: now - 1_000 }],
    ["is older than any lives, whatever it says", { ...claims, iat: now - 100_000, exp: now + 100_000 }],
  ])("that %s is expired", async (_, body) => {
    const answer = await devices(`Bearer ${signed(head, body)}`);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 401, code: "token_expired" });
  });

  it("of one kind is none of another", async () => {
    const { refreshToken, accessToken } = await target.signIn("spare");
    expect((await devices(`Bearer ${refreshToken}`)).status).toBe(401);
    for (const wrong of [
      accessToken,
      refreshToken.toUpperCase(),
      `${refreshToken}.x`,
      refreshToken.replaceAll(".", ""),
    ]) {
      const answer = await target.ask({
        method: "POST",
        path: "/v1/sessions/refresh",
        headers: JSON_TYPE,
        body: JSON.stringify({ refreshToken: wrong, nonce: "A".repeat(43) }),
      });
      expect({ refused: answer.status >= 400, faults: faultsOfAnswer(answer) }).toEqual({
        refused: true,
        faults: [],
      });
    }
  });

  it("of another tenant opens nothing here, by no route and no id", async () => {
    const ids = words.map(String).filter((word) => /^[\w-]{16}\.\d+$/.test(word));
    const own = new Set(["other"]);
    const leaks: string[] = [];
    for (const route of ROUTES.filter(({ signedIn, path }) => signedIn && path.includes(":"))) {
      for (const id of ids) {
        const path = route.path.replace(/:[A-Za-z]+/, id);
        const method = route.method.toUpperCase();
        const body = route.body === undefined ? {} : { body: "{}" };
        const headers = { ...JSON_TYPE, ...authorization(stranger), "idempotency-key": randomKey() };
        const answer = await target.ask({ method, path, headers, ...body });
        leaks.push(...faultsOfAnswer(answer, route));
        if (answer.status < 300 && !own.has(id) && answer.text.includes("Wanjiru"))
          leaks.push(`${method} ${path}`);
      }
    }
    expect(leaks).toEqual([]);
  });

  it("whatever stands in the header, the answer is a refusal", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText(words), fc.boolean(), async (text, prefixed) => {
        const sent = Buffer.from(prefixed ? `Bearer ${text}` : text)
          .toString("latin1")
          .replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "")
          .slice(0, 4_000);
        const answer = await devices(sent);
        expect({ status: answer.status, faults: faultsOfAnswer(answer) }).toEqual({
          status: 401,
          faults: [],
        });
      }),
      runs(80),
    );
  });
});

describe("an idempotency key", () => {
  const write = (
    key: string | undefined,
    name = "Njeri",
    caller = staff,
    clinic = target.world.clinic,
  ): Promise<Answer> => {
    const headers = {
      ...JSON_TYPE,
      ...authorization(caller),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    };
    return target.ask({
      method: "POST",
      path: "/v1/patients",
      headers,
      body: JSON.stringify({ name, clinic }),
    });
  };
  const { least, most } = LIMITS.keyCharacters;

  it.each([
    ["none", undefined, "key_required"],
    ["nothing", "", "key_required"],
    ["one too short", "x".repeat(least - 1), "malformed"],
    ["one too long", "x".repeat(most + 1), "malformed"],
    ["7,000 long", "x".repeat(7_000), "malformed"],
    ["a list", "abcdefgh, ijklmnop", "malformed"],
    ["half in quotes", '"abcdefgh', "malformed"],
    ["a quote alone", '"', "malformed"],
    ["of quotes", '""""""""""', "malformed"],
    ["with a quote within", '"abc"defgh"', "malformed"],
    ["of SQL", "' OR '1'='1' --", "malformed"],
    ["of a script", "<script>alert(1)</script>", "malformed"],
    ["beyond ASCII", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", "malformed"],
    ["with a tab", "abcd\tefgh", "malformed"],
  ])("%s is refused", async (_, key, code) => {
    const answer = await write(key);
    expect({ faults: faultsOfAnswer(answer), code: JSON.parse(answer.text).code }).toEqual({
      faults: [],
      code,
    });
  });

  it.each([
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "__proto__",
    "AAAAAAAAAAAAAAAA.1",
    "../../../../x",
  ])("'%s' is a key like any other", async (key) => {
    const first = await write(key);
    expect({ status: first.status, faults: faultsOfAnswer(first) }).toEqual({ status: 201, faults: [] });
    expect((await write(key)).text).toBe(first.text);
    expect((await write(`"${key}"`)).text).toBe(first.text);
    expect(JSON.parse((await write(key, "Otieno")).text)).toMatchObject({ status: 422, code: "key_reused" });
  });

  it("of another account is another key: nothing is told of what it did there", async () => {
    const key = randomKey();
    const first = await write(key, "Njeri");
    for (const caller of [target.administrator, stranger]) {
      const clinic = caller === stranger ? String(words[8]) : target.world.clinic;
      const answer = await write(key, "Another", caller, clinic);
      expect(faultsOfAnswer(answer)).toEqual([]);
      expect(answer.text).not.toContain(JSON.parse(first.text).id);
      expect(answer.text).not.toContain("key_reused");
    }
    expect((await write(key, "Njeri")).text).toBe(first.text);
  });

  it("that a hundred requests share at once is one write with one answer", async () => {
    const key = randomKey();
    const answers = await Promise.all(Array.from({ length: 100 }, () => write(key, "Wambui")));
    expect(answers.flatMap((answer) => faultsOfAnswer(answer))).toEqual([]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });
});
