import type { HealthBridge } from "../health-bridge.ts";

/** What answers from what a device holds: an open `HealthBridge`, of the core or with forecasts. */
export type Holder = Pick<HealthBridge, "get" | "isComplete" | "list">;
