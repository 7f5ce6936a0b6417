import { useDoctorWeek, useNow } from "@healthbridge/client-sdk/react";
import { Button, SlotCell, Slots } from "@healthbridge/example-design";
import { addDays, type BookingRules, type EntityId, type Start } from "@healthbridge/schema/client";
import { ChevronLeft, ChevronRight } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { dateIn, type FreeDay, freeDays } from "../logic/free-times.ts";
import { dayAndTime } from "../words/sayings.ts";
import { useWords } from "../words/words.ts";

/** Days beside each other; more are one press away. */
const AT_ONCE = 7;
/** So far ahead somebody can look. */
const MOST_DAYS = 56;

export interface FreeDaysProps {
  readonly doctor: EntityId;
  readonly rules?: BookingRules | undefined;
  /** the doctor's zone; the phone's own while no sheet is held */
  readonly zone: string | undefined;
  readonly onStart: (start: Start) => void;
}

/** The free times of a doctor by day, as far as this phone knows them. */
export function FreeDays({ doctor, rules, zone, onStart }: FreeDaysProps): VNode {
  const speech = useWords();
  const { t, day } = speech;
  const now = useNow();
  const today = dateIn(zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone, now);
  const [ahead, setAhead] = useState(0);
  const from = addDays(today, ahead);
  // They are pressed again and again: disabled under the focus they would lose it.
  const isFirst = ahead === 0;
  const isLast = ahead + AT_ONCE >= MOST_DAYS;
  const days = freeDays(useDoctorWeek(doctor, { from, days: AT_ONCE }), { now, rules, today });
  return (
    <section class="stack" aria-label={t("doctor.free")}>
      <div class="row between">
        <h2>{t("doctor.free")}</h2>
        <p class="muted small">
          {t("doctor.week", { from: day(from), to: day(addDays(from, AT_ONCE - 1)) })}
        </p>
      </div>
      {days.map((each) => (
        <Day key={each.date} day={each} onStart={onStart} />
      ))}
      <div class="row between">
        <Button
          kind="plain"
          icon={ChevronLeft}
          aria-disabled={isFirst}
          onClick={() => {
            if (!isFirst) setAhead(Math.max(0, ahead - AT_ONCE));
          }}
        >
          {t("doctor.earlier")}
        </Button>
        <Button
          kind="plain"
          icon={ChevronRight}
          aria-disabled={isLast}
          onClick={() => {
            if (!isLast) setAhead(ahead + AT_ONCE);
          }}
        >
          {t("doctor.later")}
        </Button>
      </div>
    </section>
  );
}

function Day({
  day: { date, state, parts },
  onStart,
}: {
  readonly day: FreeDay;
  readonly onStart: FreeDaysProps["onStart"];
}): VNode {
  const speech = useWords();
  const { t, day, time } = speech;
  return (
    <section class="stack tight free-day">
      <h3>{day(date, "long")}</h3>
      {state === "none" && <p class="muted small">{t("doctor.none")}</p>}
      {state === "unknown" && <p class="muted small">{t("doctor.notHeld")}</p>}
      {parts.map(({ part, times }) => (
        <div key={part} class="stack tight">
          <p class="muted small">{t(`doctor.part.${part}`)}</p>
          <Slots label={`${day(date, "long")}, ${t(`doctor.part.${part}`)}`}>
            {times.map(({ start }) => (
              <SlotCell
                key={start}
                state="free"
                title={time(start)}
                label={t("find.free", { time: dayAndTime(speech, start) })}
                onPress={() => onStart(start)}
              />
            ))}
          </Slots>
        </div>
      ))}
    </section>
  );
}
