import { Busy } from "@healthbridge/example-design";
import type { EntityId } from "@healthbridge/schema/client";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import { PapersFailed } from "./papers-failed.tsx";
import { useFetched } from "./use-fetched.ts";

const fetchPapers = () => import("./papers.tsx").then(({ Papers }) => Papers);

/** The papers, fetched with Yjs when the first conversation is opened. */
export function LazyPapers({ conversation }: { readonly conversation: EntityId }): VNode {
  const { t } = useWords();
  const { it: Papers, failed, again } = useFetched(fetchPapers);
  if (Papers !== undefined) return <Papers conversation={conversation} />;
  return failed ? <PapersFailed onAgain={again} /> : <Busy label={t("papersOpening")} />;
}
