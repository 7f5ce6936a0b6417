import type { EntityId } from "@healthbridge/schema/client";
import { useEffect, useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";

/** How far a file that was attached here is on its way, in words; `undefined` where there is nothing to say. */
export function useUpload(id: EntityId): string | undefined {
  const { attachments } = useDesk();
  const { t, number } = useWords();
  const [words, setWords] = useState<string>();
  useEffect(
    () =>
      attachments.watch(() => {
        const row = attachments.list().find((each) => each.id === id);
        if (row === undefined || row.state === "sent") setWords(undefined);
        else if (row.state === "refused") setWords(t("uploadRefused"));
        else {
          const part = number(row.sentBytes / row.bytes, { style: "percent" });
          setWords(row.sentBytes === 0 ? t("uploadWaiting") : t("uploadUnderWay", { part }));
        }
      }),
    [attachments, id, t, number],
  );
  return words;
}
