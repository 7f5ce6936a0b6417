import { Badge } from "@healthbridge/example-design";
import type { Speech } from "@healthbridge/example-design/shell";
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

/** Who cancelled an appointment, and why as far as that was said; `undefined` where nobody has. */
export function cancelledInWords(
  { status, cancelledBy, cancelReason }: Visit,
  t: Speech<DoctorKey>["t"],
): string | undefined {
  if (status !== "cancelled") return undefined;
  const who = cancelledBy === undefined ? undefined : t(CANCELLED_BY[cancelledBy]);
  return [who, cancelReason].filter((each) => each !== undefined).join(": ") || undefined;
}

const CANCELLED_BY = {
  patient: "cancelledByPatient",
  clinic: "cancelledByClinic",
  doctor: "cancelledByDoctor",
  system: "cancelledBySystem",
} as const;

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
