import type { VNode } from "preact";
import { SelectField } from "../field.tsx";
import { useLanguage, useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import { LANGUAGES, languageOf } from "./speech.ts";

/** Chooses the language; each is called as its speakers call it. Nothing where the app speaks only one. */
export function LanguageField(): VNode | null {
  const { language, setLanguage, languages } = useLanguage();
  const { t } = useSpeech(shellWords);
  if (languages?.length === 1) return null;
  return (
    <SelectField
      label={t("language")}
      value={language}
      onValue={(value) => setLanguage(languageOf([value]))}
      options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
    />
  );
}
