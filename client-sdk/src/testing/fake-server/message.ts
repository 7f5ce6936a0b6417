import {
  describeOutcome,
  epochMinutes,
  type OutcomeToTell,
  Start,
  wishedLanguages,
  wordsLanguage,
} from "@healthbridge/schema";
import { INTL_ZONES } from "../../schedule/intl-zones.ts";
import type { World } from "./world.ts";

/** An outcome, and which appointment it is about, if any. */
interface Told extends OutcomeToTell {
  readonly appointment: string | undefined;
}

/** What became of an operation in words, for whoever says in which language (`Accept-Language`). */
export function messageFor(request: Request, outcome: Told, world: World): string | undefined {
  const wished = wishedLanguages(request.headers.get("accept-language") ?? "");
  if (wished.length === 0) return undefined;
  return describeOutcome(outcome, wordsLanguage(wished), agreedStart(outcome, world));
}

/** The start that was agreed to as it was asked for, by the clinic's wall: whoever asked may have written it by another one. */
function agreedStart({ status, output, input, appointment }: Told, world: World): Start | undefined {
  const start = Start.safeParse(input?.["start"]);
  if (status === "rejected" || output !== undefined || !start.success) return undefined;
  const placed = world.get("appointment", appointment ?? "");
  return placed && INTL_ZONES.startAt(placed.zone, epochMinutes(start.data));
}
