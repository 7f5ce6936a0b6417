import type { HealthBridge, SyncStatus } from "@healthbridge/client-sdk";
import { useStatus } from "@healthbridge/client-sdk/react";
import { useDesk } from "./desk-context.ts";

/** Devices that have heard all there was since they were opened. */
const heard = new WeakSet<HealthBridge>();

/** Whether this device has heard from the server since it was opened. Before that nobody here knows that there is nothing: it may only not have come yet. */
export function useHeard(): boolean {
  const { hb } = useDesk();
  const isOnline = useStatus(isUpToDate);
  if (isOnline) heard.add(hb);
  return heard.has(hb);
}

function isUpToDate({ state }: SyncStatus): boolean {
  return state === "online";
}
