import type { Speech } from "@healthbridge/example-design/shell";
import type { Appointment } from "@healthbridge/schema/client";
import type { Key } from "../words/en.ts";
import { kindOfVisit } from "../words/sayings.ts";

/** What this phone knows of whom an appointment is with, where and for whom. */
export interface Around {
  readonly doctor: string | undefined;
  readonly place: string | undefined;
  readonly patient: string | undefined;
}

/** Of an appointment what its screen lists, name by name; what nobody knows is left out. */
export function factsOf(
  { minutes, reason, visit, cancelReason }: Partial<Appointment>,
  { doctor, place, patient }: Around,
  speech: Pick<Speech<Key>, "t">,
): ReadonlyArray<readonly [name: string, value: string]> {
  const { t } = speech;
  const facts: ReadonlyArray<readonly [name: string, value: string | undefined]> = [
    [t("visit.doctor"), doctor],
    [t("visit.where"), place],
    [t("visit.for"), patient],
    [t("visit.kind"), visit === undefined ? undefined : kindOfVisit(speech, visit)],
    [t("visit.when"), minutes === undefined ? undefined : t("visit.minutes", { n: minutes })],
    [t("visit.reason"), reason],
    [t("visit.cancelReason"), cancelReason],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
