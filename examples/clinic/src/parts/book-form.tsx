import { Badge, Button, Icon, TextField } from "@healthbridge/example-design";
import type { Doctor, EntityId, Start } from "@healthbridge/schema/client";
import { CalendarPlus, ShieldCheck } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { USUAL_WISHES, type WishChoice, wishesOf } from "../logic/wish-choice.ts";
import { t, whenAt } from "../words.ts";
import { ChosenPatient } from "./chosen-patient.tsx";
import { useBegunText } from "./use-begun.ts";
import { useDeeds } from "./use-deeds.ts";
import { useDesk } from "./use-desk.ts";
import { usePatientOf } from "./use-patients.ts";
import { WishFields } from "./wish-fields.tsx";
import { type Urgency, UrgencyField } from "./urgency-field.tsx";
import { VisitField } from "./visit-field.tsx";
import { Form } from "./form.tsx";

export interface BookFormProps {
  readonly doctor: Doctor;
  readonly start: Start;
  readonly minutes: number;
  /** this device's own time: booking it is certain */
  readonly own: boolean;
  readonly until?: number | undefined;
  /** for whom, where that is known already */
  readonly patient?: EntityId | undefined;
  readonly onDone: () => void;
}

/** Books one time: whom, what for, and what if it is gone. */
export function BookForm(props: BookFormProps): VNode {
  const { minutes, own, until } = props;
  const { now, zone } = useDesk();
  const [patient, setPatient] = useState(props.patient);
  return (
    <div class="stack">
      <p class="row">
        <Badge tone={own ? "sure" : "info"} icon={own ? ShieldCheck : undefined}>
          {t(own ? "own" : "free")}
        </Badge>
        <span>
          {own && until !== undefined
            ? t("ownUntil", { time: whenAt(zone, until, now) })
            : t("minutesLong", { n: minutes })}
        </span>
      </p>
      <ChosenPatient patient={patient} onPatient={setPatient} />
      {patient !== undefined && <WhatFor {...props} patient={patient} />}
    </div>
  );
}

/** The rest of it, once it is known for whom. */
function WhatFor({
  doctor,
  start,
  own,
  onDone,
  patient,
}: BookFormProps & { readonly patient: EntityId }): VNode {
  const { hb } = useDesk();
  const patientOf = usePatientOf();
  const name = patientOf(patient)?.name ?? "";
  const { keep } = useDeeds(() => name);
  const [visit, setVisit] = useState("");
  const begun = useBegunText(`reason/${patient}/${start}`);
  const [urgency, setUrgency] = useState<Urgency>("routine");
  const [wishes, setWishes] = useState<WishChoice>(USUAL_WISHES);
  const [busy, setBusy] = useState(false);
  const book = async (): Promise<void> => {
    setBusy(true);
    const ifTaken = wishesOf(wishes);
    const why = begun.text.trim();
    const asked = {
      doctor: doctor.id,
      patient,
      start,
      ...(ifTaken.length > 0 && { ifTaken }),
      ...(visit !== "" && { visit }),
      ...(why !== "" && { reason: why }),
      ...(urgency !== "routine" && { urgency }),
    };
    const kept = await keep(() => hb.book(asked), "saidAsked", name);
    setBusy(false);
    if (!kept) return;
    begun.forget();
    onDone();
  };
  return (
    <Form onSubmit={book}>
      <div class="columns tight">
        <VisitField doctor={doctor} value={visit} onValue={setVisit} />
        <UrgencyField value={urgency} onValue={setUrgency} />
      </div>
      <TextField label={t("reason")} value={begun.text} onValue={begun.write} maxLength={200} />
      {own ? (
        <p class="row small">
          <Icon of={ShieldCheck} />
          {t("ownPromise")}
        </p>
      ) : (
        <WishFields wishes={wishes} onWishes={setWishes} />
      )}
      <div class="row end">
        <Button type="submit" kind="primary" icon={CalendarPlus} busy={busy}>
          {t(own ? "bookCertain" : "askFor")}
        </Button>
      </div>
    </Form>
  );
}
