import { SelectField } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { t } from "../words.ts";

const URGENCIES = ["routine", "soon", "urgent"] as const;
export type Urgency = (typeof URGENCIES)[number];

export interface UrgencyFieldProps {
  readonly value: Urgency;
  readonly onValue: (urgency: Urgency) => void;
}

/** How soon she should be seen. */
export function UrgencyField({ value, onValue }: UrgencyFieldProps): VNode {
  return (
    <SelectField
      label={t("urgency")}
      value={value}
      onValue={(chosen) => onValue(URGENCIES.find((each) => each === chosen) ?? "routine")}
      options={URGENCIES.map((each) => ({ value: each, label: t(each) }))}
    />
  );
}
