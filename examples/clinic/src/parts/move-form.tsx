import { Button, SlotCell, Slots } from "@healthbridge/example-design";
import { useDoctorWeek } from "@healthbridge/client-sdk/react";
import { CalendarClock } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { dateOf } from "../logic/wall.ts";
import { speech, t } from "../words.ts";
import type { AskingProps } from "./cancel-form.tsx";
import { useDeeds } from "./use-deeds.ts";
import { useDesk } from "./use-desk.ts";
import { Form } from "./form.tsx";

const MOST_DAYS = 3;

/** Moves an appointment to another time of the same doctor. If that is gone meanwhile it stays where it is. */
export function MoveForm({ visit, name, onBack, onDone }: AskingProps): VNode {
  const { hb, today, now } = useDesk();
  const { keep } = useDeeds(() => name);
  const [start, setStart] = useState<string>();
  const from = dateOf(visit.start) > today ? dateOf(visit.start) : today;
  const days = useDoctorWeek(visit.doctor, { from, days: 7 })
    .map(({ date, slots = [] }) => ({
      date,
      free: slots.filter(
        (slot) => slot.state === "free" && Date.parse(slot.start) > now && slot.start !== visit.start,
      ),
    }))
    .filter(({ free }) => free.length > 0)
    .slice(0, MOST_DAYS);
  const move = async (): Promise<void> => {
    if (start === undefined) return;
    if (await keep(() => hb.reschedule({ appointment: visit.id, start }), "saidMoved", name)) onDone();
  };
  return (
    <Form onSubmit={move}>
      <h3>{t("moveOf", { name, time: `${speech.day(visit.start)}, ${speech.time(visit.start)}` })}</h3>
      {days.length === 0 && <p>{t("noFreeKnown")}</p>}
      {days.map(({ date, free }) => (
        <div key={date} class="stack tight">
          <h4>{speech.day(date, "long")}</h4>
          <Slots label={speech.day(date, "long")}>
            {free.map((slot) => (
              <SlotCell
                key={slot.start}
                state="free"
                title={speech.time(slot.start)}
                label={`${speech.day(date)}, ${speech.time(slot.start)}, ${t("free")}`}
                pressed={slot.start === start}
                onPress={() => setStart(slot.start)}
              />
            ))}
          </Slots>
        </div>
      ))}
      <div class="row end">
        <Button onClick={onBack}>{t("back")}</Button>
        <Button type="submit" kind="primary" icon={CalendarClock} disabled={start === undefined}>
          {t("deedMove")}
        </Button>
      </div>
    </Form>
  );
}
