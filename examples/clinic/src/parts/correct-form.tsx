import { Button, TextField } from "@healthbridge/example-design";
import { Check } from "lucide";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import {
  changedDetails,
  diallingOf,
  type DraftField,
  type PatientDraft,
  readDraft,
} from "../logic/patient-draft.ts";
import { t } from "../words.ts";
import { FAULT_WORDS, FIELD_WORDS } from "./draft-words.ts";
import { useDeeds } from "./use-deeds.ts";
import { useDesk } from "./use-desk.ts";
import { LanguageField, SexField } from "./patient-choices.tsx";
import type { HeldPatient } from "./use-patients.ts";
import { Form } from "./form.tsx";

/** Those that are typed; the others are chosen. */
const FIELDS: readonly DraftField[] = ["name", "born", "phone", "cardNumber", "village"];

/** Corrects a patient's card. A field that is emptied stays as it was: nothing on a card is deleted by leaving it out. */
export function CorrectForm({
  patient,
  onDone,
}: {
  readonly patient: HeldPatient;
  readonly onDone: () => void;
}): VNode {
  const { hb, today, zone } = useDesk();
  const { keep } = useDeeds(() => patient.name);
  const [before] = useState(() => draftOf(patient));
  const [draft, setDraft] = useState(before);
  const [tried, setTried] = useState(false);
  const { details, faults: all } = readDraft(draft, { today, dialling: diallingOf(zone) });
  // What stands there and is not touched came from elsewhere, and is no fault of hers.
  const faults = new Map([...all].filter(([field]) => draft[field] !== before[field]));
  const set = (field: DraftField, value: string): void => setDraft((typed) => ({ ...typed, [field]: value }));
  const correct = async (): Promise<void> => {
    setTried(true);
    if (faults.size > 0) return;
    const { name, ...rest } = changedDetails(details, draft, before);
    const asked = { patient: patient.id, ...(name !== undefined && { name }), ...rest };
    if (Object.keys(asked).length === 1) return onDone();
    if (await keep(() => hb.updatePatient(asked), "saidCorrected", draft.name)) onDone();
  };
  return (
    <Form onSubmit={correct}>
      {FIELDS.map((field) => {
        const fault = tried ? faults.get(field) : undefined;
        return (
          <TextField
            key={field}
            label={t(FIELD_WORDS[field])}
            error={fault && t(FAULT_WORDS[fault])}
            value={draft[field]}
            onValue={(value) => set(field, value)}
          />
        );
      })}
      <SexField value={draft.sex} onValue={(value) => set("sex", value)} isSaid={before.sex !== ""} />
      <LanguageField
        value={draft.language}
        onValue={(value) => set("language", value)}
        isSaid={before.language !== ""}
      />
      <p class="small muted">{t("emptiedStays")}</p>
      <div class="row end">
        <Button type="submit" kind="primary" icon={Check}>
          {t("save")}
        </Button>
      </div>
    </Form>
  );
}

function draftOf(patient: HeldPatient): PatientDraft {
  const { name, born = "", sex = "", phone = "", cardNumber = "", village = "", language = "" } = patient;
  return { name, born, sex, phone, cardNumber, village, language };
}
