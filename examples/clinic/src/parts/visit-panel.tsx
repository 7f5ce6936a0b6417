import { Badge, Button, type Tone } from "@healthbridge/example-design";
import type { Waiting } from "@healthbridge/client-sdk";
import { useWaiting } from "@healthbridge/client-sdk/react";
import {
  CalendarClock,
  CalendarX,
  CheckCheck,
  CircleCheck,
  type IconNode,
  Megaphone,
  Undo2,
  UserCheck,
  UserX,
} from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Visit } from "../logic/day-grid.ts";
import { type Deed, deedsOf, lastAsked } from "../logic/deeds.ts";
import { hrefOf } from "../route.ts";
import { speech, t, whenAt } from "../words.ts";
import { CancelForm } from "./cancel-form.tsx";
import { MoveForm } from "./move-form.tsx";
import { typeInWords } from "./operation-words.ts";
import { detailsOf } from "./patient-words.ts";
import { useDeeds } from "./use-deeds.ts";
import { useDesk } from "./use-desk.ts";
import { usePatientOf } from "./use-patients.ts";

export interface VisitPanelProps {
  readonly visit: Visit;
  readonly onDone: () => void;
}

/** One appointment: who, how certain, and everything the desk can do with it. */
export function VisitPanel({ visit, onDone }: VisitPanelProps): VNode {
  const { now, zone } = useDesk();
  const patientOf = usePatientOf();
  const patient = patientOf(visit.patient);
  const name = patient?.name ?? t("somebody");
  const { doIt } = useDeeds(() => name);
  const [asking, setAsking] = useState<"move" | "cancel">();
  const waiting = useWaiting();
  const press = async (deed: Deed): Promise<void> => {
    if (deed === "move" || deed === "cancel") {
      setAsking(deed);
      return;
    }
    if (await doIt(deed, visit)) onDone();
  };
  if (asking === "move")
    return <MoveForm visit={visit} name={name} onBack={() => setAsking(undefined)} onDone={onDone} />;
  if (asking === "cancel")
    return <CancelForm visit={visit} name={name} onBack={() => setAsking(undefined)} onDone={onDone} />;
  return (
    <section class="stack" aria-label={name}>
      <div>
        <h3>
          <a href={hrefOf("patients", visit.patient)} onClick={onDone}>
            {name}
          </a>
        </h3>
        {patient && <p class="small muted">{detailsOf(patient)}</p>}
      </div>
      <div class="row">
        <Certainty visit={visit} />
        <Unshown visit={visit} waiting={waiting} />
        <span class="number">
          {speech.time(visit.start)}, {t("minutesLong", { n: visit.minutes })}
        </span>
        {visit.queue !== undefined && <span>{t("numberIs", { n: visit.queue })}</span>}
      </div>
      {visit.reason !== undefined && <p>{visit.reason}</p>}
      {visit.status === "cancelled" && <p>{whyCancelled(visit)}</p>}
      {visit.status === "pending" && visit.until !== undefined && (
        <p class="small">{t("pendingUntil", { time: whenAt(zone, visit.until, now) })}</p>
      )}
      {visit.overbooked !== undefined && <p class="small">{t("overbooked", { why: visit.overbooked })}</p>}
      {visit.patientBusy === true && <p class="small">{t("patientBusy")}</p>}
      <div class="row">
        {deedsOf(visit, now, waiting).map((deed, place) => (
          <Button
            key={deed}
            kind={place === 0 ? "primary" : deed === "cancel" ? "quiet" : "plain"}
            icon={SIGNS[deed]}
            onClick={() => void press(deed)}
          >
            {t(WORDS[deed])}
          </Button>
        ))}
      </div>
    </section>
  );
}

const WORDS = {
  confirm: "deedConfirm",
  checkIn: "deedCheckIn",
  call: "deedCall",
  complete: "deedComplete",
  undoCheckIn: "deedUndo",
  missed: "deedMissed",
  move: "deedMove",
  cancel: "deedCancel",
} as const;

const SIGNS: Readonly<Record<Deed, IconNode>> = {
  confirm: CircleCheck,
  checkIn: UserCheck,
  call: Megaphone,
  complete: CheckCheck,
  undoCheckIn: Undo2,
  missed: UserX,
  move: CalendarClock,
  cancel: CalendarX,
};

/** Who cancelled it, and why as far as that was said. */
function whyCancelled({ cancelledBy, cancelReason }: Visit): string {
  const who = t(cancelledBy === undefined ? "cancelled" : CANCELLED_BY[cancelledBy]);
  return cancelReason === undefined ? `${who}.` : `${who}: ${cancelReason}`;
}

const CANCELLED_BY = {
  patient: "cancelledByPatient",
  clinic: "cancelledByClinic",
  doctor: "cancelledByDoctor",
  system: "cancelledBySystem",
} as const;

/** How certain an appointment is: never "booked" before it is. */
export function Certainty({ visit }: { readonly visit: Visit }): VNode {
  const word = t(STATUSES[visit.status]);
  if (visit.waiting !== true) return <Badge tone={TONES[visit.status]}>{word}</Badge>;
  if (visit.confirmed === true) return <Badge tone="sure">{`${word}: ${t("certainUnsent")}`}</Badge>;
  const asked = visit.status === "booked" ? t("askedFor") : word;
  return <Badge tone="waiting">{`${asked}: ${t("unsent")}`}</Badge>;
}

interface UnshownProps {
  readonly visit: Visit;
  readonly waiting: readonly Waiting[];
}

/** What was asked for and the appointment does not show: where this device holds too little to foresee what comes of it. */
function Unshown({ visit, waiting }: UnshownProps): VNode | null {
  const asked = lastAsked(waiting, visit.id);
  if (asked === undefined || visit.waiting === true) return null;
  return <Badge tone="waiting">{`${typeInWords(asked.type)}: ${t("unsent")}`}</Badge>;
}

const STATUSES = {
  pending: "pending",
  booked: "busy",
  arrived: "arrived",
  fulfilled: "seen",
  noshow: "missed",
  cancelled: "cancelled",
  waitlist: "onList",
  expired: "expired",
} as const;

const TONES: Readonly<Record<Visit["status"], Tone>> = {
  pending: "waiting",
  booked: "sure",
  arrived: "info",
  fulfilled: "sure",
  noshow: "trouble",
  cancelled: "trouble",
  waitlist: "waiting",
  expired: "trouble",
};
