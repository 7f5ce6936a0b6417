import {
  Banner,
  Button,
  Card,
  ChoiceField,
  EmptyCalendar,
  EmptyState,
  IconButton,
  TextField,
} from "@healthbridge/example-design";
import type { CalendarDate } from "@healthbridge/schema/client";
import { CalendarPlus, Trash2 } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useToday } from "../day/use-day.ts";
import { useWords } from "../shared/desk-context.ts";
import type { ExceptionDraft, ExceptionKind } from "./hours-draft.ts";
import { ofKind, withException, withoutException } from "./hours-edit.ts";
import { faultsAt } from "./hours-faults.ts";
import { SessionsEditor } from "./sessions-editor.tsx";
import type { EditedHours } from "./use-hours.ts";

/** Dates that differ from the week: off, other hours, or hours beside the week's. */
export function ExceptionsEditor({ hours }: { readonly hours: EditedHours }): VNode {
  const { draft, change } = hours;
  const { t } = useWords();
  return (
    <>
      <AddException
        known={draft.exceptions.map(({ date }) => date)}
        onAdd={(date) => change(withException(draft, { date, kind: "off", sessions: [] }))}
      />
      {draft.exceptions.length === 0 && (
        <EmptyState picture={EmptyCalendar} title={t("noDates")}>
          {t("noDatesMore")}
        </EmptyState>
      )}
      {draft.exceptions.map((exception) => (
        <ExceptionCard key={exception.date} hours={hours} exception={exception} />
      ))}
    </>
  );
}

interface AddExceptionProps {
  readonly known: readonly CalendarDate[];
  readonly onAdd: (date: CalendarDate) => void;
}

function AddException({ known, onAdd }: AddExceptionProps): VNode {
  const { t } = useWords();
  const today = useToday();
  const [date, setDate] = useState("");
  const isKnown = known.includes(date);
  return (
    <form
      class="add-date"
      onSubmit={(event) => {
        event.preventDefault();
        if (date === "" || isKnown) return;
        onAdd(date);
        setDate("");
      }}
    >
      <TextField
        label={t("newDate")}
        type="date"
        min={today}
        value={date}
        onValue={setDate}
        error={isKnown ? t("dateKnown") : undefined}
      />
      <Button kind="plain" type="submit" icon={CalendarPlus} disabled={date === "" || isKnown}>
        {t("addDate")}
      </Button>
    </form>
  );
}

interface ExceptionCardProps {
  readonly hours: EditedHours;
  readonly exception: ExceptionDraft;
}

function ExceptionCard({ hours: { draft, change, faults }, exception }: ExceptionCardProps): VNode {
  const { t, day } = useWords();
  const { date, kind, sessions } = exception;
  const title = day(date, "long");
  const isEmpty = faults.some(
    (each) => each.what === "empty" && "date" in each.where && each.where.date === date,
  );
  return (
    <Card
      title={title}
      aside={
        <IconButton
          icon={Trash2}
          label={t("dateAsUsual", { day: title })}
          onClick={() => change(withoutException(draft, date))}
        />
      }
    >
      <ChoiceField<ExceptionKind>
        label={t("dateKind")}
        value={kind}
        onValue={(next) => change(withException(draft, ofKind(exception, next)))}
        options={[
          { value: "off", label: t("kindOff") },
          { value: "other", label: t("kindOther") },
          { value: "extra", label: t("kindExtra") },
        ]}
      />
      {isEmpty && <Banner tone="trouble">{t("faultEmpty")}</Banner>}
      {kind !== "off" && (
        <SessionsEditor
          of={title}
          sessions={sessions}
          usual={draft.slotMinutes}
          faults={faultsAt(faults, { date })}
          onSessions={(next) => change(withException(draft, { ...exception, sessions: next }))}
        />
      )}
    </Card>
  );
}
