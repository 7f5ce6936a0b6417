import { Button, ChoiceField, Dialog, List, ListItem, TextField } from "@healthbridge/example-design";
import { useList } from "@healthbridge/client-sdk/react";
import type { EntityId, Urgency } from "@healthbridge/schema/client";
import { Search, UserPlus } from "lucide";
import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { useDesk, useWords } from "../shared/desk-context.ts";
import { useTrying, whenSent } from "../shared/fail.ts";
import { bornWords } from "../shared/names.ts";
import { useOneAtATime } from "../shared/one-at-a-time.ts";
import { foundPatients } from "./patient-search.ts";
import { useToday } from "./use-day.ts";

interface Chosen {
  readonly name: string;
  /** `undefined`: she is registered with it */
  readonly id: EntityId | undefined;
}

/** Somebody came without an appointment: who, and why. She is given the next number of the day. */
export function WalkInDialog({ onClose }: { readonly onClose: () => void }): VNode {
  const { t } = useWords();
  const [chosen, setChosen] = useState<Chosen>();
  return (
    <Dialog title={t("walkInTitle")} closeLabel={t("close")} onClose={onClose}>
      {chosen === undefined ? (
        <WhoCame onChoose={setChosen} />
      ) : (
        <WhyShe chosen={chosen} onBack={() => setChosen(undefined)} onDone={onClose} />
      )}
    </Dialog>
  );
}

function WhoCame({ onChoose }: { readonly onChoose: (chosen: Chosen) => void }): VNode {
  const speech = useWords();
  const { t } = speech;
  const today = useToday();
  const patients = useList("patient");
  const [typed, setTyped] = useState("");
  const found = foundPatients(patients, typed);
  const name = typed.trim();
  return (
    <div class="stack">
      <TextField
        label={t("walkInWho")}
        hint={t("walkInWhoHint")}
        type="search"
        icon={Search}
        value={typed}
        onValue={setTyped}
        autoFocus
      />
      <List label={t("walkInFound")}>
        {found.map(({ id, name: each, born, cardNumber, village }) => (
          <ListItem
            key={id}
            title={each}
            detail={[born && bornWords(born, today, speech), cardNumber, village].filter(Boolean).join(" · ")}
            onPress={() => onChoose({ id, name: each })}
          />
        ))}
        {name.length > 1 && (
          <ListItem
            title={t("walkInNew", { name })}
            detail={t("walkInNewMore")}
            onPress={() => onChoose({ id: undefined, name })}
          />
        )}
      </List>
    </div>
  );
}

interface WhySheProps {
  readonly chosen: Chosen;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

const MOST_CHARACTERS = 200;

function WhyShe({ chosen, onBack, onDone }: WhySheProps): VNode {
  const { hb, doctor } = useDesk();
  const { t } = useWords();
  const tryTo = useTrying();
  const [reason, setReason] = useState("");
  const [urgency, setUrgency] = useState<Urgency>("routine");
  const once = useOneAtATime();
  // Her card may be made and the number not be kept: pressed again, no second card is made.
  const card = useRef(chosen.id);
  const add = async (): Promise<void> => {
    const kept = await tryTo(
      async () => {
        const clinic = hb.get("doctor", doctor)?.clinic;
        const newcomer = { name: chosen.name, ...(clinic !== undefined && { clinic }) };
        const patient = (card.current ??= (await hb.registerPatient(newcomer)).id);
        const why = reason.trim();
        return hb.walkIn({ doctor, patient, urgency, ...(why !== "" && { reason: why }) });
      },
      "walkInKept",
      whenSent,
    );
    if (kept) onDone();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void once(add); // a second tap gives no second number
      }}
    >
      <p class="strong">{chosen.name}</p>
      <TextField
        label={t("factReason")}
        value={reason}
        onValue={setReason}
        maxLength={MOST_CHARACTERS}
        autoFocus
      />
      <ChoiceField
        label={t("urgency")}
        value={urgency}
        onValue={setUrgency}
        options={[
          { value: "routine", label: t("urgencyRoutine") },
          { value: "soon", label: t("urgencySoon") },
          { value: "urgent", label: t("urgencyUrgent") },
        ]}
      />
      <p class="small muted">{t("walkInNumber")}</p>
      <div class="row end">
        <Button onClick={onBack}>{t("back")}</Button>
        <Button kind="primary" type="submit" icon={UserPlus}>
          {t("walkInGive")}
        </Button>
      </div>
    </form>
  );
}
