import type { VNode } from "preact";
import { SelectField } from "../field.tsx";
import { useLanguage, useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import { LANGUAGES, languageOf } from "./speech.ts";

/** Chooses the language; each is called as its speakers call it. */
export function LanguageField(): VNode {
  const { language, setLanguage } = useLanguage();
  const { t } = useSpeech(shellWords);
  return (
    <SelectField
      label={t("language")}
      value={language}
      onValue={(value) => setLanguage(languageOf([value]))}
      options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
    />
  );
}
