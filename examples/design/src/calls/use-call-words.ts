import { useEffect, useState } from "preact/hooks";
import { useLanguage } from "../shell/context.tsx";
import { createWords, type Speech, type Words } from "../shell/speech.ts";
import { type CallKey, en } from "./texts/en.ts";

const words: Words<CallKey> = createWords<CallKey>(en, {
  sw: () => import("./texts/sw.ts").then(({ sw }) => sw),
  hi: () => import("./texts/hi.ts").then(({ hi }) => hi),
});

/** What is said around calls, in the language that is spoken now; fetched with the first call, English until then. */
export function useCallWords(): Speech<CallKey> {
  const { language } = useLanguage();
  const [, setLoaded] = useState(language);
  useEffect(() => {
    words.load(language).then(
      () => setLoaded(language),
      () => undefined, // without a network English is always there
    );
  }, [language]);
  return words.speech(language);
}
