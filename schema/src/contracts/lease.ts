import * as z from "zod/mini";
import { LIMITS } from "../protocol/limits.ts";
import { EntityId } from "../shapes/ids.ts";
import { CalendarDate, PartOfDay, Start } from "../shapes/time.ts";
import type { Contract } from "./contract.ts";

/** Of what a device has confirmed without a network: the device whose time it was, and how long the visit takes (minutes). */
export const Leased = z.strictObject({
  device: EntityId,
  minutes: z.int().check(z.multipleOf(5), z.minimum(5), z.maximum(480)),
});
export type Leased = z.infer<typeof Leased>;

export const LEASE_CONTRACTS = {
  "lease.take": {
    input: z.strictObject({
      doctor: EntityId,
      /** whose day sheets */
      dates: z.array(CalendarDate).check(z.minLength(1), z.maxLength(LIMITS.leaseDates)),
      /** the device may confirm until then, and gives back what it has not used */
      until: Start,
      /** at most so many times of each sheet; left out: as many as may be leased */
      most: z.exactOptional(z.int().check(z.minimum(1), z.maximum(LIMITS.leaseStarts))),
      /** only times in this part of the day */
      partOfDay: z.exactOptional(PartOfDay),
    }),
    /** how many times the device has to itself by it */
    output: z.object({ leased: z.int() }),
    problems: ["not_found", "forbidden", "deadline_passed", "beyond_horizon", "lease_limit"],
    rest: {
      method: "post",
      path: "/v1/leases",
      summary: "Take times of a doctor for this device, to confirm them without a network",
    },
  },
  "lease.giveBack": {
    input: z.strictObject({
      doctor: EntityId,
      starts: z.array(Start).check(z.minLength(1), z.maxLength(LIMITS.leaseStarts)),
      /** a device that is lost: what it has confirmed and not sent yet is then booked only where the time is still free */
      device: z.exactOptional(EntityId),
    }),
    /** how many times are free again by it; the others were used or not leased any more */
    output: z.object({ givenBack: z.int() }),
    problems: ["not_found", "forbidden"],
    rest: {
      method: "post",
      path: "/v1/leases/give-back",
      summary: "Give back times that a device has to itself",
    },
  },
} as const satisfies Readonly<Record<string, Contract>>;
