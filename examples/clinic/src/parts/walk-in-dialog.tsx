import { Button, Dialog, TextField } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import { Ticket } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../words.ts";
import { ChosenPatient } from "./chosen-patient.tsx";
import { useBegunText } from "./use-begun.ts";
import { useDeeds } from "./use-deeds.ts";
import { useDesk } from "./use-desk.ts";
import { usePatientOf } from "./use-patients.ts";
import { DoctorField } from "./doctor-field.tsx";
import { type Urgency, UrgencyField } from "./urgency-field.tsx";
import { Form } from "./form.tsx";

/** Gives a number to somebody who came without an appointment. */
export function WalkInDialog({ onClose }: { readonly onClose: () => void }): VNode {
  const { hb, doctors, today } = useDesk();
  const patientOf = usePatientOf();
  const { keep } = useDeeds((id) => patientOf(id)?.name ?? "");
  const [patient, setPatient] = useState<EntityId>();
  const [doctor, setDoctor] = useState(doctors[0]?.id ?? "");
  const [urgency, setUrgency] = useState<Urgency>("routine");
  const begun = useBegunText(`reason/${patient ?? ""}/${today}`);
  const give = async (): Promise<void> => {
    if (patient === undefined) return;
    const why = begun.text.trim();
    const asked = {
      doctor,
      patient,
      ...(why !== "" && { reason: why }),
      ...(urgency !== "routine" && { urgency }),
    };
    if (!(await keep(() => hb.walkIn(asked), "saidNumber", patientOf(patient)?.name ?? ""))) return;
    begun.forget();
    onClose();
  };
  return (
    <Dialog title={t("walkInTitle")} closeLabel={t("close")} onClose={onClose}>
      <div class="stack">
        <ChosenPatient patient={patient} onPatient={setPatient} />
        {patient !== undefined && (
          <Form onSubmit={give}>
            <div class="columns tight">
              <DoctorField value={doctor} onValue={setDoctor} />
              <UrgencyField value={urgency} onValue={setUrgency} />
            </div>
            <TextField label={t("reason")} value={begun.text} onValue={begun.write} maxLength={200} />
            <div class="row end">
              <Button type="submit" kind="primary" icon={Ticket}>
                {t("giveNumber")}
              </Button>
            </div>
          </Form>
        )}
      </div>
    </Dialog>
  );
}
