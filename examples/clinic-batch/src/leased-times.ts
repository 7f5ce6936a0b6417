import type { EnqueueItem, HealthBridge, LeasedTime } from "@healthbridge/client-sdk";
import { several, spokenDay, spokenStart } from "./words.ts";

/** Times that are given back in one operation. */
const MOST_AT_ONCE = 100;

/** The times that this computer can confirm by itself, a line for each doctor, day and end. */
export function leasedLines(hb: HealthBridge): readonly string[] {
  const groups = Map.groupBy(hb.leasedTimes(), (time) =>
    JSON.stringify([time.doctor, time.start.slice(0, 10), endOf(time)]),
  );
  return [...groups.values()].flatMap((times) => {
    const [first] = times;
    if (first === undefined) return [];
    const clock = times.map(({ start }) => start.slice(11, 16)).join(", ");
    const who = hb.get("doctor", first.doctor)?.name ?? first.doctor;
    return `${who}, ${spokenDay(first.start)}: ${clock}; ${endOf(first)}`;
  });
}

/** How many they are, where there are any. */
export function leasedInWords(hb: HealthBridge): string | undefined {
  const { length } = hb.leasedTimes();
  return length === 0
    ? undefined
    : `This computer can confirm ${several(length, "time")} by itself, without a network: clinic-batch lease`;
}

/** Operations that give times back. */
export function givingBack(times: readonly LeasedTime[]): EnqueueItem[] {
  return [...Map.groupBy(times, ({ doctor }) => doctor)].flatMap(([doctor, own]) =>
    Array.from({ length: Math.ceil(own.length / MOST_AT_ONCE) }, (_, at) => {
      const part = own.slice(at * MOST_AT_ONCE, (at + 1) * MOST_AT_ONCE);
      const input = { doctor, starts: part.map(({ start }) => start) };
      return { type: "lease.giveBack" as const, input };
    }),
  );
}

/** Until when a time can be confirmed here: as the doctor's wall shows it, whose distance from UTC the start has. */
function endOf({ start, until }: LeasedTime): string {
  if (until >= Date.parse(start)) return "each until it begins";
  const ahead = Date.parse(`${start.slice(0, 16)}Z`) - Date.parse(start);
  return `until ${spokenStart(new Date(until + ahead).toISOString().slice(0, 16))}`;
}
