import { HealthBridgeError, memoryStore } from "@healthbridge/client-sdk";
import { Banner, Button, Card, focusFirstWrong, TextField } from "@healthbridge/example-design";
import { useLanguage } from "@healthbridge/example-design/shell";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { openDevice } from "../app/device.ts";
import {
  plainLogin,
  refusalOf,
  type RegistrationForm,
  type WrongField,
  wrongIn,
} from "../logic/registration.ts";
import type { NewcomerProps } from "../parts/newcomer.tsx";
import type { Key } from "../words/en.ts";
import { useWords } from "../words/words.ts";

const HINTS: Readonly<Record<WrongField, Key>> = {
  name: "register.nameWrong",
  login: "register.loginWrong",
  password: "register.passwordWrong",
};

/** Opens a patient's account, and signs in with it. */
export function RegisterForm({ onSignIn }: NewcomerProps): VNode {
  const { t } = useWords();
  const element = useRef<HTMLFormElement>(null);
  const { form, change, wrong, trouble, busy, send } = useRegistration(onSignIn);
  useEffect(() => {
    if (wrong.length > 0 && element.current !== null) focusFirstWrong(element.current);
  }, [wrong]);
  const field = (name: WrongField) => ({
    label: t(`register.${name}`),
    value: form[name],
    onValue: (value: string) => change({ [name]: value }),
    error: wrong.includes(name) ? t(HINTS[name]) : undefined,
    required: true,
  });
  return (
    <Card title={t("register.title")}>
      <form
        ref={element}
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        <p class="muted">{t("register.more")}</p>
        {trouble !== undefined && <Banner tone="trouble">{t(trouble)}</Banner>}
        <TextField {...field("name")} name="name" maxLength={120} />
        <TextField {...field("login")} name="login" autocomplete="username" hint={t("register.loginHint")} />
        <TextField
          {...field("password")}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={t("register.passwordHint")}
          showLabel={t("register.showPassword")}
        />
        <Button type="submit" kind="primary" wide busy={busy}>
          {t("register.send")}
        </Button>
      </form>
    </Card>
  );
}

/** An account while its form is filled in. */
function useRegistration(onSignIn: NewcomerProps["onSignIn"]) {
  const { language } = useLanguage();
  const [form, setForm] = useState<RegistrationForm>({ name: "", login: "", password: "" });
  const [wrong, setWrong] = useState<readonly WrongField[]>([]);
  const [trouble, setTrouble] = useState<Key>();
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    const found = wrongIn(form);
    setWrong(found);
    setTrouble(undefined);
    if (found.length > 0) return;
    setBusy(true);
    const credentials = { login: plainLogin(form.login), password: form.password };
    try {
      await register({ ...credentials, name: form.name.trim(), language });
      await onSignIn(credentials);
    } catch (error) {
      const { field, key } = refusalOf(error instanceof HealthBridgeError ? error.code : "");
      setWrong(field === undefined ? [] : [field]);
      setTrouble(key);
    }
    setBusy(false);
  };
  const change = (more: Partial<RegistrationForm>): void => setForm({ ...form, ...more });
  return { form, change, wrong, trouble, busy, send };
}

/**
 * An account is opened by nobody in particular: on a device that keeps nothing. Whether the name was free strangers are not told, so it is tried: else she would read that her
 * password is wrong.
 */
async function register(request: {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly language: string;
}): Promise<void> {
  const hb = await openDevice(location.origin, memoryStore());
  try {
    await hb.register(request);
    await hb.signIn(request);
    await hb.signOut();
    await hb.sync(); // so that the server hears of it
  } finally {
    await hb.close();
  }
}
