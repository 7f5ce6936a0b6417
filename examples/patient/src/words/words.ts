import { createWords, type Speech, useSpeech, type Words } from "@healthbridge/example-design/shell";
import { en, type Key } from "./en.ts";

/** What this app says. English comes with the app, the others when somebody speaks them. */
export const words: Words<Key> = createWords<Key>(en, {
  sw: () => import("./sw.ts").then(({ sw }) => sw),
  hi: () => import("./hi.ts").then(({ hi }) => hi),
});

/** The app's texts in the language that is spoken now. */
export function useWords(): Speech<Key> {
  return useSpeech(words);
}
