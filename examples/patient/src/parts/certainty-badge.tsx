import { Badge } from "@healthbridge/example-design";
import type { VNode } from "preact";
import type { Certainty } from "../logic/certainty.ts";
import { shortly } from "../logic/certainty-words.ts";
import { useWords } from "../words/words.ts";

/** How certain something is, in a word or two. */
export function CertaintyBadge({ of }: { readonly of: Certainty }): VNode {
  const speech = useWords();
  return <Badge tone={of.tone}>{shortly(of, speech)}</Badge>;
}
