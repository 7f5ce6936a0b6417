import { Button, ChoiceField, TextField } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useTrying, whenSent } from "../shared/fail.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import type { Visit } from "./agenda.ts";

export interface AskingProps {
  readonly visit: Visit;
  readonly onDone: () => void;
  readonly onBack: () => void;
}

const MOST_CHARACTERS = 200;

/** Cancels an appointment: whose wish it was, and why. */
export function CancelForm({ visit, onDone, onBack }: AskingProps): VNode {
  const { hb } = useDesk();
  const { t } = useWords();
  const tryTo = useTrying();
  const once = useOneAtATime();
  const [by, setBy] = useState<"clinic" | "patient">("clinic");
  const [reason, setReason] = useState("");
  const cancel = async (): Promise<void> => {
    const why = reason.trim();
    const kept = await tryTo(
      () =>
        hb.cancel({
          appointment: visit.id,
          ...(by === "patient" && { by }),
          ...(why !== "" && { reason: why }),
        }),
      "cancelKept",
      whenSent,
    );
    if (kept) onDone();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void once(cancel);
      }}
    >
      <ChoiceField
        label={t("cancelWhose")}
        value={by}
        onValue={setBy}
        options={[
          { value: "clinic", label: t("cancelOurs") },
          { value: "patient", label: t("cancelHers") },
        ]}
      />
      <TextField
        label={t("cancelWhy")}
        hint={t("cancelWhyHint")}
        value={reason}
        onValue={setReason}
        maxLength={MOST_CHARACTERS}
      />
      <div class="row end">
        <Button onClick={onBack}>{t("back")}</Button>
        <Button kind="danger" type="submit">
          {t("actCancel")}
        </Button>
      </div>
    </form>
  );
}
