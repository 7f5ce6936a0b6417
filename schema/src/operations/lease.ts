import { leasedStarts, withLease } from "../entities/lease.ts";
import { sheetId, type Slot, slotsOf } from "../entities/sheet.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Doctor } from "../shapes/directory.ts";
import type { Sheet } from "../shapes/sheet.ts";
import { DAY_MINUTES, epochMinutes, formatStart, MINUTE_MS, offsetMinutes } from "../time.ts";
import { sheetNow } from "./appointment-time.ts";
import { type Decide, rejected } from "./definition.ts";
import { Draft } from "./draft.ts";
import { LEASE_MARGIN_MS } from "./lease-use.ts";
import { keepsHours, visible } from "./rights.ts";
import { suits } from "./wishes.ts";

/** How much of what is free the clinic's devices may have to themselves where the doctor's rules say nothing, in percent. */
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
  // However long a device is away: its times are nobody's until they have begun.
  const last = formatStart(until / MINUTE_MS + LIMITS.leasedAfterMinutes, offsetMinutes(input.until)).slice(
    0,
    10,
  );
  const far = input.dates.findIndex((date) => date > last);
  if (far >= 0) return rejected("beyond_horizon", `input.dates.${far}`);
  const draft = new Draft(state);
  let leased = 0;
  for (const date of new Set(input.dates)) {
    const sheet = sheetNow(draft, sheetId(doctor.id, date), context);
    const most = sheet ? Math.min(roomIn(sheet, doctor, now), input.most ?? LIMITS.leaseStarts) : 0;
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

/** How many times may be leased beside those that are: a share of all that is not taken by patients and still to come. */
function roomIn(sheet: Sheet, { rules = {} }: Doctor, now: number): number {
  const { leasePercent = LEASE_PERCENT } = rules;
  const ahead = slotsOf(sheet).filter(({ instant }) => isAhead(instant, now));
  const starts = leasedStarts(sheet);
  const leased = ahead.filter(({ instant }) => starts.has(instant)).length;
  return Math.floor(((freeIn(sheet, now).length + leased) * leasePercent) / 100) - leased;
}

function freeIn(sheet: Sheet, now: number): readonly Slot[] {
  return slotsOf(sheet).filter(
    ({ group, state, instant }) => !group && state === "f" && isAhead(instant, now),
  );
}

function isAhead(instant: number, now: number): boolean {
  return instant * MINUTE_MS > now + LEASE_MARGIN_MS;
}
