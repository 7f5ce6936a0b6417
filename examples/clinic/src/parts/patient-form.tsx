import { Badge, Banner, Button, Icon, TextField, focusFirstWrong } from "@healthbridge/example-design";
import { UserPlus, Users } from "lucide";
import type { RefObject, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { EntityId } from "@healthbridge/schema/client";
import type { DraftField } from "../logic/patient-draft.ts";
import { t } from "../words.ts";
import { FAULT_WORDS, FIELD_WORDS } from "./draft-words.ts";
import { LanguageField, SexField } from "./patient-choices.tsx";
import { commonInWords, detailsOf } from "./patient-words.ts";
import { type Registration, useRegistration } from "./use-registration.ts";
import type { HeldPatient } from "./use-patients.ts";

export interface PatientFormProps {
  /** what was typed of her name already */
  readonly name?: string | undefined;
  readonly onRegistered: (id: EntityId, name: string) => void;
  /** one of the cards that may be hers is hers: nothing is registered */
  readonly onKnown: (patient: HeldPatient) => void;
  readonly submitLabel?: string | undefined;
}

/** Registers a patient: name, Enter, the next. Everything else can be left out. */
export function PatientForm({ name = "", onRegistered, onKnown, submitLabel }: PatientFormProps): VNode {
  const form = useRef<HTMLFormElement>(null);
  const warning = useRef<HTMLDivElement>(null);
  const begin = (): void => form.current?.querySelector("input")?.focus();
  const registration = useRegistration(name, (id, registered) => {
    onRegistered(id, registered);
    begin();
  });
  const [hindered, setHindered] = useState<{ readonly by: "faults" | "doubles" }>();
  useEffect(begin, []);
  useEffect(() => {
    // Once it is on the screen: the first field at fault, or the question whether this is she.
    if (hindered?.by === "faults" && form.current) focusFirstWrong(form.current);
    if (hindered?.by === "doubles") warning.current?.focus(); // itself: a second Enter answers nothing
  }, [hindered]);
  const busy = useRef(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.current) return; // a second Enter registers nobody twice
    busy.current = true;
    const came = await registration.register();
    busy.current = false;
    if (came === "faults" || came === "doubles") setHindered({ by: came });
  };
  return (
    <form ref={form} class="stack" noValidate autocomplete="off" onSubmit={(event) => void submit(event)}>
      {registration.isBegun && (
        <BegunNotice
          onEmpty={() => {
            registration.clear();
            begin();
          }}
        />
      )}
      <Fields of={registration} />
      {/* Below what is being filled in: what appears there moves no field from under a finger, and Tab goes on to the next field. */}
      <Doubles
        at={warning}
        registration={registration}
        onKnown={(patient) => {
          registration.clear();
          onKnown(patient);
        }}
      />
      <div class="row">
        <Button type="submit" kind="primary" icon={UserPlus}>
          {submitLabel ?? t("register")}
        </Button>
        {submitLabel === undefined && <span class="muted small">{t("enterRegisters")}</span>}
      </div>
    </form>
  );
}

/** What is in the form is of an earlier time: it may be somebody else who stands at the desk now. */
function BegunNotice({ onEmpty }: { readonly onEmpty: () => void }): VNode {
  return (
    <Banner tone="waiting" actions={<Button onClick={onEmpty}>{t("emptyForm")}</Button>}>
      {t("begunEarlier")}
    </Banner>
  );
}

function Fields({ of }: Pick<LineProps, "of">): VNode {
  return (
    <>
      <Line of={of} field="name" />
      <div class="columns tight">
        <Line of={of} field="born" hint={bornHint(of)} inputMode="text" />
        <SexField value={of.draft.sex} onValue={(value) => of.set("sex", value)} />
        <Line of={of} field="phone" hint={phoneHint(of)} inputMode="tel" />
        <Line of={of} field="cardNumber" />
        <Line of={of} field="village" />
        <LanguageField value={of.draft.language} onValue={(value) => of.set("language", value)} />
      </div>
    </>
  );
}

interface LineProps {
  readonly of: Registration;
  readonly field: DraftField;
  readonly hint?: string | undefined;
  readonly inputMode?: "text" | "tel" | undefined;
}

function Line({ of, field, hint, inputMode }: LineProps): VNode {
  const fault = of.tried ? of.read.faults.get(field) : undefined;
  return (
    <TextField
      label={t(FIELD_WORDS[field])}
      hint={hint}
      error={fault && t(FAULT_WORDS[fault])}
      name={field}
      inputMode={inputMode}
      value={of.draft[field]}
      onValue={(value) => of.set(field, value)}
    />
  );
}

/** What will be kept of what was typed: nothing is guessed behind her back. */
function bornHint({ draft, read }: Registration): string {
  const { born } = read.details;
  return draft.born === "" || born === undefined
    ? t("bornHint")
    : t("keptAs", { value: WHOLE_DATE.format(Date.parse(born)) });
}

const WHOLE_DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

function phoneHint({ draft, read }: Registration): string {
  const { phone } = read.details;
  return draft.phone === "" || phone === undefined ? t("phoneHint") : t("keptAs", { value: phone });
}

interface DoublesProps {
  readonly at: RefObject<HTMLDivElement | null>;
  readonly registration: Registration;
  readonly onKnown: (patient: HeldPatient) => void;
}

/** Cards that may be the newcomer's: "the same person" registers nothing, "another person" goes on. */
function Doubles({ at, registration, onKnown }: DoublesProps): VNode {
  const { doubles } = registration;
  return (
    <div
      ref={at}
      tabIndex={-1}
      role="status"
      class="doubles"
      hidden={doubles.length === 0}
      data-tone="waiting"
    >
      <p class="strong row">
        <Icon of={Users} />
        {t("maybeKnown", { n: doubles.length })}
      </p>
      {doubles.map(({ patient, because }) => (
        <div key={patient.id} class="double">
          <div class="grow">
            <div class="strong">{patient.name}</div>
            <div class="small">{detailsOf(patient)}</div>
            <div>
              <Badge tone="waiting" icon={Users}>
                {commonInWords(because)}
              </Badge>
            </div>
          </div>
          <div class="row">
            <Button kind="plain" onClick={() => onKnown(patient)}>
              {t("samePerson")}
            </Button>
            <Button kind="quiet" onClick={() => registration.isAnother(patient.id)}>
              {t("anotherPerson")}
            </Button>
          </div>
        </div>
      ))}
    </div>
  );
}
