import { Banner, Button } from "@healthbridge/example-design";
import { useObserved } from "@healthbridge/example-design/shell";
import type { VNode } from "preact";
import { useParts } from "../app/parts.ts";
import { useWords } from "../words/words.ts";

/** Today's limit on data is reached: why what she asks for waits, at whatever screen she is. */
export function PausedNotice(): VNode | null {
  const { budget } = useParts();
  const { t } = useWords();
  if (!useObserved(budget.state).paused) return null;
  return (
    <Banner
      tone="waiting"
      actions={<Button onClick={() => budget.allowToday()}>{t("more.dataAllow")}</Button>}
    >
      {t("more.dataPaused")}
    </Banner>
  );
}
