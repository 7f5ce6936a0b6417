import { createHmac } from "node:crypto";
import type { RelaysAnswer } from "@healthbridge/schema";
import { Hono } from "hono";
import type { Clock } from "../adapters/clock.ts";
import type { Randomness } from "../adapters/randomness.ts";
import type { Authenticate, SignedInEnv } from "../http/context.ts";
import { RELAYS } from "./limits.ts";

/** Relays (TURN) of the operator's, and the secret that they share with this server. */
export interface RelaySettings {
  /** `turns:turn.example:5349` */
  readonly turnUrls: readonly string[];
  readonly turnSecret: string | undefined;
}

export interface RelayParts {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly settings: RelaySettings;
}

const MS = 1_000;

/**
 * `POST /v1/realtime/relays`: where calls go that find no way of their own, with a name and a password that are good for some hours (draft-uberti-behave-turn-rest, as coturn's `use-auth-secret`
 * has it). The name says nothing of who uses it.
 */
export function relaysRoute(parts: RelayParts, authenticate: Authenticate): Hono<SignedInEnv> {
  const app = new Hono<SignedInEnv>();
  app.post("/v1/realtime/relays", authenticate, (c) => c.json(relaysFor(parts)));
  return app;
}

function relaysFor({ clock, randomness, settings: { turnUrls, turnSecret } }: RelayParts): RelaysAnswer {
  const expiresIn = RELAYS.seconds;
  if (turnUrls.length === 0 || turnSecret === undefined) return { iceServers: [], expiresIn };
  const until = Math.floor(clock.now() / MS) + expiresIn;
  const name = Buffer.from(randomness.bytes(RELAYS.nameBytes)).toString("base64url");
  const username = `${String(until)}:${name}`;
  // What the draft has settled on, and every relay speaks.
  const credential = createHmac("sha1", turnSecret).update(username).digest("base64");
  return { iceServers: [{ urls: [...turnUrls], username, credential }], expiresIn };
}
