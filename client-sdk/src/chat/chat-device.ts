import type { OpenDevice } from "../carriers/signed-call.ts";
import type { HealthBridge } from "../health-bridge.ts";

/** A device that is open, for chat. */
export interface ChatDevice extends OpenDevice {
  readonly hb: Pick<
    HealthBridge,
    "acknowledge" | "enqueue" | "get" | "list" | "on" | "outcomes" | "status" | "sync" | "waiting"
  >;
}
