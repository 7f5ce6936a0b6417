import type { Eviction } from "@healthbridge/client-sdk/web";
import type { Account } from "@healthbridge/schema/client";
import type { ComponentChildren, VNode } from "preact";
import { useCallback, useEffect, useErrorBoundary, useMemo, useRef, useState } from "preact/hooks";
import { Button } from "../button.tsx";
import { Busy, ErrorState } from "../states.tsx";
import { Toasts } from "../toast.tsx";
import { LanguageContext, ShellContext, useSpeech } from "./context.tsx";
import { keepWhole, lostHere, startUpdates, type Updates, watchRoom } from "./around.ts";
import { Door } from "./door.tsx";
import { type DeviceParts, deviceParts, type OpenDevice } from "./device-parts.ts";
import { Entrance } from "./entrance.ts";
import { LostNotice, UpdateOffer } from "./notices.tsx";
import { shellWords } from "./own-words.ts";
import { LeftBanner, PeopleScreen } from "./people-screen.tsx";
import { LockScreen, NewPin } from "./pin-screens.tsx";
import { Places } from "./places.ts";
import { brokenWords } from "./refusal.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { SignOutDialog } from "./sign-out-dialog.tsx";
import { type Language, languageOf, type Words } from "./speech.ts";
import type { Stage, Used } from "./stage.ts";
import type { Credentials } from "./try-to-sign-in.ts";
import { useObserved } from "./use-observed.ts";
import { useTouches } from "./use-touches.ts";

export interface AppShellProps<P> {
  /** its path on the server and the name of what it keeps: `patient` */
  readonly app: string;
  /** what it is called above its first screens */
  readonly title: string;
  /** who it is for; others are told where their app is */
  readonly roles: readonly Account["role"][];
  /** the app's texts: fetched together with the shell's when the language changes */
  readonly words: Pick<Words<string>, "load">;
  /** where it does not speak all of the shell's languages: those it does. The shell then speaks no other */
  readonly languages?: readonly Language[] | undefined;
  /** Opens what the app needs beside the SDK (chat, a socket), once somebody is in. */
  readonly begin: (used: Omit<Used<P>, "parts">) => Promise<P>;
  /** Closes it again: when the app is locked, and when she signs out. */
  readonly end: (parts: P) => Promise<void>;
  /** the app itself */
  readonly view: (parts: P) => ComponentChildren;
  /** below the sign-in of somebody who is new here: how to get an account; it signs in with what it is given */
  readonly newcomer?:
    | ((signIn: (credentials: Credentials) => Promise<void>) => ComponentChildren)
    | undefined;
  /** how a device is opened, where an app wants more of it than the SDK gives by itself: a budget for data, a socket */
  readonly open?: OpenDevice | undefined;
  /** how the way in reaches the device; a test hands in its own */
  readonly device?: DeviceParts | undefined;
}

/** Everything before the app, and around it: who are you, PIN, signing in, the app; locking, signing out, the language. */
export function AppShell<P>(props: AppShellProps<P>): VNode {
  const { app, roles, words, languages, begin, end, open, device } = props;
  const entrance = useMemo(() => {
    const places = new Places(app);
    return new Entrance<P>({
      ...(device ?? deviceParts(app, open)),
      roles,
      begin: (used) => {
        places.enter(used.person.name);
        return begin(used);
      },
      end: (parts) => {
        places.leave();
        return end(parts);
      },
    });
  }, [app, roles, begin, end, open, device]);
  const choice = useLanguageChoice(words, languages);
  const updates = useMemo(() => startUpdates(app, () => OUT.has(entrance.stage.get().at)), [app, entrance]);
  useEffect(() => void entrance.start(), [entrance]);
  useTouches(entrance);
  if (choice === undefined) return <div class="busy page" />;
  return (
    <LanguageContext.Provider value={choice}>
      <Inside {...props} entrance={entrance} updates={updates} />
    </LanguageContext.Provider>
  );
}

