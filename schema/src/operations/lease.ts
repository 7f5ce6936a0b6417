import { leasedStarts, withLease } from "../entities/lease.ts";
import { sheetId, type Slot, slotsOf } from "../entities/sheet.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Doctor } from "../shapes/directory.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { DAY_MINUTES, epochMinutes, MINUTE_MS } from "../time.ts";
import { sheetNow } from "./appointment-time.ts";
import { type Decide, rejected } from "./definition.ts";
import { Draft } from "./draft.ts";
import { LEASE_MARGIN_MS } from "./lease-use.ts";
import { keepsHours, visible } from "./rights.ts";
import { suits } from "./wishes.ts";

/** How much of a day the clinic's devices may have to themselves where the doctor's rules say nothing, in percent. */
const LEASE_PERCENT = 50;

/**
 * Gives the device that asks free times of a doctor's day sheets to itself. Of each sheet the last ones: whoever books with a network comes first in the day, and
 * a time that is given back late is of use to somebody all the same. Places of group sessions are not leased.
 */
export const takeLease: Decide<"lease.take"> = (state, input, context) => {
  const { actor, now } = context;
  const doctor = visible(state, "doctor", input.doctor, (each) => keepsHours(actor, each));
  if (!doctor) return rejected("not_found", "input.doctor");
  const device = actor?.device;
  if (device === undefined) return rejected("forbidden", undefined, "only a device can have a lease");
  const until = epochMinutes(input.until) * MINUTE_MS;
  if (until <= now + LEASE_MARGIN_MS) return rejected("deadline_passed", "input.until");
  if (until > now + LIMITS.leaseDays * DAY_MINUTES * MINUTE_MS)
    return rejected("beyond_horizon", "input.until");
  const draft = new Draft(state);
  let leased = 0;
  for (const date of new Set(input.dates)) {
    const sheet = sheetNow(draft, sheetId(doctor.id, date), context);
    const most = sheet ? Math.min(roomIn(sheet, doctor), input.most ?? LIMITS.leaseStarts) : 0;
    if (!sheet || most <= 0) continue;
    const some = freeIn(sheet, now)
      .filter((each) => suits(each, input.partOfDay))
      .slice(-most);
    if (some.length === 0) continue;
    leased += some.length;
    draft.put({ kind: "sheet", entity: withLease(sheet, device, until, some) });
  }
  if (leased === 0) return rejected("lease_limit", "input.dates");
  return { status: "applied", changes: draft.changes, output: { leased } };
};

/** How many times may be leased beside those that are, by the share of the day. */
function roomIn(sheet: Sheet, { rules = {} }: Doctor): number {
  const { leasePercent = LEASE_PERCENT } = rules;
  const offered = slotsOf(sheet).filter(({ state, group }) => !group && state !== "x" && state !== "o");
  return Math.floor((offered.length * leasePercent) / 100) - leasedStarts(sheet).size;
}

function freeIn(sheet: Sheet, now: number): readonly Slot[] {
  return slotsOf(sheet).filter(
    ({ group, state, instant }) => !group && state === "f" && instant * MINUTE_MS > now + LEASE_MARGIN_MS,
  );
}
