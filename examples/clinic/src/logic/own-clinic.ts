import type { EntityId } from "@healthbridge/schema/client";

/** Whose desk it is where somebody works for several clinics: the one she chose last on this device, else the first. */
export function ownClinic(clinics: readonly EntityId[], chosen: EntityId | undefined): EntityId | undefined {
  return clinics.find((clinic) => clinic === chosen) ?? clinics[0];
}
