import type { ShownAttachment } from "@healthbridge/client-sdk/attachments";
import type { EntityId } from "@healthbridge/schema/client";

/** Something that will go with a message. */
export interface Enclosed {
  readonly id: EntityId;
  readonly kind: "photo" | "voice";
}

/** The server forgets in a week what it has of a file that no message names; a day before that it is not counted on any more. */
const SURELY_THERE_MS = 6 * 24 * 3_600_000;

/** What stays in the field when a line was sent: what she has typed since. Where she has changed the line itself all of it stays: she sees it, and nothing is lost. */
export function typedSince(sent: string, now: string): string {
  return now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
}

/** What was enclosed at an earlier time and can still go with a message. */
export function stillEnclosed(
  enclosed: readonly Enclosed[],
  attached: ReadonlyArray<Pick<ShownAttachment, "id" | "state" | "madeAt">>,
  now: number,
): readonly Enclosed[] {
  return enclosed.filter(({ id }) => {
    const file = attached.find((each) => each.id === id);
    return file?.state === "waiting" || (file?.state === "sent" && now - file.madeAt < SURELY_THERE_MS);
  });
}
