import { Button, Card, Dialog, CheckField, TextField } from "@healthbridge/example-design";
import { Copy } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import type { DoctorKey } from "../words/words.ts";
import { copiedDay, withDay } from "./hours-edit.ts";
import { faultsAt } from "./hours-faults.ts";
import { NumberField } from "./number-field.tsx";
import { SessionsEditor } from "./sessions-editor.tsx";
import type { EditedHours } from "./use-hours.ts";

/** What the days of a week are called, Monday first. */
export const DAYS = [
  "day1",
  "day2",
  "day3",
  "day4",
  "day5",
  "day6",
  "day7",
] as const satisfies readonly DoctorKey[];

/** The doctor's usual week: lengths of slots, and the sessions of each day. */
export function WeekEditor({ hours }: { readonly hours: EditedHours }): VNode {
  const { draft, change, faults } = hours;
  const { t } = useWords();
  const [copying, setCopying] = useState<number>();
  return (
    <>
      <SlotSettings hours={hours} />
      {DAYS.map((key, day) => (
        <Card
          key={key}
          title={t(key)}
          aside={
            (draft.weekly[day]?.length ?? 0) > 0 && (
              <Button
                icon={Copy}
                onClick={() => setCopying(day)}
                aria-label={t("copyDayOf", { day: t(key) })}
              >
                {t("copyDay")}
              </Button>
            )
          }
        >
          {draft.weekly[day]?.length === 0 && <p class="muted">{t("dayOff")}</p>}
          <SessionsEditor
            of={t(key)}
            sessions={draft.weekly[day] ?? []}
            usual={draft.slotMinutes}
            faults={faultsAt(faults, { day })}
            onSessions={(sessions) => change(withDay(draft, day, sessions))}
          />
        </Card>
      ))}
      {copying !== undefined && (
        <CopyDialog hours={hours} day={copying} onClose={() => setCopying(undefined)} />
      )}
    </>
  );
}

function SlotSettings({ hours: { draft, change } }: { readonly hours: EditedHours }): VNode {
  const { t } = useWords();
  return (
    <Card title={t("slotsTitle")}>
      <div class="fields">
        <NumberField
          label={t("slotMinutes")}
          value={draft.slotMinutes}
          step={5}
          min={5}
          max={240}
          onValue={(slotMinutes) => slotMinutes !== undefined && change({ ...draft, slotMinutes })}
        />
        <NumberField
          label={t("bufferBefore")}
          value={draft.bufferBeforeMinutes}
          step={5}
          min={0}
          max={240}
          onValue={(minutes) => change({ ...draft, bufferBeforeMinutes: minutes ?? 0 })}
        />
        <NumberField
          label={t("bufferAfter")}
          value={draft.bufferMinutes}
          step={5}
          min={0}
          max={240}
          onValue={(minutes) => change({ ...draft, bufferMinutes: minutes ?? 0 })}
        />
        <TextField
          label={t("zone")}
          hint={t("zoneHint")}
          value={draft.zone}
          onValue={(zone) => change({ ...draft, zone: zone.trim() })}
        />
      </div>
    </Card>
  );
}

interface CopyDialogProps {
  readonly hours: EditedHours;
  readonly day: number;
  readonly onClose: () => void;
}

/** The sessions of one day on others as well. */
function CopyDialog({ hours: { draft, change }, day, onClose }: CopyDialogProps): VNode {
  const { t } = useWords();
  const [to, setTo] = useState<readonly number[]>([]);
  return (
    <Dialog
      title={t("copyDayOf", { day: t(DAYS[day] ?? "day1") })}
      closeLabel={t("close")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <Button
            kind="primary"
            disabled={to.length === 0}
            onClick={() => {
              change(copiedDay(draft, day, to));
              onClose();
            }}
          >
            {t("copyDayDo")}
          </Button>
        </>
      }
    >
      {DAYS.map((key, at) =>
        at === day ? null : (
          <CheckField
            key={key}
            label={t(key)}
            checked={to.includes(at)}
            onChecked={(checked) => setTo(checked ? [...to, at] : to.filter((each) => each !== at))}
          />
        ),
      )}
    </Dialog>
  );
}
