/**
 * What every app needs around itself: the way in (who are you, PIN, signing in), the way out, how things stand with the server, what became of what was asked for,
 * and languages.
 *
 * @packageDocumentation
 */
export { type AppShellProps } from "./app-shell.tsx";
export { type LanguageChoice, type Shell, useLanguage, useShell, useSpeech } from "./context.tsx";
export { openAgain } from "./open-again.ts";
export { openApp } from "./open-app.tsx";
export { Outcomes, type OutcomesProps, WaitingBadge } from "./outcomes.tsx";
export { ShellFrame, type ShellFrameProps } from "./shell-frame.tsx";
export {
  type Catalogue,
  createWords,
  type Language,
  LANGUAGES,
  languageOf,
  type Speech,
  type Text,
  type Values,
  type Words,
} from "./speech.ts";
export { Shown } from "./shown.ts";
export type { Used } from "./stage.ts";
export { StatusLine, statusText } from "./status-line.tsx";
export { useLockBehind } from "./use-lock-behind.ts";
export { useObserved } from "./use-observed.ts";
export { useStayOpen } from "./use-stay-open.ts";
export { useTries } from "./use-tries.ts";
