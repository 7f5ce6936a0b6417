import type { Held } from "@healthbridge/client-sdk";
import { useList } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";
import { useMemo } from "preact/hooks";

export type HeldPatient = Held<"patient">;

/** Those whose cards this device holds, by name. */
export function usePatients(): readonly HeldPatient[] {
  const patients = useList("patient");
  return useMemo(() => patients.toSorted((left, right) => left.name.localeCompare(right.name)), [patients]);
}

/** Who somebody is, by her id. */
export function usePatientOf(): (id: EntityId) => HeldPatient | undefined {
  const patients = useList("patient");
  return useMemo(() => {
    const byId = new Map(patients.map((patient) => [patient.id, patient]));
    return (id) => byId.get(id);
  }, [patients]);
}
