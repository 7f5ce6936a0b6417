import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import type { DoctorKey } from "../words/words.ts";
import type { OpenStretch } from "./agenda.ts";
import { endTimeOf, timeOf } from "./dates.ts";

const WORDS: Readonly<Record<OpenStretch["is"], DoctorKey>> = {
  free: "slotsFree",
  held: "slotsHeld",
  blocked: "slotsBlocked",
};

/** A stretch of a day that nobody has. */
export function OpenRow({ stretch }: { readonly stretch: OpenStretch }): VNode {
  const { t } = useWords();
  return (
    <li class="open-row" data-is={stretch.is}>
      <span class="visit-time number">
        {timeOf(stretch.start)}
        <small>{endTimeOf(stretch)}</small>
      </span>
      <span>{t(WORDS[stretch.is], { n: stretch.slots.length })}</span>
    </li>
  );
}
