import { X } from "lucide";
import { type ComponentChildren, createContext, type VNode } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import { Button, IconButton } from "./button.tsx";

export interface ToastText {
  readonly text: ComponentChildren;
  /** it stays until it is closed then: nobody has to be quick */
  readonly action?: { readonly label: string; readonly onPress: () => void } | undefined;
}

/** How long a toast without a button stays: long enough to be read twice. */
const STAYS_MS = 8_000;

const Say = createContext<(toast: ToastText) => void>(() => undefined);

/** Says something in passing: `useToast()({ text: "Saved on this device" })`. Not for what somebody must see: that is a banner. */
export function useToast(): (toast: ToastText) => void {
  return useContext(Say);
}

export interface ToastsProps {
  readonly closeLabel: string;
  readonly children: ComponentChildren;
}

/** Where toasts appear; around the whole app. One at a time: a new one takes the place of the last. */
export function Toasts({ closeLabel, children }: ToastsProps): VNode {
  const [toast, setToast] = useState<ToastText>();
  const close = useCallback(() => setToast(undefined), []);
  useEffect(() => {
    if (toast === undefined || toast.action !== undefined) return undefined;
    const timer = setTimeout(close, STAYS_MS);
    return () => clearTimeout(timer);
  }, [toast, close]);
  return (
    <Say.Provider value={setToast}>
      {children}
      <div class="toasts" role="status">
        {toast && <Toast {...toast} closeLabel={closeLabel} onClose={close} />}
      </div>
    </Say.Provider>
  );
}

/** One toast. */
export function Toast({
  text,
  action,
  closeLabel,
  onClose,
}: ToastText & { readonly closeLabel: string; readonly onClose: () => void }): VNode {
  return (
    <div class="toast">
      <span class="grow">{text}</span>
      {action && (
        <Button
          onClick={() => {
            onClose();
            action.onPress();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton icon={X} label={closeLabel} onClick={onClose} />
    </div>
  );
}
