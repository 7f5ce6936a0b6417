import { Dialog } from "@healthbridge/example-design";
import { useEntity } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import type { Cell, GridColumn } from "../logic/day-grid.ts";
import { clockOf } from "../logic/wall.ts";
import { t, whenAt } from "../words.ts";
import { useDesk } from "./use-desk.ts";
import { BookForm } from "./book-form.tsx";
import { FACES } from "./cell-face.ts";
import { VisitPanel } from "./visit-panel.tsx";

export interface CellDialogProps {
  readonly column: GridColumn;
  readonly cell: Cell;
  /** for whom a time is looked for */
  readonly patient?: EntityId | undefined;
  readonly onClose: () => void;
  /** it was asked for */
  readonly onBooked: () => void;
}

/** What can be done at one time of one doctor: book it, or deal with who is booked. */
export function CellDialog({ column, cell, patient, onClose, onBooked }: CellDialogProps): VNode {
  const { state, start, visits, until } = cell;
  const { now, zone } = useDesk();
  const canBook = (state === "free" || state === "own") && start !== undefined;
  const time = start === undefined ? "" : clockOf(start);
  return (
    <Dialog title={`${time} · ${column.doctor.name}`} closeLabel={t("close")} onClose={onClose}>
      <div class="stack loose">
        {visits.map(({ id }) => (
          <Visited key={id} id={id} onDone={onClose} />
        ))}
        {canBook && (
          <BookForm
            doctor={column.doctor}
            start={start}
            own={state === "own"}
            until={until}
            minutes={cell.minutes}
            patient={patient}
            onDone={onBooked}
          />
        )}
        {!canBook && visits.length === 0 && (
          <p>
            <span class="strong">{t(FACES[state].word)}</span>:{" "}
            {meaning(state, until === undefined ? undefined : whenAt(zone, until, now))}
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** The appointment as it is by now, also when another device changes it while the dialog is open. */
function Visited({ id, onDone }: { readonly id: string; readonly onDone: () => void }): VNode | null {
  const visit = useEntity("appointment", id);
  return visit === undefined ? null : <VisitPanel visit={visit} onDone={onDone} />;
}

function meaning(state: Cell["state"], until: string | undefined): string {
  if (state === "over") return t("overMeans");
  if (state === "none" || state === "goesOn") return t("goesOnMeans");
  const meant = t(`${state}Means`);
  return until === undefined || state !== "held" ? meant : `${meant} ${t("untilTime", { time: until })}`;
}
