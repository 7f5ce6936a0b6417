import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import { useShell, useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import { useObserved } from "./use-observed.ts";

export interface SignOutDialogProps {
  readonly onClose: () => void;
  readonly onSignOut: () => Promise<void>;
}

/** Asks, and says what stays on this device. */
export function SignOutDialog({ onClose, onSignOut }: SignOutDialogProps): VNode {
  const { hb } = useShell();
  const { t } = useSpeech(shellWords);
  const { total } = useObserved(hb.status).waiting;
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      title={t("signOut")}
      closeLabel={t("close")}
      onClose={onClose}
      actions={
        <>
          <Button kind="plain" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            kind="primary"
            busy={busy}
            onClick={() => {
              setBusy(true);
              void onSignOut();
            }}
          >
            {t("signOut")}
          </Button>
        </>
      }
    >
      <p>{total === 0 ? t("signOutSent") : t("signOutWaiting", { n: total })}</p>
    </Dialog>
  );
}
