import { TextField } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import { numberIn } from "./number-in.ts";

export interface NumberFieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: number | undefined;
  readonly step: number;
  readonly min: number;
  readonly max: number;
  /** empty is a value: what is left out */
  readonly onValue: (value: number | undefined) => void;
}

/** A whole number on a step, or nothing. What makes no number is said, and changes nothing. */
export function NumberField({ label, hint, value, step, min, max, onValue }: NumberFieldProps): VNode {
  const { t } = useWords();
  const [typed, setTyped] = useState<string>();
  const wrong = typed !== undefined && numberIn(typed, { step, min, max }) === "wrong";
  return (
    <TextField
      label={label}
      hint={hint}
      error={wrong ? t("faultNumber", { min, max, step }) : undefined}
      inputMode="numeric"
      value={typed ?? (value === undefined ? "" : String(value))}
      onValue={(next) => {
        setTyped(next);
        const number = numberIn(next, { step, min, max });
        if (number !== "wrong") onValue(number);
      }}
      onBlur={() => {
        if (!wrong) setTyped(undefined);
      }}
    />
  );
}
