import { Button, ErrorState } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { useWords } from "../words/words.ts";

/** What is shown where a part of the app could not be fetched. */
export function NotHere({ onAgain }: { readonly onAgain: () => void }): VNode {
  const { t } = useWords();
  return (
    <ErrorState
      title={t("app.failed")}
      actions={
        <Button kind="primary" onClick={onAgain}>
          {t("app.again")}
        </Button>
      }
    >
      <p>{t("app.failedMore")}</p>
    </ErrorState>
  );
}
