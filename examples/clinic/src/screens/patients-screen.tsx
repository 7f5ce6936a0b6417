import { Card, EmptyState, List, ListItem, Face } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { EntityId } from "@healthbridge/schema/client";
import { goTo, hrefOf } from "../route.ts";
import { PatientForm } from "../parts/patient-form.tsx";
import { PatientPicker } from "../parts/patient-picker.tsx";
import { detailsOf } from "../parts/patient-words.ts";
import { usePatientOf, usePatients } from "../parts/use-patients.ts";
import { t } from "../words.ts";

/** Registers patients, one after another, and finds those who are known. */
export function PatientsScreen(): VNode {
  const patients = usePatients();
  const patientOf = usePatientOf();
  const [fresh, setFresh] = useState<readonly EntityId[]>([]);
  return (
    <div class="split">
      <Card title={t("registerTitle")}>
        <PatientForm
          onRegistered={(id) => setFresh((before) => [id, ...before])}
          onKnown={({ id }) => goTo("patients", id)}
        />
      </Card>
      <div class="stack">
        <PatientPicker label={t("findPatient")} onPick={({ id }) => goTo("patients", id)} />
        {fresh.length > 0 && (
          <section class="stack tight" aria-label={t("justRegistered")}>
            <h2>{t("justRegistered")}</h2>
            <List label={t("justRegistered")}>
              {fresh.flatMap((id) => {
                const patient = patientOf(id);
                return patient === undefined
                  ? []
                  : [
                      <ListItem
                        key={id}
                        href={hrefOf("patients", id)}
                        before={<Face name={patient.name} />}
                        title={patient.name}
                        detail={patient.waiting === true ? t("unsent") : detailsOf(patient)}
                      />,
                    ];
              })}
            </List>
          </section>
        )}
        {fresh.length === 0 && (
          <EmptyState title={t("patientsHere", { n: patients.length })}>{t("patientsHereLead")}</EmptyState>
        )}
      </div>
    </div>
  );
}
