import { Button } from "@healthbridge/example-design";
import { useLanguage, useSpeech } from "@healthbridge/example-design/shell";
import type { ComponentType, VNode } from "preact";
import { useState } from "preact/hooks";
import type { Credentials } from "../logic/registration.ts";
import { doorWords } from "../words/door.ts";

export interface NewcomerProps {
  readonly onSignIn: (credentials: Credentials) => Promise<void>;
}

/** Below the sign-in: the way to an account of one's own. What it needs is fetched when somebody wants one. */
export function Newcomer({ onSignIn }: NewcomerProps): VNode {
  const { t } = useSpeech(doorWords);
  const { language } = useLanguage();
  const [form, setForm] = useState<{ readonly it: ComponentType<NewcomerProps> }>();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  if (form !== undefined) return <form.it onSignIn={onSignIn} />;
  const open = async (): Promise<void> => {
    setState("busy");
    try {
      const [{ RegisterForm }, { words }] = await Promise.all([
        import("../screens/register.tsx"),
        import("../words/words.ts"),
      ]);
      await words.load(language);
      setForm({ it: RegisterForm });
    } catch {
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
