import type { Arm } from "./arms.ts";
import { minuteOf, startOf } from "./calendar.ts";
import { endOf, isWay, KEPT } from "./count.ts";
import { largestMatching, slotOf } from "./lost.ts";
import type { Replayed } from "./replay.ts";

/** What leases are good for and what they cost; shares from 0 to 1. */
export interface LeaseResult {
  /** of the offline requests: those that were confirmed on the spot, and then booked exactly so */
  readonly confirmedOffline: number;
  /** of all slots: those that nobody had in the end, and somebody who got no time could have had, were they not another device's at that moment */
  readonly capacityLost: number;
  /** of all slots: those that were ever some device's own and that nobody had in the end */
  readonly capacityLostAtMost: number;
}

/** Counts what leases came to in a replay. */
export function countLeases(arm: Arm, replayed: Replayed, slots: number): LeaseResult {
  const { requests, rows, seen } = replayed;
  const offline = requests.filter(({ wanted }) => !wanted.online);
  const confirmed = offline.filter(
    (request) => request.answer.forecast === "confirmed" && endOf(request, arm, replayed) === "asAsked",
  );
  const kept = [...rows.values()].filter(({ status }) => KEPT.has(status));
  const used = new Set(kept.map(({ doctor, start }) => slotOf({ doctor, start: startOf(minuteOf(start)) })));
  const inVain = requests.filter((request) => !isWay(endOf(request, arm, replayed)));
  const couldHave = inVain.map(({ answer }) =>
    (seen.keptFrom.get(answer.appointment) ?? []).filter((slot) => !used.has(slot)),
  );
  return {
    confirmedOffline: confirmed.length / offline.length,
    capacityLost: largestMatching(couldHave) / slots,
    capacityLostAtMost: [...seen.everLeased].filter((slot) => !used.has(slot)).length / slots,
  };
}
