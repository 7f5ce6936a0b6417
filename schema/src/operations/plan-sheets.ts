import type { Availability } from "../shapes/availability.ts";
import type { Sheet } from "../shapes/sheet.ts";
import type { CalendarDate } from "../shapes/time.ts";
import { LIMITS } from "../protocol/limits.ts";
import { addDays } from "../time.ts";
import { firstPlannedDate } from "./availability.ts";
import { applied, type Change, type Context, rejected } from "./definition.ts";
import { keepBusy } from "./sheet-merge.ts";

/** Makes the day sheets of some days out of a doctor's week. Throws a `RangeError` where the time zone is unknown. */
export type MakeSheets = (plan: Availability, from: CalendarDate, days: number) => readonly Sheet[];

/** What a server adds to the context of a decision: day sheets for the coming days, with everything kept on them that is taken. */
export function sheetPlanner(makeSheets: MakeSheets): NonNullable<Context["planSheets"]> {
  return (state, plan, now) => {
    const from = firstPlannedDate(now);
    let made: readonly Sheet[];
    try {
      made = makeSheets(plan, from, LIMITS.sheetDays);
    } catch (error) {
      if (error instanceof RangeError) return rejected("zone_unknown", "input.zone");
      throw error;
    }
    const changes: Change[] = [
      { kind: "availability", entity: { ...plan, sheetsUntil: addDays(from, LIMITS.sheetDays) } },
    ];
    for (const fresh of made) {
      const old = state.get("sheet", fresh.id);
      const merged = old === undefined ? fresh : keepBusy(fresh, old, now);
      if (old === undefined ? merged.runs.length > 0 : JSON.stringify(old) !== JSON.stringify(merged)) {
        changes.push({ kind: "sheet", entity: merged });
      }
    }
    return applied(...changes);
  };
}
