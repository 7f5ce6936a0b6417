import { CircleUserRound, Fingerprint, KeyRound, Lock, LogOut, RefreshCw } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { IconButton } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import { Icon } from "../icon.tsx";
import { List, ListItem } from "../list.tsx";
import { useToast } from "../toast.tsx";
import { ChangePin } from "./change-pin.tsx";
import { useShell, useSpeech } from "./context.tsx";
import { LanguageField } from "./language-field.tsx";
import { shellWords } from "./own-words.ts";
import { StatusLine } from "./status-line.tsx";
import { useObserved } from "./use-observed.ts";

/** Who is in, and what is hers alone: language, PIN, locking, signing out. What is given to it is the app's own, in the middle. */
export function AccountMenu({ children }: { readonly children?: ComponentChildren }): VNode {
  const { account, label } = useShell();
  const { t } = useSpeech(shellWords);
  const [open, setOpen] = useState<"menu" | "pin">();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <IconButton
        icon={CircleUserRound}
        label={label}
        aria-haspopup="dialog"
        onClick={() => setOpen("menu")}
      />
      {open === "menu" && (
        <Dialog title={account.name} closeLabel={t("close")} onClose={close}>
          <div class="stack">
            <StatusLine />
            <LanguageField />
            {children}
            <Deeds onClose={close} onChangePin={() => setOpen("pin")} />
          </div>
        </Dialog>
      )}
      {open === "pin" && <ChangePin onClose={close} />}
    </>
  );
}

interface DeedsProps {
  readonly onClose: () => void;
  readonly onChangePin: () => void;
}

function Deeds({ onClose, onChangePin }: DeedsProps): VNode {
  const { hb, safe, lock, askToSignOut } = useShell();
  const { t } = useSpeech(shellWords);
  const say = useToast();
  const { passkey } = useObserved(safe.state);
  const then = (work: () => void) => (): void => {
    onClose();
    work();
  };
  const addPasskey = (): void =>
    void safe.addPasskey().then(
      () => say({ text: t("passkeyAdded") }),
      () => say({ text: t("passkeyRefused") }),
    );
  return (
    <List>
      <ListItem before={<Icon of={RefreshCw} />} title={t("sendNow")} onPress={then(() => void hb.sync())} />
      <ListItem before={<Icon of={KeyRound} />} title={t("changePin")} onPress={onChangePin} />
      {!passkey && "PublicKeyCredential" in globalThis && (
        <ListItem before={<Icon of={Fingerprint} />} title={t("addPasskey")} onPress={then(addPasskey)} />
      )}
      <ListItem before={<Icon of={Lock} />} title={t("lockNow")} onPress={lock} />
      <ListItem before={<Icon of={LogOut} />} title={t("signOut")} onPress={then(askToSignOut)} />
    </List>
  );
}