/** Where nobody is in, and nothing is half typed. */
const OUT: ReadonlySet<Stage<unknown>["at"]> = new Set(["people", "locked"]);

interface InsideProps<P> extends AppShellProps<P> {
  readonly entrance: Entrance<P>;
  readonly updates: Updates;
}

function Inside<P>({ entrance, updates, view, ...props }: InsideProps<P>): VNode {
  const { app } = props;
  const stage = useObserved(entrance.stage);
  const { t } = useSpeech(shellWords);
  const [leaving, setLeaving] = useState(false);
  const used = stage.at === "open" ? stage.used : undefined;
  // Whoever comes next has not asked to be signed out.
  useEffect(() => {
    if (used === undefined) setLeaving(false);
  }, [used]);
  const room = useMemo(() => used && watchRoom(app, used), [app, used]);
  useEffect(() => room?.stop, [room]);
  useEffect(() => used && keepWhole(used, updates), [used, updates]);
  const shell = useMemo(
    () =>
      used &&
      room && {
        ...used,
        room,
        updates,
        url: location.origin,
        label: used.person.label,
        lock: () => void entrance.lock(),
        askToSignOut: () => setLeaving(true),
      },
    [used, room, updates, entrance],
  );
  if (shell === undefined || used === undefined)
    return <Before {...props} {...{ entrance, stage, updates }} />;
  return (
    <ShellContext.Provider value={shell}>
      <Toasts closeLabel={t("close")}>
        <Guarded>{view(used.parts)}</Guarded>
        {leaving && (
          <SignOutDialog
            onClose={() => setLeaving(false)}
            onSignOut={() => entrance.signOut().then(() => setLeaving(false))}
          />
        )}
      </Toasts>
    </ShellContext.Provider>
  );
}

/** Shows what it contains, or, where that breaks, that nothing is lost by it. */
function Guarded({ children }: { readonly children: ComponentChildren }): VNode {
  const { t } = useSpeech(shellWords);
  // Whoever develops wants to see it as well: it goes on to the console.
  const boundary: readonly [unknown, () => void] = useErrorBoundary((thrown: unknown) =>
    queueMicrotask(() => reportError(thrown)),
  );
  const [error, tryAgain] = boundary;
  if (error === undefined) return <>{children}</>;
  return (
    <main>
      <ErrorState
        title={t("viewBroken")}
        actions={
          <Button kind="primary" onClick={tryAgain}>
            {t("tryAgain")}
          </Button>
        }
      >
        {t("viewBrokenLead")}
      </ErrorState>
    </main>
  );
}

interface BeforeProps<P> extends Pick<AppShellProps<P>, "newcomer"> {
  readonly app: string;
  readonly title: string;
  readonly entrance: Entrance<P>;
  readonly stage: Stage<P>;
  readonly updates: Updates;
}

/** The screens before the app. */
function Before<P>({ app, title, entrance, stage, updates, newcomer }: BeforeProps<P>): VNode | null {
  const { t } = useSpeech(shellWords);
  useEffect(() => {
    document.title = title;
  }, [title]);
  const notice = <UpdateOffer updates={updates} />;
  switch (stage.at) {
    case "starting":
      return <Busy page label={t("opening")} />;
    case "people":
      return (
        <PeopleScreen
          app={title}
          notice={notice}
          {...stage}
          onChoose={(person) => void entrance.choose(person)}
          onNewcomer={() => entrance.newcomer()}
        />
      );
    case "newcomer":
    case "signIn":
      return <SignInScreen app={app} title={title} entrance={entrance} stage={stage} newcomer={newcomer} />;
    case "newPin":
      return (
        <NewPin
          app={title}
          onPin={(pin) => void entrance.choosePin(pin)}
          onBack={() => void entrance.showPeople()}
        />
      );
    case "locked":
      return (
        <LockScreen
          app={title}
          notice={notice}
          {...stage}
          onPin={(pin) => void entrance.unlock(pin)}
          onPasskey={stage.passkey ? () => void entrance.unlockWithPasskey() : undefined}
          onOthers={() => void entrance.showPeople()}
          onStartOver={() => void entrance.startOver()}
        />
      );
    case "open":
      return null;
    case "broken":
      break;
  }
  return <Broken title={title} {...brokenWords(stage.code)} />;
}

