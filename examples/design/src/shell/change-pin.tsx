import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../dialog.tsx";
import { PinPad } from "../pin-pad.tsx";
import { useToast } from "../toast.tsx";
import { useShell, useSpeech } from "./context.tsx";
import { shellWords } from "./own-words.ts";
import { NewPinPad, PIN_LENGTH, pinRefusal } from "./pin-screens.tsx";
import { type Refusal, refusalOf } from "./refusal.ts";

/** The PIN there is, then a new one, twice. */
export function ChangePin({ onClose }: { readonly onClose: () => void }): VNode {
  const { safe } = useShell();
  const speech = useSpeech(shellWords);
  const { t } = speech;
  const say = useToast();
  const [old, setOld] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const change = async (newPin: string): Promise<void> => {
    setBusy(true);
    try {
      await safe.changePin(old ?? "", newPin);
      say({ text: t("pinChanged") });
      onClose();
    } catch (error) {
      setRefusal(refusalOf(error));
      setOld(undefined);
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("changePin")} closeLabel={t("close")} onClose={onClose}>
      {old === undefined || busy ? (
        <PinPad
          label={t("oldPin")}
          error={refusal && pinRefusal(refusal, speech)}
          busy={busy}
          {...PIN_LENGTH}
          deleteLabel={t("deleteDigit")}
          doneLabel={t("done")}
          onPin={setOld}
        />
      ) : (
        <NewPinPad onPin={(pin) => void change(pin)} />
      )}
    </Dialog>
  );
}
