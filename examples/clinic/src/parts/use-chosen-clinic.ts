import { Shown, useObserved } from "@healthbridge/example-design/shell";
import type { EntityId } from "@healthbridge/schema/client";

/** Where it is kept: the number of a clinic and nothing about anybody. */
const KEY = "healthbridge-clinic-desk";

const chosen = new Shown<EntityId | undefined>(localStorage.getItem(KEY) ?? undefined);

/** Whose desk this was said to be, by somebody who works for several clinics. */
export function useChosenClinic(): EntityId | undefined {
  return useObserved(chosen);
}

/** Goes to the desk of another clinic. */
export function chooseClinic(clinic: EntityId): void {
  localStorage.setItem(KEY, clinic);
  chosen.set(clinic);
}
