import { Icon } from "@healthbridge/example-design";
import { useEntity } from "@healthbridge/client-sdk/react";
import { CircleDashed, CircleDot, PencilLine, WifiOff } from "lucide";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import type { CompanyHere } from "./use-company.ts";

export interface CompanyLineProps extends Omit<CompanyHere, "types"> {
  /** whose conversation it is */
  readonly patient: string | undefined;
}

/** Who is there, who types; and where that cannot be known, and nobody can be called, why, and what to do. */
export function CompanyLine({ company, line, patient: id }: CompanyLineProps): VNode {
  const { t, and } = useWords();
  const patient = useEntity("patient", id);
  const nameOf = (account: string): string =>
    patient !== undefined && account === patient.account ? patient.name : t("clinicPerson");
  const told = (accounts: ReadonlyMap<string, number>): { readonly who: string; readonly n: number } => {
    const names = [...new Set([...accounts.keys()].map(nameOf))];
    return { who: and(names), n: names.length };
  };
  const [icon, is, text] =
    line !== "here"
      ? ([WifiOff, "unknown", t(line === "elsewhere" ? "presenceElsewhere" : "presenceUnknown")] as const)
      : company.typing.size > 0
        ? ([PencilLine, "typing", t("presenceTyping", told(company.typing))] as const)
        : company.here.size > 0
          ? ([CircleDot, "here", t("presenceHere", told(company.here))] as const)
          : ([CircleDashed, "away", t("presenceAway")] as const);
  return (
    <span class="company small" data-is={is} role="status">
      <Icon of={icon} />
      {text}
    </span>
  );
}
