import { Outcomes } from "@healthbridge/example-design/shell";
import type { Outcome } from "@healthbridge/client-sdk";
import type { VNode } from "preact";
import { useCallback } from "preact/hooks";
import { useDesk, useWords } from "./desk-context.ts";
import { isToldHere, tellOutcome } from "./outcome-words.ts";

/** What became of what the doctor asked for, where that is not simply what she asked. */
export function OutcomeList(): VNode {
  const { hb } = useDesk();
  const speech = useWords();
  const tell = useCallback((outcome: Outcome) => tellOutcome(outcome, hb, speech), [hb, speech]);
  return <Outcomes about={isToldHere} tell={tell} skip={isAsAsked} />;
}

/** Done as asked: what is on the screen says it. A number in the queue is told all the same. */
function isAsAsked({ output }: Outcome): boolean {
  return output === undefined;
}
