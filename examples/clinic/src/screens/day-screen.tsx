import {
  Banner,
  Button,
  EmptyState,
  Icon,
  IconButton,
  EmptyPage,
  EmptyCalendar,
} from "@healthbridge/example-design";
import { useAppointments, useList } from "@healthbridge/client-sdk/react";
import { addDays, type EntityId, sheetId } from "@healthbridge/schema/client";
import { ChevronLeft, ChevronRight, Ticket } from "lucide";
import type { VNode } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { type Cell, cellAt, type DayGrid, dayGrid, type GridColumn, type Visit } from "../logic/day-grid.ts";
import { clockIn } from "../logic/wall.ts";
import { dayHref, type DayRoute, goTo } from "../route.ts";
import { CellDialog } from "../parts/cell-dialog.tsx";
import { FACES } from "../parts/cell-face.ts";
import { DayGridView } from "../parts/day-grid-view.tsx";
import { QueueList } from "../parts/queue-list.tsx";
import { useDesk } from "../parts/use-desk.ts";
import { useOwnTimes } from "../parts/use-own-times.ts";
import { usePatientOf } from "../parts/use-patients.ts";
import { WalkInDialog } from "../parts/walk-in-dialog.tsx";
import { speech, t } from "../words.ts";

type Open =
  | { readonly kind: "cell"; readonly column: GridColumn; readonly cell: Cell }
  | { readonly kind: "walkIn" };

/** The clinic's day: all doctors beside each other, everything at hand. */
export function DayScreen({ route }: { readonly route: DayRoute }): VNode {
  const { clinic, doctors, today, zone, now } = useDesk();
  const { date = today, patient } = route;
  const [open, setOpen] = useState<Open>();
  const patientOf = usePatientOf();
  const visits = useAppointments({ clinic });
  const grid = useGrid(date, visits, open?.kind === "cell");
  const nameOf = (patient: string): string => patientOf(patient)?.name ?? t("somebody");
  if (doctors.length === 0)
    return (
      <EmptyState picture={EmptyPage} title={t("noDoctors")}>
        {t("noDoctorsLead")}
      </EmptyState>
    );
  const minute = date === today ? minuteOf(clockIn(zone, now)) : undefined;
  return (
    <div class="stack">
      {patient !== undefined && <ForWhom name={nameOf(patient)} />}
      <DayBar route={route} onWalkIn={() => setOpen({ kind: "walkIn" })} />
      {grid.rows.length === 0 ? (
        <EmptyState picture={EmptyCalendar} title={t("closedDay")}>
          {t("closedDayLead")}
        </EmptyState>
      ) : (
        <DayGridView
          key={date}
          grid={grid}
          label={t("daySheets", { day: speech.day(date, "long") })}
          nameOf={nameOf}
          nowMinute={minute}
          onCell={(column, cell) => setOpen({ kind: "cell", column, cell })}
        />
      )}
      <Legend />
      {date === today && <QueueList doctors={doctors} visits={visits} date={date} nameOf={nameOf} />}
      {open?.kind === "cell" && (
        <CellDialog
          doctor={open.column.doctor}
          pressed={open.cell}
          cell={cellAt(grid, open.column.doctor.id, open.cell.start)}
          patient={patient}
          onClose={() => setOpen(undefined)}
          onBooked={() => {
            setOpen(undefined);
            location.hash = dayHref({ ...route, patient: undefined });
          }}
        />
      )}
      {open?.kind === "walkIn" && <WalkInDialog onClose={() => setOpen(undefined)} />}
    </div>
  );
}

interface DayBarProps {
  readonly route: DayRoute;
  readonly onWalkIn: () => void;
}

/** Which day, and the button for who came without an appointment: numbers are given out today alone, and on other days it says so. */
function DayBar({ route, onWalkIn }: DayBarProps): VNode {
  const { today } = useDesk();
  const { date = today } = route;
  const why = useId();
  const isToday = date === today;
  return (
    <div class="row between">
      <DayChooser route={route} today={today} />
      <div class="walk-in">
        <Button
          kind="primary"
          icon={Ticket}
          aria-disabled={!isToday}
          aria-describedby={isToday ? undefined : why}
          onClick={() => isToday && onWalkIn()}
        >
          {t("walkIn")}
        </Button>
        {!isToday && (
          <p class="small muted" id={why}>
            {t("walkInTodayOnly")}
          </p>
        )}
      </div>
    </div>
  );
}

function ForWhom({ name }: { readonly name: string }): VNode {
  return (
    <Banner tone="info" urgent={false} actions={<Button onClick={() => goTo("day")}>{t("notNow")}</Button>}>
      {t("chooseFor", { name })}
    </Banner>
  );
}

function useGrid(date: string, visits: readonly Visit[], isOpen: boolean): DayGrid {
  const { hb, doctors, now } = useDesk();
  const own = useOwnTimes(hb, isOpen);
  const sheets = useList("sheet", ({ id }) => id.endsWith(date));
  return useMemo(() => {
    const sheetOf = (doctor: EntityId) => sheets.find(({ id }) => id === sheetId(doctor, date));
    return dayGrid({ date, doctors, sheetOf, visits, leased: hb.leasedTimes(), now });
  }, [hb, date, doctors, sheets, visits, now, own]);
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function DayChooser({ route, today }: { readonly route: DayRoute; readonly today: string }): VNode {
  const { date = today } = route;
  const go = (to: string): void => {
    location.hash = dayHref({ ...route, date: to === today ? undefined : to });
  };
  return (
    <div class="row tight" role="group" aria-label={t("whichDay")}>
      <div class="day-steps">
        <IconButton icon={ChevronLeft} label={t("dayBefore")} onClick={() => go(addDays(date, -1))} />
        <label class="day-name">
          <span class="strong">
            {date === today ? t("todayIs", { day: speech.day(date) }) : speech.day(date, "long")}
          </span>
          <input
            type="date"
            aria-label={t("whichDay")}
            value={date}
            onChange={({ currentTarget: { value } }) => {
              if (value !== "") go(value);
            }}
          />
        </label>
        <IconButton icon={ChevronRight} label={t("dayAfter")} onClick={() => go(addDays(date, 1))} />
      </div>
      {date !== today && (
        <Button kind="plain" onClick={() => go(today)}>
          {t("today")}
        </Button>
      )}
    </div>
  );
}

const EXPLAINED = [
  "free",
  "own",
  "busy",
  "pending",
  "arrived",
  "seen",
  "missed",
  "held",
  "lent",
  "blocked",
] as const;

function Legend(): VNode {
  return (
    <details class="legend">
      <summary>{t("legend")}</summary>
      <ul>
        {EXPLAINED.map((state) => (
          <li key={state}>
            <span class="slot sample" data-state={state}>
              <Icon of={FACES[state].sign} />
            </span>
            <span>
              <span class="strong">{t(FACES[state].word)}</span>: {t(`${state}Means`)}
            </span>
          </li>
        ))}
        <li>
          <span class="slot sample" data-state="busy" data-unsent="waiting" />
          <span>
            <span class="strong">{t("unsent")}</span>: {t("unsentMeans")}
          </span>
        </li>
        <li>
          <span class="slot sample" data-state="busy" data-unsent="certain" />
          <span>
            <span class="strong">{t("certainUnsent")}</span>: {t("certainMeans")}
          </span>
        </li>
      </ul>
    </details>
  );
}
