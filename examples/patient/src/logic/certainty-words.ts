import type { Speech } from "@healthbridge/example-design/shell";
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
  const sentence = t(`why.${key}`, {
    reason: reason ?? t("why.doubtOther"),
    ...(wants === undefined ? {} : { time: dayAndTime(speech, wants) }),
  });
  return stands === undefined
    ? sentence
    : `${sentence} ${t("why.moveStands", { time: dayAndTime(speech, stands) })}`;
}
