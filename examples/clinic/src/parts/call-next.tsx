import { Button, useSettled } from "@healthbridge/example-design";
import { Megaphone } from "lucide";
import type { VNode } from "preact";
import type { Ticket } from "../logic/board.ts";
import { t } from "../words.ts";

export interface CallNextProps {
  /** the next of a doctor's row */
  readonly ticket: Ticket | undefined;
  readonly onCall: (ticket: Ticket) => void;
}

/** Calls whoever is next. Under a finger that has just called somebody, and when the order changes, it rests until it can be seen whom it calls now. */
export function CallNext({ ticket, onCall }: CallNextProps): VNode | null {
  const settled = useSettled(ticket?.appointment);
  if (ticket === undefined) return null;
  return (
    <Button
      kind="primary"
      icon={Megaphone}
      aria-disabled={!settled}
      onClick={() => {
        if (settled) onCall(ticket);
      }}
    >
      {t("callNext", { label: ticket.label })}
    </Button>
  );
}
