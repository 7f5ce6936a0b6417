import { Dialog } from "@healthbridge/example-design";
import { useEntity } from "@healthbridge/client-sdk/react";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import type { Cell } from "../logic/day-grid.ts";
import { clockOf } from "../logic/wall.ts";
import { t, whenAt } from "../words.ts";
import { useDesk } from "./use-desk.ts";
import { BookForm } from "./book-form.tsx";
import { FACES } from "./cell-face.ts";
import { VisitPanel } from "./visit-panel.tsx";

export interface CellDialogProps {
  readonly doctor: Doctor;
  /** as it was when it was opened: whose appointment was looked at stays in sight, whatever becomes of it */
  readonly pressed: Cell;
  /** as it is by now: nothing is promised that the device no longer has */
  readonly cell: Cell;
  /** for whom a time is looked for */
  readonly patient?: EntityId | undefined;
  readonly onClose: () => void;
  /** it was asked for */
  readonly onBooked: () => void;
}

/** What can be done at one time of one doctor: book it, or deal with who is booked. */
export function CellDialog(props: CellDialogProps): VNode {
  const { doctor, pressed, cell, patient, onClose, onBooked } = props;
  const { state, start, until } = cell;
  const { now, zone } = useDesk();
  const canBook = (state === "free" || state === "own") && start !== undefined;
  const time = start === undefined ? "" : clockOf(start);
  const visits = new Set([...pressed.visits, ...cell.visits].map(({ id }) => id));
  return (
    <Dialog title={`${time} · ${doctor.name}`} closeLabel={t("close")} onClose={onClose}>
      <div class="stack loose">
        {[...visits].map((id) => (
          <Visited key={id} id={id} onDone={onClose} />
        ))}
        {canBook && (
          <BookForm
            doctor={doctor}
            start={start}
            own={state === "own"}
            until={until}
            minutes={cell.minutes}
            patient={patient}
            onDone={onBooked}
          />
        )}
        {/* Read out when it comes in the place of the form: the time is gone meanwhile. */}
        <p role="status" hidden={canBook || visits.size > 0}>
          <span class="strong">{t(FACES[state].word)}</span>:{" "}
          {meaning(state, until === undefined ? undefined : whenAt(zone, until, now))}
        </p>
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
  if (state === "none") return t("noneMeans");
  if (state === "goesOn") return t("goesOnMeans");
  const meant = t(`${state}Means`);
  return until === undefined || state !== "held" ? meant : `${meant} ${t("untilTime", { time: until })}`;
}
