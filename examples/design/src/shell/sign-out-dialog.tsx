import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
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
  const { hb, safe } = useShell();
  const { t } = useSpeech(shellWords);
  const { total } = useObserved(hb.status).waiting;
  const [unsent, setUnsent] = useState<number>();
  const n = unsent ?? (total === 0 ? undefined : total);
  // Photos and documents wait beside the queue.
  useEffect(() => void safe.unsent().then(setUnsent, () => setUnsent(total)), [safe, total]);
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
      {n !== undefined && <p>{n === 0 ? t("signOutSent") : t("signOutWaiting", { n })}</p>}
    </Dialog>
  );
}
