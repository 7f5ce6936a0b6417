import { SelectField } from "@healthbridge/example-design";
import type { VNode } from "preact";
import { t } from "../words.ts";

export interface PatientChoiceProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** nothing is left out of a card that says it already: it would stay as it is */
  readonly isSaid?: boolean | undefined;
}

/** Her sex, as far as it was said. */
export function SexField({ value, onValue, isSaid = false }: PatientChoiceProps): VNode {
  const choices = isSaid ? SEXES : (["", ...SEXES] as const);
  return (
    <SelectField
      label={t("sex")}
      value={value}
      onValue={onValue}
      options={choices.map((each) => ({ value: each, label: t(SEX_WORDS[each]) }))}
    />
  );
}

const SEXES = ["female", "male", "other", "unknown"] as const;
const SEX_WORDS = {
  "": "notSaid",
  female: "female",
  male: "male",
  other: "otherSex",
  unknown: "unknownSex",
} as const;

/** What she speaks, by its name: nobody has to know codes. One that came to her card in another way is offered as well. */
export function LanguageField({ value, onValue, isSaid = false }: PatientChoiceProps): VNode {
  const choices = new Set([...(isSaid ? [] : [""]), ...LANGUAGES, value]);
  return (
    <SelectField
      label={t("patientLanguage")}
      value={value}
      onValue={onValue}
      options={[...choices].map((each) => ({
        value: each,
        label: each === "" ? t("notSaid") : (LANGUAGE_NAMES.of(each) ?? each),
      }))}
    />
  );
}

const LANGUAGES = ["sw", "en", "hi"];
const LANGUAGE_NAMES = new Intl.DisplayNames("en", { type: "language" });
