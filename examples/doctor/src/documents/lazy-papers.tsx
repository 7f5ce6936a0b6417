import { Busy } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../shared/desk-context.ts";
import type * as PapersModule from "./papers.tsx";

/** The papers, fetched with Yjs when the first conversation is opened. */
export function LazyPapers({ conversation }: { readonly conversation: EntityId }): VNode {
  const { t } = useWords();
  const [loaded, setLoaded] = useState<typeof PapersModule>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./papers.tsx").then(setLoaded, () => setFailed(true));
  }, []);
  if (loaded !== undefined) return <loaded.Papers conversation={conversation} />;
  return failed ? <p class="wrong">{t("papersFailed")}</p> : <Busy label={t("papersOpening")} />;
}
