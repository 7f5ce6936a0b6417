import { Button, SlotCell, Slots, TextField } from "@healthbridge/example-design";
import { useNow } from "@healthbridge/client-sdk/react";
import { type CalendarDate, epochMinutes, MINUTE_MS } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useTrying, whenSent } from "../shared/fail.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import type { AskingProps } from "./cancel-form.tsx";
import { timeOf } from "./dates.ts";
import { useDay, useToday } from "./use-day.ts";

/** Moves an appointment to another free time of the doctor's. */
export function MoveForm({ visit, onDone, onBack }: AskingProps): VNode {
  const { hb } = useDesk();
  const { t } = useWords();
  const tryTo = useTrying();
  const once = useOneAtATime();
  const today = useToday();
  const own = visit.start.slice(0, 10);
  const [date, setDate] = useState<CalendarDate>(own < today ? today : own);
  const [chosen, setChosen] = useState<string>();
  const move = async (): Promise<void> => {
    if (chosen === undefined) return;
    const kept = await tryTo(
      () => hb.reschedule({ appointment: visit.id, start: chosen }),
      "moveKept",
      whenSent,
    );
    if (kept) onDone();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void once(move);
      }}
    >
      <TextField
        label={t("moveDate")}
        type="date"
        value={date}
        min={today}
        onValue={(next) => {
          setChosen(undefined);
          if (next !== "") setDate(next);
        }}
      />
      <FreeTimes date={date} chosen={chosen} onChoose={setChosen} />
      <div class="row end">
        <Button onClick={onBack}>{t("back")}</Button>
        <Button kind="primary" type="submit" disabled={chosen === undefined}>
          {chosen === undefined ? t("moveChoose") : t("moveTo", { time: timeOf(chosen) })}
        </Button>
      </div>
    </form>
  );
}

interface FreeTimesProps {
  readonly date: CalendarDate;
  readonly chosen: string | undefined;
  readonly onChoose: (start: string) => void;
}

/** The doctor's free times of a date; where new hours wait, or this device does not hold it, that nobody here knows. */
function FreeTimes({ date, chosen, onChoose }: FreeTimesProps): VNode {
  const { t, day } = useWords();
  const now = useNow();
  const { slots, hoursWait } = useDay(date);
  const free = (slots ?? []).filter(
    ({ state, start }) => state === "free" && epochMinutes(start) * MINUTE_MS > now,
  );
  if (slots === undefined) return <p class="small">{t(hoursWait ? "dayHoursWait" : "dayNotHeld")}</p>;
  if (free.length === 0) return <p class="small">{t("nothingFree", { day: day(date) })}</p>;
  return (
    <Slots label={t("moveTimes", { day: day(date, "long") })}>
      {free.map(({ start }) => (
        <SlotCell
          key={start}
          state="free"
          title={timeOf(start)}
          pressed={start === chosen}
          onPress={() => onChoose(start)}
        />
      ))}
    </Slots>
  );
}
