import { type Problem, problemOf } from "@healthbridge/schema/client";
import { Overlay } from "./replica/overlay.ts";
import { HealthBridge as Core } from "./health-bridge.ts";
import type { OpenOptions } from "./options.ts";

/**
 * One device's door to HealthBridge: writes are queued here and settle when a network appears; reads answer from what the device holds, as it will be once
 * everything queued has been applied. It brings the decisions that server and device share; all else is the core's.
 *
 * @example
 * const hb = await HealthBridge.open({ url: "https://health.example", store: indexedDbStore({ name: "clinic" }) });
 * const booking = await hb.book({ doctor, patient, start: "2026-11-23T09:20+03:00", ifTaken: [{ wish: "sameDay" }] });
 * booking.forecast; // "applied" where her calendar is held and the time is free: shown as "waiting to be sent" from this moment, network or not
 */
export class HealthBridge extends Core {
  protected constructor(options: OpenOptions) {
    super(options, (mirror, runtime) => new Overlay(mirror, runtime));
  }

  /** Checks an operation's input without queueing it, of every type a device can queue. */
  static override check(type: string, input: unknown): Problem | undefined {
    return problemOf(type, input);
  }
}
