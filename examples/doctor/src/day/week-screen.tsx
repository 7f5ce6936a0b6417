import { useNow } from "@healthbridge/client-sdk/react";
import { type CalendarDate, WEEK_DAYS } from "@healthbridge/schema/client";
import type { Speech } from "@healthbridge/example-design/shell";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import { usePatientName } from "../shared/names.ts";
import { addressOf } from "../shared/route.ts";
import { type DayFigures, figuresOf, type Visit } from "./agenda.ts";
import type { DoctorKey } from "../words/words.ts";
import { DateBar } from "./date-bar.tsx";
import { endTimeOf, mondayOf, timeOf } from "./dates.ts";
import { useDays, useToday } from "./use-day.ts";
import { toneOf, wordOf } from "./visit.ts";
import { VisitDialog } from "./visit-dialog.tsx";
import { type Block, type Column, columnsOf, frameOf, hoursOfFrame } from "./week-layout.ts";

const REM_PER_HOUR = 4.5;

/** A week as a picture: days across, hours down; on a narrow screen day below day. */
export function WeekScreen({ date }: { readonly date: CalendarDate | undefined }): VNode {
  const { t, day: dayWords } = useWords();
  const today = useToday();
  const from = mondayOf(date ?? today);
  const days = useDays(from, WEEK_DAYS);
  const frame = frameOf(days);
  const now = useNow();
  const columns = columnsOf(days, frame, now);
  const [open, setOpen] = useState<string>();
  const height = `${String(((frame.to - frame.from) / 60) * REM_PER_HOUR)}rem`;
  return (
    <div class="stack">
      <DateBar date={from} today={today} step={7} at="week" />
      <div class="week" aria-label={t("weekPicture")} role="group">
        <div class="week-hours number" aria-hidden="true" style={{ height }}>
          {hoursOfFrame(frame).map(({ hour, top }) => (
            <span key={hour} style={{ insetBlockStart: percent(top) }}>
              {`${String(hour).padStart(2, "0")}:00`}
            </span>
          ))}
        </div>
        {columns.map((column, at) => {
          const day = days[at];
          const figures = day && figuresOf(day, now);
          return (
            <section key={column.date} class="week-day" data-today={column.date === today || undefined}>
              <h3>
                <a href={addressOf({ at: "day", date: column.date })}>{dayWords(column.date)}</a>
                {figures !== undefined && (
                  <small class="muted">
                    {dayWordsOf(
                      figures,
                      { held: column.held, isOver: column.date < today, waits: day?.hoursWait },
                      t,
                    )}
                  </small>
                )}
              </h3>
              <WeekColumn column={column} height={height} onOpen={setOpen} />
            </section>
          );
        })}
      </div>
      {open !== undefined && <VisitDialog id={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

interface DayStands {
  readonly held: boolean;
  readonly isOver: boolean;
  /** new hours for it wait to be sent */
  readonly waits?: boolean | undefined;
}

/** How a day stands, short; a day without hours on which nobody comes is off, and of one that is over nothing more will come. */
function dayWordsOf(
  { visits, free, slots }: DayFigures,
  { held, isOver, waits = false }: DayStands,
  t: Speech<DoctorKey>["t"],
): string {
  const seen = t("figVisits", { n: visits });
  if (waits) return `${seen} · ${t("figHoursWait")}`;
  if (held && visits === 0 && slots === 0) return t("dayOffShort");
  if (!held && visits === 0) return t(isOver ? "dayOverShort" : "dayNotHeldShort");
  return held && !isOver ? `${seen} · ${t("figFree", { n: free })}` : seen;
}

interface WeekColumnProps {
  readonly column: Column;
  readonly height: string;
  readonly onOpen: (appointment: string) => void;
}

function WeekColumn({ column, height, onOpen }: WeekColumnProps): VNode {
  const { t } = useWords();
  return (
    <ol class="week-blocks" style={{ "--day-height": height }}>
      {column.blocks.map((block) =>
        block.entry.is === "visit" ? (
          <VisitBlock key={block.entry.visit.id} block={block} visit={block.entry.visit} onOpen={onOpen} />
        ) : (
          <li key={block.entry.start} class="week-block" data-is={block.entry.is} style={placeOf(block)}>
            <span class="unseen">
              {`${timeOf(block.entry.start)}–${endTimeOf(block.entry)}: ${t(
                block.entry.is === "free"
                  ? "slotsFree"
                  : block.entry.is === "held"
                    ? "slotsHeld"
                    : "slotsBlocked",
                { n: block.entry.slots.length },
              )}`}
            </span>
            <span aria-hidden="true" class="week-open number">
              {block.entry.is === "free" ? t("freeShort", { n: block.entry.slots.length }) : ""}
            </span>
          </li>
        ),
      )}
    </ol>
  );
}

interface VisitBlockProps {
  readonly block: Block;
  readonly visit: Visit;
  readonly onOpen: (appointment: string) => void;
}

function VisitBlock({ block, visit, onOpen }: VisitBlockProps): VNode {
  const name = usePatientName(visit.patient);
  return (
    <li class="week-block" data-is="visit" style={placeOf(block)}>
      <button type="button" data-tone={toneOf(wordOf(visit))} onClick={() => onOpen(visit.id)}>
        <span class="number">{timeOf(visit.start)}</span> <span class="strong">{name}</span>
      </button>
    </li>
  );
}

function placeOf({ top, height, lane, lanes }: Block): Readonly<Record<string, string>> {
  return {
    "--top": percent(top),
    "--height": percent(height),
    "--left": percent(lane / lanes),
    "--width": percent(1 / lanes),
  };
}

function percent(part: number): string {
  return `${String(Math.round(part * 100_000) / 1_000)}%`;
}
