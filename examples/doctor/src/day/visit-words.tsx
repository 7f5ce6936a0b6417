import { Badge } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { useWords } from "../shared/desk-context.ts";
import type { DoctorKey } from "../words/words.ts";
import type { Visit } from "./agenda.ts";
import { toneOf, type VisitAction, type VisitWord, wordOf } from "./visit.ts";

const WORDS: Readonly<Record<VisitWord, DoctorKey>> = {
  unsent: "visitUnsent",
  certain: "visitCertain",
  toConfirm: "visitToConfirm",
  offered: "visitOffered",
  booked: "visitBooked",
  here: "visitHere",
  seen: "visitSeen",
  missed: "visitMissed",
  waitlist: "visitWaitlist",
  cancelled: "visitCancelled",
  expired: "visitExpired",
};

/** What buttons for an appointment say. */
export const ACTION_WORDS: Readonly<Record<VisitAction, DoctorKey>> = {
  confirm: "actConfirm",
  checkIn: "actCheckIn",
  undoCheckIn: "actUndoCheckIn",
  complete: "actComplete",
  missed: "actMissed",
  move: "actMove",
  cancel: "actCancel",
};

/** How an appointment stands. What waits to be sent says that, and what it was asked to become. */
export function VisitBadge({ visit }: { readonly visit: Visit }): VNode {
  const { t } = useWords();
  const word = wordOf(visit);
  return <Badge tone={toneOf(word)}>{t(WORDS[word])}</Badge>;
}

/** How soon somebody should be seen, where that was judged to be sooner than usual. */
export function UrgencyBadge({ visit: { urgency } }: { readonly visit: Visit }): VNode | null {
  const { t } = useWords();
  if (urgency === undefined || urgency === "routine") return null;
  return (
    <Badge tone={urgency === "urgent" ? "trouble" : "waiting"}>
      {t(urgency === "urgent" ? "urgencyUrgent" : "urgencySoon")}
    </Badge>
  );
}
