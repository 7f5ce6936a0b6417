import { Icon, List, ListItem } from "@healthbridge/example-design";
import { useStatus } from "@healthbridge/client-sdk/react";
import { ClipboardCheck, FileSpreadsheet, MonitorUp, ShieldCheck } from "lucide";
import type { VNode } from "preact";
import { hrefOf } from "../route.ts";
import { t } from "../words.ts";

/** The places that have no room below: the end of the day, what is certain offline, files, the board. */
export function MoreScreen(): VNode {
  const total = useStatus(({ waiting }) => waiting.total);
  return (
    <List label={t("more")}>
      <ListItem
        href={hrefOf("close")}
        before={<Icon of={ClipboardCheck} />}
        title={t("endOfDay")}
        detail={t("waitingHere", { n: total })}
      />
      <ListItem
        href={hrefOf("leases")}
        before={<Icon of={ShieldCheck} />}
        title={t("leases")}
        detail={t("leasesLead")}
      />
      <ListItem
        href={hrefOf("files")}
        before={<Icon of={FileSpreadsheet} />}
        title={t("files")}
        detail={t("filesLead")}
      />
      <ListItem
        href={hrefOf("board")}
        before={<Icon of={MonitorUp} />}
        title={t("board")}
        detail={t("boardLead")}
      />
    </List>
  );
}
