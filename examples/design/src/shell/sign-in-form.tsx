import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Banner } from "../badge.tsx";
import { Button } from "../button.tsx";
import { focusFirstWrong, TextField } from "../field.tsx";
import { useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import type { Refusal } from "./refusal.ts";
import type { Speech } from "./speech.ts";
import type { ShellKey } from "./texts/en.ts";
import type { Credentials } from "./try-to-sign-in.ts";

export interface SignInFormProps {
  /** who signs in again: nobody else can; left out: whoever it is writes her name */
  readonly whose?: string | undefined;
  readonly busy?: boolean | undefined;
  readonly refusal?: Refusal | undefined;
  readonly onSignIn: (credentials: Credentials) => void;
}

/** User name and password. Nothing is sent before both are written; what is missing is said at its field. */
export function SignInForm(props: SignInFormProps): VNode {
  const { whose, busy, refusal, onSignIn } = props;
  const { t } = useSpeech(shellWords);
  const [written, setLogin] = useState("");
  const login = whose ?? written;
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const missing = { login: tried > 0 && login.trim() === "", password: tried > 0 && password === "" };
  useEffect(() => {
    if (tried > 0 && form.current !== null) focusFirstWrong(form.current);
  }, [tried]);
  return (
    <form
      ref={form}
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(tried + 1);
        if (login.trim() !== "" && password !== "" && busy !== true)
          onSignIn({ login: login.trim(), password });
      }}
    >
      {refusal && (
        <Banner tone="trouble" urgent>
          {refusalText(refusal, t)}
        </Banner>
      )}
      {whose === undefined ? (
        <TextField
          label={t("login")}
          name="login"
          autocomplete="username"
          value={login}
          onValue={setLogin}
          required
          error={missing.login ? t("needLogin") : undefined}
        />
      ) : (
        <KnownLogin login={whose} />
      )}
      <TextField
        label={t("password")}
        name="password"
        type="password"
        autocomplete="current-password"
        showLabel={t("showPassword")}
        value={password}
        onValue={setPassword}
        required
        error={missing.password ? t("needPassword") : undefined}
      />
      <Button type="submit" kind="primary" wide busy={busy}>
        {t("signIn")}
      </Button>
    </form>
  );
}

/** Whose password it is to be; in a field as well, for password managers. */
function KnownLogin({ login }: { readonly login: string }): VNode {
  const { t } = useSpeech(shellWords);
  return (
    <p>
      {t("login")} <strong>{login}</strong>
      <input type="text" name="login" autocomplete="username" value={login} readOnly hidden />
    </p>
  );
}

const TEXTS: Readonly<Record<string, ShellKey>> = {
  credentials_wrong: "credentialsWrong",
  malformed: "credentialsWrong",
  offline: "offline",
  rate_limited: "rateLimited",
};

/** Where the server serves the apps of each role; at `/` it says which there are. */
const ADDRESSES: Readonly<Record<string, string>> = {
  patient: "/patient/",
  staff: "/clinic/",
  doctor: "/doctor/",
};

function refusalText({ code, role }: Refusal, t: Speech<ShellKey>["t"]): string {
  if (code === "other_app") return t("otherApp", { address: ADDRESSES[role ?? ""] ?? "/" });
  return t(TEXTS[code] ?? "notNow");
}
