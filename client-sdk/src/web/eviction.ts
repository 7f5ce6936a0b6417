import { PROTOCOL_VERSION } from "@healthbridge/schema/client";
import { type OpenDevice, runtimeOf, signedCall, signedRead } from "../carriers/signed-call.ts";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import { isRecord } from "../outbox/rows.ts";
import { keyFor } from "./request-key.ts";
import type { Eviction } from "./sentinel.ts";

/** A device that is open, with somebody signed in. */
export interface ReportingDevice extends OpenDevice {
  readonly hb: Pick<HealthBridge, "status" | "sync">;
}

/**
 * Tells the server that the device it knew is empty, and learns what is really lost. The emptied device is signed out there, so nobody waits for what it still had to send (its
 * leases can be given back); and the server says how far each of its streams had come: what is beyond that it never got. Needs the network, and the account that was signed in.
 *
 * @returns the same with `lost`
 * @throws HealthBridgeError `not_signed_in`; `offline` and the other codes of an exchange that failed
 * @example
 * for (const eviction of await lostStores()) {
 *   const { lost } = await reportEviction({ hb, url, store }, eviction);
 *   say(`${lost} things never arrived and have to be done again.`);
 * }
 */
export async function reportEviction(device: ReportingDevice, eviction: Eviction): Promise<Eviction> {
  const account = device.hb.status.get().account?.id;
  if (account === undefined) throw new HealthBridgeError("not_signed_in");
  let lost = 0;
  for (const { id, owner, next } of eviction.streams) {
    if (owner !== account) continue;
    const answer = await signedRead(device, {
      method: "POST",
      path: "sync",
      body: { protocol: PROTOCOL_VERSION, stream: id, from: next, budget: 0 },
    });
    const settled = isRecord(answer) ? answer["settled"] : undefined;
    if (typeof settled !== "number") throw new HealthBridgeError("offline");
    lost += Math.max(0, next - 1 - settled);
  }
  if (eviction.account === account && eviction.device !== undefined) await signOff(device, eviction.device);
  return { ...eviction, lost };
}

/** Signs the emptied device out. That it is out already is as good. */
async function signOff(device: OpenDevice, emptied: string): Promise<void> {
  const headers = { "idempotency-key": keyFor(runtimeOf(device)) };
  try {
    await signedCall(device, { method: "DELETE", path: `devices/${emptied}`, headers });
  } catch (error) {
    if (!(error instanceof HealthBridgeError && error.code === "not_found")) throw error;
  }
}
