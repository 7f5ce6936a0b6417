import type { EntityId } from "@healthbridge/schema/client";
import { isOf, synced, withStore } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import type { Runtime } from "../adapters/runtime.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { isRecord } from "../outbox/rows.ts";
import type { Store } from "../stores/store.ts";

/** ms before its end from which a token counts as over; as for an exchange, which renews it then. */
const MARGIN_MS = 5_000;

export interface TokenParts {
  readonly hb: Pick<HealthBridge, "sync">;
  /** the SDK's own store */
  readonly store: Store;
  readonly runtime: Pick<Runtime, "now">;
}

interface SignedIn {
  readonly token: string;
  /** ms until it ends, as far as this device can know */
  readonly left: number;
}

/**
 * The access token of whoever is signed in, renewed where it has run out.
 * @param as in whose name; left out: whoever that is
 * @throws HealthBridgeError `not_signed_in`, also where that is somebody else by now; the codes of an exchange that failed
 */
export async function freshToken(parts: TokenParts, signal?: AbortSignal, as?: EntityId): Promise<string> {
  const known = await signedIn(parts, as);
  if (known !== undefined && known.left > MARGIN_MS) return known.token;
  await synced(parts, { until: "settled", signal });
  const renewed = await signedIn(parts, as);
  if (renewed === undefined) throw new HealthBridgeError("not_signed_in");
  return renewed.token;
}

async function signedIn({ store, runtime }: TokenParts, as?: EntityId): Promise<SignedIn | undefined> {
  const [session, sync] = await withStore(
    store,
    "read",
    async (tx) => [await tx.get("meta", "session"), await tx.get("meta", "sync")] as const,
  );
  if (!isRecord(session) || session["ended"] !== undefined) return undefined;
  if (as !== undefined && !isOf(session, as)) throw new HealthBridgeError("not_signed_in");
  const { accessToken: token, expires } = session;
  const ahead = isRecord(sync) ? Number(sync["ahead"]) : 0;
  return typeof token === "string" ? { token, left: Number(expires) - runtime.now() - ahead } : undefined;
}
