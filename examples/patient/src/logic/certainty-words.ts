import type { Speech } from "@healthbridge/example-design/shell";
import type { AgendaLine } from "./agenda.ts";
import type { Certainty } from "./certainty.ts";
import type { Key } from "../words/en.ts";
import { dayAndTime } from "../words/sayings.ts";

/** What is certain, in a word or two. */
export function shortly({ key }: Certainty, { t }: Pick<Speech<Key>, "t">): string {
  return t(`sure.${key}`);
}

/**
 * What is certain and what waits, in a sentence or two.
 * @param reason why it will probably not be had, in words, where somebody knows them
 */
export function plainly(certainty: Certainty, speech: Speech<Key>, reason?: string): string {
  const { t } = speech;
  const { key, stands, wants } = certainty;
  if (key === "cancelWaits" && stands !== undefined)
    return t("why.cancelStands", { time: dayAndTime(speech, stands) });
  const sentence = t(`why.${key}`, {
    reason: reason ?? t("why.doubtOther"),
    ...(wants === undefined ? {} : { time: dayAndTime(speech, wants) }),
  });
  return stands === undefined
    ? sentence
    : `${sentence} ${t("why.moveStands", { time: dayAndTime(speech, stands) })}`;
}

/** Where an appointment is before it is moved: at its time, where that is sure; else what waits. */
export function atPresent(
  { certainty, start }: Pick<AgendaLine, "certainty" | "start">,
  speech: Speech<Key>,
  reason?: string,
): string {
  if (certainty.tone !== "sure") return plainly(certainty, speech, reason);
  return speech.t("move.now", { time: dayAndTime(speech, start) });
}
