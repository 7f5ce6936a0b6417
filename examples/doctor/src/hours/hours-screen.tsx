import { Banner, Button, EmptyCalendar, EmptyState, Tabs } from "@healthbridge/example-design";
import type { Speech } from "@healthbridge/example-design/shell";
import { useEntity } from "@healthbridge/client-sdk/react";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { VisitDialog } from "../day/visit-dialog.tsx";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import { useHeard } from "../shared/use-heard.ts";
import type { DoctorKey } from "../words/words.ts";
import { ExceptionsEditor } from "./exceptions-editor.tsx";
import type { HoursFault } from "./hours-faults.ts";
import { OutsideHours } from "./outside-hours.tsx";
import { PreviewCard } from "./preview-card.tsx";
import { RulesEditor } from "./rules-editor.tsx";
import { type EditedHours, useHours } from "./use-hours.ts";
import { DAYS, WeekEditor } from "./week-editor.tsx";

type Part = "week" | "dates" | "rules";

/** The opening hours, once they are here. Before that nobody knows whether there are any: whoever saved what is shown then would throw away those at the server. */
export function HoursScreen(): VNode {
  const { doctor } = useDesk();
  const { t } = useWords();
  const heard = useHeard();
  const isHere = useEntity("availability", doctor) !== undefined;
  if (isHere || heard) return <Hours />;
  return (
    <EmptyState picture={EmptyCalendar} title={t("hoursNotHere")}>
      {t("hoursNotHereMore")}
    </EmptyState>
  );
}

/** When the doctor sees patients: the week, single dates, what binds those who book; and beside it what comes of it. */
function Hours(): VNode {
  const { doctor } = useDesk();
  const { t } = useWords();
  const hours = useHours();
  const [part, setPart] = useState<Part>("week");
  const [open, setOpen] = useState<string>();
  const waiting = useEntity("availability", doctor)?.waiting === true;
  return (
    <div class="stack">
      {waiting && <Banner tone="waiting">{t("hoursWaiting")}</Banner>}
      <div class="desk-columns">
        <Tabs
          label={t("hoursParts")}
          value={part}
          onValue={setPart}
          tabs={[
            { value: "week", label: t("partWeek") },
            { value: "dates", label: t("partDates") },
            { value: "rules", label: t("partRules") },
          ]}
        >
          {part === "week" && <WeekEditor hours={hours} />}
          {part === "dates" && <ExceptionsEditor hours={hours} />}
          {part === "rules" && <RulesEditor hours={hours} />}
        </Tabs>
        <div class="stack">
          <PreviewCard hours={hours} />
          <OutsideHours onOpen={setOpen} />
        </div>
      </div>
      {hours.changed && <SaveBar hours={hours} />}
      {open !== undefined && <VisitDialog id={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

/** What is edited and not asked for yet. */
function SaveBar({ hours }: { readonly hours: EditedHours }): VNode {
  const speech = useWords();
  const { t, and } = speech;
  const once = useOneAtATime();
  const { set, except, rules } = hours.operations;
  const parts = [
    ...(set === undefined ? [] : [t("savesWeek")]),
    ...(except === undefined ? [] : [t("savesDates", { n: except.dates.length })]),
    ...(rules === undefined ? [] : [t("savesRules")]),
  ];
  const wrong = hours.faults.length > 0;
  return (
    <div class="save-bar" role="region" aria-label={t("saveBar")}>
      <span class="grow">
        {wrong ? (
          <b class="wrong">{t("savesNot", { where: placesOf(hours.faults, speech) })}</b>
        ) : (
          t("saves", { what: and(parts) })
        )}
      </span>
      <Button onClick={hours.discard}>{t("discard")}</Button>
      <Button kind="primary" disabled={wrong} onClick={() => void once(hours.save)}>
        {t("save")}
      </Button>
    </div>
  );
}

/** Where faults are, each place once: they may lie on another tab. */
function placesOf(faults: readonly HoursFault[], { t, day, and }: Speech<DoctorKey>): string {
  const names = faults.map((fault) => {
    if ("visit" in fault) return t("visitsTitle");
    return "date" in fault.where ? day(fault.where.date) : t(DAYS[fault.where.day] ?? "day1");
  });
  return and([...new Set(names)]);
}
