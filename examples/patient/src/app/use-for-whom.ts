import { useList } from "@healthbridge/client-sdk/react";
import type { EntityId } from "@healthbridge/schema/client";

/** The name of the patient, where one account acts for several: else everybody knows whom it is about. */
export function useForWhom(patient: EntityId | undefined): string | undefined {
  const family = useList("patient");
  return family.length > 1 ? family.find(({ id }) => id === patient)?.name : undefined;
}
