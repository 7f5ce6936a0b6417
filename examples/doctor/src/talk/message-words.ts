import type { MessageState, ShownMessage } from "@healthbridge/client-sdk/chat";
import type { Speech } from "@healthbridge/example-design/shell";
import { Check, CheckCheck, Clock, Eye, TriangleAlert } from "lucide";
import type { IconNode } from "@healthbridge/example-design";
import type { DoctorKey } from "../words/words.ts";

/** How a line of one's own stands, truthfully. */
export const MESSAGE_STATES: Readonly<
  Record<Exclude<MessageState, "received">, { readonly words: DoctorKey; readonly icon: IconNode }>
> = {
  waiting: { words: "lineWaiting", icon: Clock },
  sent: { words: "lineSent", icon: Check },
  delivered: { words: "lineDelivered", icon: CheckCheck },
  read: { words: "lineRead", icon: Eye },
  refused: { words: "lineRefused", icon: TriangleAlert },
};

/** A line in a few words, for a list. */
export function previewOf(
  { text, withdrawn, attachments = [], mine, state }: ShownMessage,
  { t }: Pick<Speech<DoctorKey>, "t">,
): string {
  const said =
    withdrawn === true ? t("withdrawn") : (text ?? t("attachmentCount", { n: attachments.length }));
  if (!mine) return said;
  return state === "waiting" || state === "refused"
    ? `${t(MESSAGE_STATES[state].words)}: ${said}`
    : t("youSaid", { said });
}
