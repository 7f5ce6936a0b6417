import { Banner, Card, IconButton } from "@healthbridge/example-design";
import { useAppointments } from "@healthbridge/client-sdk/react";
import type { PreviewDay } from "@healthbridge/client-sdk/schedule";
import { addDays } from "@healthbridge/schema/client";
import { ChevronLeft, ChevronRight } from "lucide";
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { endTimeOf, mondayOf, timeOf } from "../day/dates.ts";
import { useToday } from "../day/use-day.ts";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useOwnClinic } from "../shared/use-clinic.ts";
import { previewOf, unfitIn } from "./hours-preview.ts";
import type { EditedHours } from "./use-hours.ts";
import { VisitLine } from "./visit-line.tsx";

const WEEK = 7;
/** Days for which the server makes sheets ahead: as far as an appointment can stand. */
const AHEAD = 56;

/** The week that comes of what was edited, and who would no longer fit into it: before anything is asked for. */
export function PreviewCard({ hours: { draft, changed } }: { readonly hours: EditedHours }): VNode {
  const { hb, doctor } = useDesk();
  const { t, day } = useWords();
  const today = useToday();
  const [weeks, setWeeks] = useState(0);
  const clinic = useOwnClinic();
  const holidays = useMemo(() => (clinic?.holidays ?? []).map(({ date }) => date), [clinic]);
  const appointments = useAppointments({ doctor });
  const from = addDays(mondayOf(today), weeks * WEEK);
  const preview = useMemo(
    () => previewOf({ doctor, draft, from, days: WEEK, holidays }),
    [doctor, draft, from, holidays],
  );
  const unfit = useMemo(() => {
    const ahead = changed ? previewOf({ doctor, draft, from: today, days: AHEAD, holidays }) : undefined;
    return unfitIn(ahead ?? [], appointments, (id) => hb.get("sheet", id));
  }, [changed, doctor, draft, today, holidays, appointments, hb]);
  return (
    <Card
      title={t("previewTitle")}
      aside={
        <span class="row">
          <IconButton
            icon={ChevronLeft}
            label={t("weekBefore")}
            disabled={weeks === 0}
            onClick={() => setWeeks(weeks - 1)}
          />
          <IconButton icon={ChevronRight} label={t("weekAfter")} onClick={() => setWeeks(weeks + 1)} />
        </span>
      }
    >
      <p class="small muted">{t("weekOf", { from: day(from), to: day(addDays(from, WEEK - 1)) })}</p>
      {preview === undefined ? (
        <p class="wrong">{t("previewNone")}</p>
      ) : (
        <ul class="preview">
          {preview.map((each) => (
            <PreviewLine key={each.date} day={each} holiday={holidays.includes(each.date)} />
          ))}
        </ul>
      )}
      {clinic === undefined && <p class="small muted">{t("holidaysUnknown")}</p>}
      {unfit.length > 0 && (
        <Banner tone="trouble" urgent={false}>
          <p class="strong">{t("unfitTitle", { n: unfit.length })}</p>
          <p class="small">{t("unfitMore")}</p>
          <ul class="lines">
            {unfit.map((visit) => (
              <VisitLine key={visit.id} visit={visit} />
            ))}
          </ul>
        </Banner>
      )}
    </Card>
  );
}

interface PreviewLineProps {
  readonly day: PreviewDay;
  readonly holiday: boolean;
}

/** One date: its stretches, and how many times there are. */
function PreviewLine({ day: { date, slots }, holiday }: PreviewLineProps): VNode {
  const { t, day } = useWords();
  return (
    <li>
      <span class="preview-day">{day(date)}</span>
      <span class="grow number small">
        {slots.length === 0
          ? t(holiday ? "holiday" : "dayOff")
          : stretchesOf(slots)
              .map(({ from, to }) => `${from}–${to}`)
              .join(" · ")}
      </span>
      {slots.length > 0 && <span class="small muted number">{t("previewSlots", { n: slots.length })}</span>}
    </li>
  );
}

const GAP_MINUTES = 60;

/** Slots that follow each other closely, as one stretch. */
function stretchesOf(
  slots: PreviewDay["slots"],
): ReadonlyArray<{ readonly from: string; readonly to: string }> {
  const found: Array<{ from: string; to: string; end: number }> = [];
  for (const slot of slots) {
    const begins = Date.parse(slot.start) / 60_000;
    const last = found.at(-1);
    const ends = { to: endTimeOf(slot), end: begins + slot.minutes };
    if (last !== undefined && begins - last.end < GAP_MINUTES) Object.assign(last, ends);
    else found.push({ from: timeOf(slot.start), ...ends });
  }
  return found;
}
