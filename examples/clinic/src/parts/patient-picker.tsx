import { Field, Icon } from "@healthbridge/example-design";
import { Search, UserPlus } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { searchPatients } from "../logic/patient-search.ts";
import { t } from "../words.ts";
import { detailsOf } from "./patient-words.ts";
import { type HeldPatient, usePatients } from "./use-patients.ts";

const MOST = 6;

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

export interface PatientPickerProps {
  readonly label: string;
  readonly onPick: (patient: HeldPatient) => void;
  /** registers whom nobody of those who were found is; left out: only those who are known can be picked */
  readonly onNew?: ((typed: string) => void) | undefined;
  /** who is not offered */
  readonly without?: readonly string[] | undefined;
  readonly autoFocus?: boolean | undefined;
}

/** Finds a patient by a few letters of her name, her card or her telephone: a combobox with a list, all of it with the keyboard. */
export function PatientPicker({ label, onPick, onNew, without = [], autoFocus }: PatientPickerProps): VNode {
  const patients = usePatients();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const begin = (text: string): void => {
    setTyped(text);
    setAt(0);
  };
  const others = patients.filter((patient) => !without.includes(patient.id));
  const found = searchPatients(typed, others, MOST);
  const added = onNew && typed.trim() !== "" ? typed.trim() : undefined;
  const count = found.length + (added === undefined ? 0 : 1);
  const chosen = count > 0 ? `${id}-${String(at)}` : undefined;
  const choose = (place: number): void => {
    const patient = found[place];
    if (patient) onPick(patient);
    else onNew?.(typed.trim());
    begin("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (count === 0 || (step === undefined && event.key !== "Enter")) return;
    event.preventDefault();
    if (step === undefined) choose(at);
    else setAt((at + count + step) % count);
  };
  return (
    <div class="picker">
      <Field label={label} hint={t("pickerHint")}>
        {(ties) => (
          <div class="beside">
            <Icon of={Search} />
            <input
              class="input"
              {...ties}
              role="combobox"
              autocomplete="off"
              aria-autocomplete="list"
              aria-expanded={count > 0}
              aria-controls={`${id}-list`}
              aria-activedescendant={chosen}
              autofocus={autoFocus}
              value={typed}
              onInput={({ currentTarget }) => begin(currentTarget.value)}
              onKeyDown={onKeyDown}
            />
          </div>
        )}
      </Field>
      {typed.trim() !== "" && added === undefined && searchPatients(typed, patients, 1).length === 0 && (
        <p class="small muted" role="status">
          {t("nobodyFits")}
        </p>
      )}
      <Options id={id} label={label} found={found} at={at} added={added} onPick={choose} />
    </div>
  );
}

interface OptionsProps {
  readonly id: string;
  readonly label: string;
  readonly found: readonly HeldPatient[];
  readonly at: number;
  /** whom the last one registers */
  readonly added: string | undefined;
  readonly onPick: (place: number) => void;
}

function Options({ id, label, found, at, added, onPick }: OptionsProps): VNode {
  const idOf = (place: number): string => `${id}-${String(place)}`;
  const { length } = found;
  return (
    <ul
      id={`${id}-list`}
      role="listbox"
      aria-label={label}
      class="options"
      hidden={length === 0 && added === undefined}
    >
      {found.map((patient, place) => (
        <Option key={patient.id} id={idOf(place)} chosen={place === at} onPick={() => onPick(place)}>
          <span class="strong">{patient.name}</span>
          <span class="detail">{detailsOf(patient)}</span>
        </Option>
      ))}
      {added !== undefined && (
        <Option id={idOf(length)} chosen={length === at} onPick={() => onPick(length)}>
          <span class="strong row">
            <Icon of={UserPlus} />
            {t("registerNamed", { name: added })}
          </span>
        </Option>
      )}
    </ul>
  );
}

interface OptionProps {
  readonly id: string;
  readonly chosen: boolean;
  readonly onPick: () => void;
  readonly children: ComponentChildren;
}

/** The keyboard stays in the field above: the list is for the pointer, and for what is read out. */
function Option({ id, chosen, onPick, children }: OptionProps): VNode {
  return (
    <li
      id={id}
      role="option"
      aria-selected={chosen}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPick}
    >
      {children}
    </li>
  );
}
