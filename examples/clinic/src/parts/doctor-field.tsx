import { SelectField } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { t } from "../words.ts";
import { useDesk } from "./use-desk.ts";

export interface DoctorFieldProps {
  readonly value: EntityId | undefined;
  readonly onValue: (doctor: EntityId) => void;
}

/** One of the clinic's doctors. */
export function DoctorField({ value = "", onValue }: DoctorFieldProps): VNode {
  const { doctors } = useDesk();
  return (
    <SelectField
      label={t("doctor")}
      value={value}
      onValue={onValue}
      options={doctors.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}
