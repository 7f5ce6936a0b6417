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

/** Who is there, who types; and where that cannot be known, that it cannot. */
export function CompanyLine({ company, line, patient: id }: CompanyLineProps): VNode {
  const { t, and } = useWords();
  const patient = useEntity("patient", id);
  const nameOf = (account: string): string =>
    patient !== undefined && account === patient.account ? patient.name : t("clinicPerson");
  const names = (accounts: ReadonlyMap<string, number>): string =>
    and([...new Set([...accounts.keys()].map(nameOf))]);
  const [icon, is, text] =
    line !== "live"
      ? ([WifiOff, "unknown", t("presenceUnknown")] as const)
      : company.typing.size > 0
        ? ([PencilLine, "typing", t("presenceTyping", { who: names(company.typing) })] as const)
        : company.here.size > 0
          ? ([CircleDot, "here", t("presenceHere", { who: names(company.here) })] as const)
          : ([CircleDashed, "away", t("presenceAway")] as const);
  return (
    <span class="company small" data-is={is} role="status">
      <Icon of={icon} />
      {text}
    </span>
  );
}
