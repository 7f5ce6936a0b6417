import { Button } from "@healthbridge/example-design";
import { useLanguage, useSpeech, type Words } from "@healthbridge/example-design/shell";
import type { ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Credentials } from "../logic/registration.ts";
import { doorWords } from "../words/door.ts";
import type { Key } from "../words/en.ts";

export interface NewcomerProps {
  readonly onSignIn: (credentials: Credentials) => Promise<void>;
}

/** The form, and what it says. */
interface Opened {
  readonly it: ComponentType<NewcomerProps>;
  readonly words: Pick<Words<Key>, "load">;
}

/** Below the sign-in: the way to an account of one's own. What it needs is fetched when somebody wants one. */
export function Newcomer({ onSignIn }: NewcomerProps): VNode {
  const { t } = useSpeech(doorWords);
  const { language } = useLanguage();
  const [form, setForm] = useState<Opened>();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  useSpokenToo(form?.words);
  if (form !== undefined) return <form.it onSignIn={onSignIn} />;
  const open = async (): Promise<void> => {
    setState("busy");
    try {
      const [{ RegisterForm }, { words }] = await Promise.all([
        import("../screens/register.tsx"),
        import("../words/words.ts"),
      ]);
      await words.load(language);
      setForm({ it: RegisterForm, words });
    } catch {
      // Most browsers fetch a script that did not come only in a page that is loaded anew.
      if (state === "failed" && navigator.onLine) location.reload();
      setState("failed");
    }
  };
  return (
    <>
      {state === "failed" && <p role="alert">{t("needsNetwork")}</p>}
      <Button kind="plain" wide busy={state === "busy"} onClick={() => void open()}>
        {t("openAccount")}
      </Button>
    </>
  );
}

/** Whoever chooses another language while the form is open reads it in that one once its texts are here; what she has typed stays. */
function useSpokenToo(words: Opened["words"] | undefined): void {
  const { language } = useLanguage();
  const [, show] = useState(language);
  useEffect(() => {
    let over = false;
    words?.load(language).then(
      () => {
        if (!over) show(language);
      },
      () => undefined, // it goes on in English
    );
    return () => {
      over = true;
    };
  }, [words, language]);
}