/** Nothing could be shown, and why. */
function Broken({ title, lead, code }: ReturnType<typeof brokenWords> & { readonly title: string }): VNode {
  const { t } = useSpeech(shellWords);
  return (
    <Door app={title} title={t("broken")}>
      <ErrorState
        title={t(lead)}
        actions={
          <Button kind="primary" onClick={() => location.reload()}>
            {t("tryAgain")}
          </Button>
        }
      >
        {code === undefined ? undefined : <p class="small">{t("brokenCode", { code })}</p>}
      </ErrorState>
    </Door>
  );
}

interface SignInScreenProps<P> extends Pick<BeforeProps<P>, "app" | "title" | "entrance" | "newcomer"> {
  readonly stage: Stage<P> & { readonly at: "newcomer" | "signIn" };
}

function SignInScreen<P>({ app, title, entrance, stage, newcomer }: SignInScreenProps<P>): VNode {
  const { t } = useSpeech(shellWords);
  const [lost, hideLost] = useLost(app);
  const isKnown = stage.at === "signIn";
  return (
    <Door
      app={title}
      title={t(isKnown ? "signInAgain" : "signIn")}
      lead={t(isKnown ? "signInAgainLead" : "signInLead")}
    >
      <LostNotice lost={lost} onUnderstood={hideLost} />
      {stage.at === "newcomer" && stage.left && <LeftBanner left={stage.left} />}
      <SignInForm
        whose={stage.at === "signIn" ? stage.person.label || undefined : undefined}
        busy={stage.busy}
        refusal={stage.refusal}
        onSignIn={(credentials) => void entrance.signIn(credentials)}
      />
      {stage.at === "newcomer" && newcomer?.((credentials) => entrance.signIn(credentials))}
      {stage.at === "signIn" && <Button onClick={() => void entrance.lock()}>{t("somebodyElse")}</Button>}
      {stage.at === "newcomer" && stage.others && (
        <Button onClick={() => void entrance.showPeople()}>{t("back")}</Button>
      )}
    </Door>
  );
}

/** What the browser has thrown away here, for whoever comes to sign in; told once more, and reported, when she is in. */
function useLost(app: string): readonly [lost: readonly Eviction[], hide: () => void] {
  const [lost, setLost] = useState<readonly Eviction[]>([]);
  useEffect(() => void lostHere(app).then(setLost, () => undefined), [app]); // not to be known now: told when she is in
  return [lost, () => setLost([])];
}

const LANGUAGE_KEY = "healthbridge.language";

/** The language: what was chosen here before, else what the browser wishes. Undefined until its texts are here. */
function useLanguageChoice(words: Pick<Words<string>, "load">, languages?: readonly Language[]) {
  const [language, setLanguage] = useState<Language>();
  const wished = useRef<Language | undefined>(undefined);
  const spoken = useRef<Language | undefined>(undefined);
  const speak = useCallback(
    async (next: Language): Promise<void> => {
      wished.current = next;
      // Without a network a language that was never fetched stays away: it goes on as it was, or in English, which is always here.
      const known = await Promise.all([shellWords.load(next), words.load(next)]).then(
        () => next,
        (): Language => spoken.current ?? "en",
      );
      // She has chosen another one meanwhile.
      if (wished.current !== next) return;
      spoken.current = known;
      document.documentElement.lang = known;
      setLanguage(known);
    },
    [words],
  );
  useEffect(
    () => void speak(languageOf([localStorage.getItem(LANGUAGE_KEY), ...navigator.languages])),
    [speak],
  );
  return useMemo(
    () =>
      language && {
        language,
        languages,
        setLanguage: (next: Language) => {
          localStorage.setItem(LANGUAGE_KEY, next);
          void speak(next);
        },
      },
    [language, languages, speak],
  );
}
