import { Badge } from "@healthbridge/example-design";
import type { DocumentStatus } from "@healthbridge/client-sdk/documents";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";

/** Where what is written is: on this device alone, at the server, seen by others as it is written. */
export function PaperStatus({ status }: { readonly status: DocumentStatus }): VNode {
  const { t } = useWords();
  const { waiting, live, may, problem, closed } = status;
  return (
    <p class="row" role="status">
      {waiting ? (
        <Badge tone="waiting">{t("paperWaiting")}</Badge>
      ) : may === undefined ? (
        <Badge tone="waiting">{t("paperUnheard")}</Badge>
      ) : (
        <Badge tone="sure">{t("paperStored")}</Badge>
      )}
      {may === "read" && <Badge>{t("paperReadOnly")}</Badge>}
      {!closed && !live && <Badge>{t("paperNotLive")}</Badge>}
      {!closed && live && !waiting && <Badge tone="info">{t("paperLive")}</Badge>}
      {problem === "store_full" && <Badge tone="trouble">{t("paperFull")}</Badge>}
    </p>
  );
}
