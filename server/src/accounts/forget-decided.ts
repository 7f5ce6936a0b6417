import { EntityId } from "@healthbridge/schema";
import type { Decided } from "../operations/submission.ts";
import type { AccessCheck } from "./access-check.ts";

/** Operations that end or change what somebody may do, and where their input says who. */
const WHOSE: ReadonlyMap<string, "account" | "device"> = new Map([
  ["device.revoke", "device"],
  ["account.setStatus", "account"],
  ["account.setClinics", "account"],
]);

/** Forgets whose rights operations have changed, whichever way they came: what is remembered of them holds no longer. */
export function forgetDecided(access: AccessCheck, decided: readonly Decided[]): void {
  for (const { type, code, input } of decided) {
    const kind = WHOSE.get(type);
    if (kind === undefined || code !== undefined) continue;
    const id = EntityId.safeParse(Object.entries(input ?? {}).find(([name]) => name === kind)?.[1]);
    if (!id.success) continue;
    if (kind === "device") access.forget(id.data);
    else access.forgetAccount(id.data);
  }
}
