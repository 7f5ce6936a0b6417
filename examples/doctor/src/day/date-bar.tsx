import { IconButton } from "@healthbridge/example-design";
import { addDays, type CalendarDate } from "@healthbridge/schema/client";
import { ChevronLeft, ChevronRight } from "lucide";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import { addressOf } from "../shared/route.ts";
import { goTo } from "../shared/use-place.ts";
import { mondayOf } from "./dates.ts";

export interface DateBarProps {
  readonly date: CalendarDate;
  readonly today: CalendarDate;
  /** days that one step goes */
  readonly step: 1 | 7;
  readonly at: "day" | "week";
}

/** Which day or week is shown, and the ways to others. */
export function DateBar({ date, today, step, at }: DateBarProps): VNode {
  const { t, day } = useWords();
  const title = step === 1 ? day(date, "long") : t("weekOf", { from: day(date), to: day(addDays(date, 6)) });
  const isNow = step === 1 ? date === today : date === mondayOf(today);
  return (
    <div class="date-bar">
      <IconButton
        icon={ChevronLeft}
        label={t(step === 1 ? "dayBefore" : "weekBefore")}
        onClick={() => goTo({ at, date: addDays(date, -step) })}
      />
      <h2 aria-live="polite">{title}</h2>
      <IconButton
        icon={ChevronRight}
        label={t(step === 1 ? "dayAfter" : "weekAfter")}
        onClick={() => goTo({ at, date: addDays(date, step) })}
      />
      <input
        class="input"
        type="date"
        aria-label={t("goToDate")}
        value={date}
        onChange={({ currentTarget: { value } }) => {
          if (value !== "") goTo({ at, date: step === 1 ? value : mondayOf(value) });
        }}
      />
      {!isNow && (
        <a class="button" data-kind="plain" href={addressOf({ at })}>
          {t(step === 1 ? "today" : "thisWeek")}
        </a>
      )}
    </div>
  );
}
