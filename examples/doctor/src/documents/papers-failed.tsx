import { Button } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";

/** What stands in the place of papers that did not come. */
export function PapersFailed({ onAgain }: { readonly onAgain: () => void }): VNode {
  const { t } = useWords();
  return (
    <div class="row" role="alert">
      <p class="wrong">{t("papersFailed")}</p>
      <Button onClick={onAgain}>{t("papersAgain")}</Button>
    </div>
  );
}
