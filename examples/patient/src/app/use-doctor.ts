import { useEntity, useList } from "@healthbridge/client-sdk/react";
import type { ClinicInBrief } from "@healthbridge/client-sdk/schedule";
import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { useMemories } from "./parts.ts";

/** What this phone knows of a doctor: what it holds, else what it remembers. */
export function useDoctor(id: EntityId | undefined): {
  readonly doctor: Doctor | undefined;
  readonly clinic: ClinicInBrief | undefined;
} {
  const { found } = useMemories();
  const remembered = found.find(({ doctor }) => doctor.id === id);
  const doctor = useEntity("doctor", id) ?? remembered?.doctor;
  const held = useEntity("clinic", doctor?.clinic);
  const clinic = held ?? found.find((each) => each.clinic.id === doctor?.clinic)?.clinic;
  return { doctor, clinic };
}

/** Doctors' names, as far as this phone knows them. */
export function useDoctorNames(): ReadonlyMap<EntityId, string> {
  const { found } = useMemories();
  const known = [...found.map(({ doctor }) => doctor), ...useList("doctor")];
  return new Map(known.map(({ id, name }) => [id, name]));
}
