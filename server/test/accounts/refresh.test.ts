import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decideRefresh, type SessionState, THEFT } from "../../src/accounts/refresh-decision.ts";
import { createRefreshTokens, digest } from "../../src/accounts/refresh-token.ts";
import type { SigningKey } from "../../src/accounts/signing-keys.ts";

const IDLE = 1_000;
const NOW = 10_000;
const session: SessionState = {
  generation: 3,
  currentHash: "current",
  previousHash: "previous",
  nonceHash: "nonce",
  usedAt: NOW - 1,
  expiresAt: NOW + 1,
  endedWhy: null,
};
const present = (tokenHash: string, nonceHash = "nonce", genuine = true, generation = 2) => ({
  tokenHash,
  nonceHash,
  genuine,
  generation,
});

describe("a refresh", () => {
  it.each([
    ["with the newest token makes its successor", session, present("current"), "advance"],
    ["with the newest token does so whatever the nonce", session, present("current", "other"), "advance"],
    ["that is repeated gets the same again", session, present("previous"), "repeat"],
    ["with the used token and another nonce is theft", session, present("previous", "other"), "theft"],
    ["with an older token of ours is theft", session, present("older"), "theft"],
    [
      "with a token of ours that is newer than all that is known (a restored server) goes on from it",
      session,
      present("newer", "n", true, 9),
      "advance",
    ],
    [
      "with a made-up one of such a number is nobody's affair",
      session,
      present("made up", "n", false, 9),
      "unknown",
    ],
    ["with a made-up token is nobody's affair", session, present("made up", "nonce", false), "unknown"],
    ["by a key taken away still counts by its digest", session, present("current", "n", false), "advance"],
    ["after theft is told so", { ...session, endedWhy: THEFT }, present("current"), "ended_by_theft"],
    ["after signing out is told so", { ...session, endedWhy: "sign-out" }, present("current"), "ended"],
    [
      "with a made-up token learns nothing of an end",
      { ...session, endedWhy: THEFT },
      present("x", "n", false),
      "unknown",
    ],
    ["after its absolute end is refused", { ...session, expiresAt: NOW }, present("current"), "expired"],
    [
      "after too long a silence is refused",
      { ...session, usedAt: NOW - IDLE },
      present("current"),
      "expired",
    ],
    [
      "that is repeated too late is refused as well",
      { ...session, expiresAt: NOW },
      present("previous"),
      "expired",
    ],
  ] as const)("%s", (_what, state, presented, decision) => {
    expect(decideRefresh(state, presented, NOW, IDLE)).toBe(decision);
  });
});

describe("a refresh token", () => {
  const key = (id: string): SigningKey => ({ id, bytes: randomBytes(32) });
  const [old, fresh] = [key("k1"), key("k2")];
  const family = "F".repeat(16);

  it("follows from family, generation and nonce, and from nothing else", () => {
    const tokens = createRefreshTokens([fresh]);
    const [token] = tokens.candidates(family, 2, "n");
    expect(tokens.candidates(family, 2, "n")).toEqual([token]);
    const others = [
      tokens.candidates(family, 3, "n"),
      tokens.candidates(family, 2, "m"),
      tokens.candidates("G".repeat(16), 2, "n"),
      createRefreshTokens([old]).candidates(family, 2, "n"),
    ];
    for (const [other] of others) expect(digest(other)).not.toBe(digest(token));
    expect(token.length).toBeLessThan(100);
  });

  it("is found again after a newer key came", () => {
    const [token] = createRefreshTokens([old]).candidates(family, 2, "n");
    expect(createRefreshTokens([fresh, old]).candidates(family, 2, "n")).toContain(token);
    expect(createRefreshTokens([fresh, old]).read(token)).toEqual({ family, generation: 2, genuine: true });
  });

  it("that nobody made is not genuine", () => {
    const tokens = createRefreshTokens([fresh]);
    const [token] = tokens.candidates(family, 2, "n");
    expect(tokens.read(token.replace(`${family}.2`, `${family}.1`))?.genuine).toBe(false);
    expect(tokens.read(`${token.slice(0, -1)}~`)).toBeUndefined();
    expect(tokens.read("")).toBeUndefined();
  });
});
