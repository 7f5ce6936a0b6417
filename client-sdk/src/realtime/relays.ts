import type { RelaysAnswer } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import { type Http, valueOf } from "../carriers/http.ts";
import { isOver, noteThatOver } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import { isRecord } from "../outbox/rows.ts";
import type { Store } from "../stores/store.ts";

/** Who asks for relays, and how. */
export interface RelaysParts {
  readonly http: Http;
  readonly runtime: Pick<Runtime, "sleep">;
  /** the SDK's own store */
  readonly store: Store;
  /** of whoever is signed in */
  readonly token: () => Promise<string | undefined>;
  /** has the device sync, which renews a token that is over */
  readonly poke: () => void;
}

/** A token is renewed within a few round trips, or not now: whoever calls does not wait for it longer than ten seconds. */
const LOOK_MS = 250;
const MOST_LOOKS = 40;

/**
 * Asks the server where calls go that find no way of their own; where the token is over, once more with the one that the device's next sync brings.
 * @throws HealthBridgeError `not_signed_in`, `offline` and what the server answers
 */
export async function askRelays(parts: RelaysParts): Promise<RelaysAnswer["iceServers"]> {
  const token = await parts.token();
  if (token === undefined) throw new HealthBridgeError("not_signed_in");
  try {
    return await ask(parts, token);
  } catch (error) {
    const renewed = isOver(error) ? await renew(parts, token) : undefined;
    if (renewed === undefined) throw error;
    return ask(parts, renewed);
  }
}

async function ask({ http }: RelaysParts, token: string): Promise<RelaysAnswer["iceServers"]> {
  const value = await valueOf(await http({ path: "realtime/relays", token }));
  return areRelays(value) ? value.iceServers : [];
}

/** The token in the place of one that is over; `undefined` where none comes. */
async function renew(
  { runtime, store, token, poke }: RelaysParts,
  over: string,
): Promise<string | undefined> {
  await noteThatOver(store);
  poke();
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await runtime.sleep(LOOK_MS);
    const now = await token();
    if (now !== over) return now;
  }
  return undefined;
}

/** What they hold is the platform's to check. */
function areRelays(value: unknown): value is RelaysAnswer {
  return isRecord(value) && Array.isArray(value["iceServers"]);
}
