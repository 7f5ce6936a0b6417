import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LanguageContext } from "../src/shell/context.tsx";
import { shellWords } from "../src/shell/own-words.ts";
import type { Language } from "../src/shell/speech.ts";

export interface PageProps {
  readonly part?: string | undefined;
}

/** What is below speaks a language. */
export function InLanguage({
  language: first,
  children,
}: {
  readonly language: Language;
  readonly children: ComponentChildren;
}): VNode | null {
  const [language, setLanguage] = useState<Language>();
  const speak = async (next: Language): Promise<void> => {
    await shellWords.load(next);
    setLanguage(next);
  };
  useEffect(() => void speak(first), [first]);
  if (language === undefined) return null;
  return (
    <LanguageContext.Provider value={{ language, setLanguage: (next) => void speak(next) }}>
      {children}
    </LanguageContext.Provider>
  );
}
