import { Card, EmptyCalendar, EmptyState } from "@healthbridge/example-design";
import { useAppointments, useNow } from "@healthbridge/client-sdk/react";
import type { CalendarDate } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { OutsideHours } from "../hours/outside-hours.tsx";
import { agendaOf, figuresOf, type Visit } from "./agenda.ts";
import { DateBar } from "./date-bar.tsx";
import { emptyDay } from "./empty-day.ts";
import type { ShownDay } from "./hours-waiting.ts";
import { OpenRow } from "./open-row.tsx";
import { useDay, useToday } from "./use-day.ts";
import { VisitDialog } from "./visit-dialog.tsx";
import { VisitRow } from "./visit-row.tsx";
import { WaitingRoomCard } from "./waiting-room-card.tsx";

/** One day: who comes, who is here, what is free. */
export function DayScreen({ date }: { readonly date: CalendarDate | undefined }): VNode {
  const today = useToday();
  const shown = date ?? today;
  const day = useDay(shown);
  const [open, setOpen] = useState<string>();
  return (
    <div class="stack">
      <DateBar date={shown} today={today} step={1} at="day" />
      <DayFiguresLine day={day} />
      <div class="desk-columns">
        <Agenda day={day} today={today} onOpen={setOpen} />
        <div class="stack">
          {shown === today && <WaitingRoomCard visits={day.appointments} onOpen={setOpen} />}
          <OutsideHours onOpen={setOpen} />
          <WaitingListCard onOpen={setOpen} />
          <CancelledCard date={shown} onOpen={setOpen} />
        </div>
      </div>
      {open !== undefined && <VisitDialog id={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

/** How the day stands, in a line; nothing is counted before anything of it is here. */
function DayFiguresLine({ day }: { readonly day: ShownDay }): VNode | null {
  const { t } = useWords();
  const { visits, seen, here, unsent, free } = figuresOf(day, useNow());
  if (day.slots === undefined && visits === 0 && !day.hoursWait) return null;
  const parts = [
    t("figVisits", { n: visits }),
    ...(seen > 0 ? [t("figSeen", { n: seen })] : []),
    ...(here > 0 ? [t("figHere", { n: here })] : []),
    ...(unsent > 0 ? [t("figUnsent", { n: unsent })] : []),
    ...(day.slots === undefined ? [] : [t("figFree", { n: free })]),
    ...(day.hoursWait ? [t("figHoursWait")] : []),
  ];
  return <p class="muted figures">{parts.join(" · ")}</p>;
}

interface OfDay {
  readonly day: ShownDay;
  readonly today: CalendarDate;
  readonly onOpen: (appointment: string) => void;
}

function Agenda({ day, today, onOpen }: OfDay): VNode {
  const { t, day: dayWords } = useWords();
  const entries = agendaOf(day, useNow());
  if (entries.length === 0) {
    const { title, more } = emptyDay(day, today);
    return (
      <Card>
        <EmptyState picture={EmptyCalendar} title={t(title, { day: dayWords(day.date, "long") })}>
          {t(more)}
        </EmptyState>
      </Card>
    );
  }
  return (
    <ol class="agenda" aria-label={t("agenda", { day: dayWords(day.date, "long") })}>
      {entries.map((entry) =>
        entry.is === "visit" ? (
          <VisitRow key={entry.visit.id} visit={entry.visit} onOpen={() => onOpen(entry.visit.id)} />
        ) : (
          <OpenRow key={`${entry.is} ${entry.start}`} stretch={entry} />
        ),
      )}
    </ol>
  );
}

interface OfVisits {
  readonly onOpen: (appointment: string) => void;
}

/** Who waits for a time that comes free. */
function WaitingListCard({ onOpen }: OfVisits): VNode | null {
  const { t } = useWords();
  const waiting = useHers().filter(({ status }) => status === "waitlist");
  return <VisitsCard title={t("waitingList")} visits={waiting} onOpen={onOpen} />;
}

/** Who was to come on a date and will not: of the day itself nothing shows that, and the reason is worth reading. */
function CancelledCard({ date, onOpen }: OfVisits & { readonly date: CalendarDate }): VNode | null {
  const { t } = useWords();
  const cancelled = useHers().filter(({ status, start }) => status === "cancelled" && start.startsWith(date));
  return <VisitsCard title={t("cancelledOfDay")} visits={cancelled} onOpen={onOpen} />;
}

function useHers(): readonly Visit[] {
  const { doctor } = useDesk();
  return useAppointments({ doctor });
}

interface VisitsCardProps extends OfVisits {
  readonly title: string;
  readonly visits: readonly Visit[];
}

function VisitsCard({ title, visits, onOpen }: VisitsCardProps): VNode | null {
  if (visits.length === 0) return null;
  return (
    <Card title={title}>
      <ol class="agenda inside-card">
        {visits.map((visit) => (
          <VisitRow key={visit.id} visit={visit} onOpen={() => onOpen(visit.id)} />
        ))}
      </ol>
    </Card>
  );
}
