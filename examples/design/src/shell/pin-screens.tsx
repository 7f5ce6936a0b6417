import { Fingerprint } from "lucide";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import { PinPad } from "../pin-pad.tsx";
import { useSpeech } from "./context.tsx";
import { Door, type DoorProps } from "./door.tsx";
import { shellWords } from "./own-words.ts";
import type { Refusal } from "./refusal.ts";
import type { Person } from "./safe.ts";
import type { Speech } from "./speech.ts";
import type { ShellKey } from "./texts/en.ts";

/** How long a PIN is. Six digits are a million, of which the vault lets nobody try many. */
export const PIN_LENGTH = { least: 6, most: 12 };

export interface NewPinProps {
  readonly app: string;
  readonly onPin: (pin: string) => void;
  readonly onBack: () => void;
}

/** As long as a safe stays open untouched (ms). */
const UNTOUCHED_MS = 300_000;

/** The screen on which a newcomer chooses her PIN. */
export function NewPin({ app, onPin, onBack }: NewPinProps): VNode {
  const { t } = useSpeech(shellWords);
  const goBack = useRef(onBack);
  goBack.current = onBack;
  // She is signed in, and nothing can lock yet: whoever comes next is not to choose the PIN.
  useEffect(() => {
    const timer = setTimeout(() => goBack.current(), UNTOUCHED_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Door app={app} title={t("choosePin")} lead={t("choosePinLead")}>
      <NewPinPad onPin={onPin} />
      <Button onClick={onBack}>{t("back")}</Button>
    </Door>
  );
}

/** A new PIN, twice. */
export function NewPinPad({ onPin }: Pick<NewPinProps, "onPin">): VNode {
  const { t } = useSpeech(shellWords);
  const [first, setFirst] = useState<string>();
  const [error, setError] = useState<string>();
  const take = (pin: string): void => {
    const isFirst = first === undefined;
    if (isFirst && isTooEasy(pin)) setError(t("pinWeak"));
    else if (isFirst) {
      setError(undefined);
      setFirst(pin);
    } else if (first === pin) onPin(pin);
    else {
      setFirst(undefined);
      setError(t("pinsDiffer"));
    }
  };
  return (
    <PinPad
      key={first === undefined ? "first" : "again"}
      label={t(first === undefined ? "newPin" : "repeatPin")}
      hint={first === undefined ? t("pinLength", { n: PIN_LENGTH.least }) : undefined}
      error={error}
      {...PIN_LENGTH}
      deleteLabel={t("deleteDigit")}
      doneLabel={t("done")}
      onPin={take}
    />
  );
}

/** One digit over and over, or digits in a row: the first that anybody tries. */
function isTooEasy(pin: string): boolean {
  const steps = new Set(Array.from(pin.slice(1), (digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10));
  return steps.size === 1 && [0, 1, 9].some((step) => steps.has(step));
}

export interface LockScreenProps extends Pick<DoorProps, "app" | "notice"> {
  readonly person: Person;
  /** she came to sign in, and is here already */
  readonly isBack?: boolean | undefined;
  readonly busy?: boolean | undefined;
  readonly refusal?: Refusal | undefined;
  readonly onPin: (pin: string) => void;
  /** where a passkey of this device opens it as well */
  readonly onPasskey?: (() => void) | undefined;
  readonly onOthers: () => void;
  readonly onStartOver: () => void;
}

/** The PIN of one person. */
export function LockScreen(props: LockScreenProps): VNode {
  const { app, notice, person, isBack, busy, refusal, onPin, onPasskey, onOthers, onStartOver } = props;
  const speech = useSpeech(shellWords);
  const { t } = speech;
  const [forgot, setForgot] = useState(false);
  const { label, waiting } = person;
  return (
    <Door
      {...{ app, notice }}
      title={label}
      lead={isBack === true ? t("alreadyHere") : waiting ? t("waitingHere", { n: waiting }) : undefined}
    >
      <PinPad
        label={t("pinOf", { name: label })}
        error={refusal && pinRefusal(refusal, speech)}
        busy={busy}
        {...PIN_LENGTH}
        deleteLabel={t("deleteDigit")}
        doneLabel={t("done")}
        onPin={onPin}
      />
      {onPasskey && (
        <Button kind="plain" icon={Fingerprint} wide onClick={onPasskey}>
          {t("usePasskey")}
        </Button>
      )}
      <div class="row centre">
        <Button onClick={onOthers}>{t("somebodyElse")}</Button>
        <Button onClick={() => setForgot(true)}>{t("forgotPin")}</Button>
      </div>
      {forgot && <ForgotDialog person={person} onClose={() => setForgot(false)} onStartOver={onStartOver} />}
    </Door>
  );
}

/** Why a PIN was not taken. */
export function pinRefusal(
  { code, waitMs = 0, triesLeft }: Refusal,
  { t, amount }: Speech<ShellKey>,
): string {
  if (code === "passkey_refused" || code === "passkey_unavailable") return t("passkeyRefused");
  if (code !== "pin_wrong" && code !== "pin_wait") return t("notNow");
  if (waitMs > 60_000) return t("pinWait", { time: amount(Math.ceil(waitMs / 60_000), "minute") });
  if (waitMs > 0) return t("pinWait", { time: amount(Math.ceil(waitMs / 1_000), "second") });
  return triesLeft === undefined ? t("pinWrong") : t("pinTriesLeft", { n: triesLeft });
}

interface ForgotDialogProps extends Pick<LockScreenProps, "person" | "onStartOver"> {
  readonly onClose: () => void;
}

/** What it means to start over, before it is done. */
function ForgotDialog({ person: { label, waiting }, onClose, onStartOver }: ForgotDialogProps): VNode {
  const { t } = useSpeech(shellWords);
  return (
    <Dialog
      title={t("forgotPin")}
      closeLabel={t("close")}
      onClose={onClose}
      actions={
        <>
          <Button kind="plain" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button kind="danger" onClick={onStartOver}>
            {t("startOver")}
          </Button>
        </>
      }
    >
      <div class="stack tight">
        <p>{t("forgotLead", { name: label })}</p>
        <p class="strong">{lossOf(waiting, t)}</p>
      </div>
    </Dialog>
  );
}

function lossOf(waiting: number | undefined, t: Speech<ShellKey>["t"]): string {
  // What was noted last is not all there can be: a photo, a document.
  return waiting === undefined || waiting === 0 ? t("forgotUnsure") : t("forgotLoses", { n: waiting });
}
