import { HealthBridgeError } from "../errors.ts";

const LEAST = 6;
const MOST = 64;
/** In both directions: what a finger runs over. */
const RUNS = "01234567890 9876543210";

/**
 * Refuses what somebody who holds the device tries first.
 * @throws HealthBridgeError `pin_weak`
 */
export function checkPin(pin: string): void {
  const letters = new Set(pin);
  if (pin.length >= LEAST && pin.length <= MOST && letters.size > 1 && !RUNS.includes(pin)) return;
  throw new HealthBridgeError("pin_weak", {
    detail: `${LEAST} to ${MOST} characters, and neither one alone nor a run like 123456`,
  });
}
