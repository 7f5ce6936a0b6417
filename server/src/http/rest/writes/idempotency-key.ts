import { LIMITS, type StreamId } from "@healthbridge/schema";
import type { FixedStreams } from "../../../operations/fixed-streams.ts";
import type { Authenticated } from "../../context.ts";
import { httpProblem } from "../../problem.ts";

export const KEY_HEADER = "Idempotency-Key";

const { least, most } = LIMITS.keyCharacters;

/** Letters, digits and what random ids are written with. No comma and no space: two headers that a proxy joined are not one key. */
export const KEY_PATTERN = new RegExp(`^[A-Za-z0-9._~:/+=-]{${String(least)},${String(most)}}$`);

/**
 * Reads the header (draft-ietf-httpapi-idempotency-key-header). The draft writes the key as a string of RFC 9651, in double quotes; without them it is understood as well, and is the
 * same key.
 */
export function keyOf(header: string | undefined): string {
  if (header === undefined || header === "") throw httpProblem("key_required", KEY_HEADER);
  const key = header.startsWith('"') && header.endsWith('"') ? header.slice(1, -1) : header;
  if (!KEY_PATTERN.test(key))
    throw httpProblem(
      "malformed",
      KEY_HEADER,
      `${String(least)} to ${String(most)} of A-Z a-z 0-9 . _ ~ : / + = -`,
    );
  return key;
}

/**
 * A key is a stream of its own, whose operation 1 is the request: so the executor recognises a repeated request as it recognises a device's replay. An account's keys
 * are its own; another account with the same key has another stream. Nobody can work it out who knows account and key: she would write there first, or ask whether
 * somebody has.
 */
export function streamOfKey(
  streams: FixedStreams,
  { tenant, account }: Pick<Authenticated, "tenant" | "account">,
  key: string,
): StreamId {
  return streams.of("key", tenant, account, key);
}
