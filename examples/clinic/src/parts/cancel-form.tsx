import { Button, ChoiceField, TextField } from "@healthbridge/example-design";
import { CalendarX } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Visit } from "../logic/day-grid.ts";
import { t } from "../words.ts";
import { useDeeds } from "./use-deeds.ts";
import { useDesk } from "./use-desk.ts";
import { Form } from "./form.tsx";

export interface AskingProps {
  readonly visit: Visit;
  readonly name: string;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** Cancels an appointment: whose wish it was, and why. */
export function CancelForm({ visit, name, onBack, onDone }: AskingProps): VNode {
  const { hb } = useDesk();
  const { keep } = useDeeds(() => name);
  const [by, setBy] = useState<"patient" | "clinic">("patient");
  const [reason, setReason] = useState("");
  const cancel = async (): Promise<void> => {
    const why = reason.trim();
    const asked = { appointment: visit.id, by, ...(why !== "" && { reason: why }) };
    if (await keep(() => hb.cancel(asked), "saidCancelled", name)) onDone();
  };
  return (
    <Form onSubmit={cancel}>
      <h3>{t("cancelOf", { name })}</h3>
      <ChoiceField
        label={t("whoseWish")}
        value={by}
        onValue={setBy}
        options={[
          { value: "patient", label: t("byPatient") },
          { value: "clinic", label: t("byClinic") },
        ]}
      />
      <TextField label={t("cancelReason")} value={reason} onValue={setReason} maxLength={200} />
      <div class="row end">
        <Button onClick={onBack}>{t("back")}</Button>
        <Button type="submit" kind="danger" icon={CalendarX}>
          {t("deedCancel")}
        </Button>
      </div>
    </Form>
  );
}
