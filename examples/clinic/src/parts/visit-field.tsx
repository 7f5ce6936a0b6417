import { SelectField } from "@healthbridge/example-design";
import type { Doctor } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { t } from "../words.ts";

export interface VisitFieldProps {
  readonly doctor: Doctor;
  /** empty: any */
  readonly value: string;
  readonly onValue: (kind: string) => void;
}

/** One of the doctor's kinds of visit; nothing where she has none. */
export function VisitField({ doctor: { rules }, value, onValue }: VisitFieldProps): VNode | null {
  if (rules?.visits === undefined) return null;
  const kinds = rules.visits.map(({ kind, minutes }) => ({
    value: kind,
    label: `${kind.replaceAll("-", " ")}, ${t("minutesLong", { n: minutes })}`,
  }));
  return (
    <SelectField
      label={t("visit")}
      value={value}
      onValue={onValue}
      options={[{ value: "", label: t("anyVisit") }, ...kinds]}
    />
  );
}
