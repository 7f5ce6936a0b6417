import { IconButton } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import { X } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { t } from "../words.ts";
import { PatientForm } from "./patient-form.tsx";
import { PatientPicker } from "./patient-picker.tsx";
import { detailsOf } from "./patient-words.ts";
import { usePatientOf } from "./use-patients.ts";

export interface ChosenPatientProps {
  readonly patient: EntityId | undefined;
  readonly onPatient: (patient: EntityId | undefined) => void;
}

/** For whom: found by a few letters, or registered on the spot. */
export function ChosenPatient({ patient, onPatient }: ChosenPatientProps): VNode {
  const patientOf = usePatientOf();
  const [registering, setRegistering] = useState<string>();
  const chosen = patient === undefined ? undefined : patientOf(patient);
  if (chosen)
    return (
      <div class="chosen">
        <div class="grow">
          <div class="strong">{chosen.name}</div>
          <div class="small muted">{detailsOf(chosen)}</div>
        </div>
        <IconButton icon={X} label={t("somebodyElse")} onClick={() => onPatient(undefined)} />
      </div>
    );
  if (registering !== undefined)
    return (
      <PatientForm
        name={registering}
        submitLabel={t("registerAndGoOn")}
        onRegistered={(id) => {
          setRegistering(undefined);
          onPatient(id);
        }}
        onKnown={({ id }) => {
          setRegistering(undefined);
          onPatient(id);
        }}
      />
    );
  return (
    <PatientPicker label={t("forWhom")} autoFocus onPick={({ id }) => onPatient(id)} onNew={setRegistering} />
  );
}
