import type { HealthBridge, Store } from "@healthbridge/client-sdk";
import type { Account } from "@healthbridge/schema/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Room, Updates } from "./around.ts";
import type { Safe } from "./safe.ts";
import type { Language, Speech, Words } from "./speech.ts";

/** What an app has of the shell around it, while somebody is in. */
export interface Shell {
  readonly hb: HealthBridge;
  /** the store that `hb` was opened with, under her key: for chat, attachments, documents */
  readonly store: Store;
  /** the server's address */
  readonly url: string;
  readonly account: Account;
  /** what the lock screen calls her */
  readonly label: string;
  readonly safe: Safe;
  readonly updates: Updates;
  readonly room: Room;
  /** Closes the app; her PIN opens it again. */
  readonly lock: () => void;
  /** Asks whether she wants to sign out, and says what stays. */
  readonly askToSignOut: () => void;
}

export const ShellContext = createContext<Shell | undefined>(undefined);

/** The shell around the app. */
export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new Error("There is no <AppShell> around this component, or nobody is in.");
  return shell;
}

export interface LanguageChoice {
  readonly language: Language;
  /** Fetches what the app says in that language, then says it. */
  readonly setLanguage: (language: Language) => void;
  /** those the app speaks; left out: all */
  readonly languages?: readonly Language[] | undefined;
}

export const LanguageContext = createContext<LanguageChoice>({
  language: "en",
  setLanguage: () => undefined,
});

export function useLanguage(): LanguageChoice {
  return useContext(LanguageContext);
}

/**
 * The app's texts in the language that is spoken now.
 * @example const { t, day } = useSpeech(words);
 */
export function useSpeech<K extends string>(words: Words<K>): Speech<K> {
  return words.speech(useLanguage().language);
}
