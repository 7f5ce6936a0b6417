import type { VNode } from "preact";
import type { Visit } from "../day/agenda.ts";
import { timeOf } from "../day/dates.ts";
import { useWords } from "../shared/desk-context.ts";
import { usePatientName } from "../shared/names.ts";

export interface VisitLineProps {
  readonly visit: Visit;
  /** left out: it can only be read */
  readonly onOpen?: (() => void) | undefined;
}

/** An appointment in a line: which day, when, who. */
export function VisitLine({ visit, onOpen }: VisitLineProps): VNode {
  const { day } = useWords();
  const name = usePatientName(visit.patient);
  const inside = (
    <>
      <span class="number">{`${day(visit.start)}, ${timeOf(visit.start)}`}</span>
      <span class="strong">{name}</span>
    </>
  );
  return (
    <li>
      {onOpen === undefined ? (
        <span class="line">{inside}</span>
      ) : (
        <button type="button" class="line" onClick={onOpen}>
          {inside}
        </button>
      )}
    </li>
  );
}
