import { CircleAlert, X } from "lucide";
import { type ComponentChildren, createContext, type VNode } from "preact";
import { useCallback, useContext, useEffect, useId, useLayoutEffect, useState } from "preact/hooks";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

export interface ToastText {
  readonly text: ComponentChildren;
  /** something went wrong: it is read out at once, and stays until it is closed, or somebody goes to another page */
  readonly trouble?: boolean | undefined;
  /** it stays until it is closed then: nobody has to be quick */
  readonly action?: { readonly label: string; readonly onPress: () => void } | undefined;
  /** of what waits: when this resolves it waits no longer, and the toast goes */
  readonly until?: (() => Promise<unknown>) | undefined;
}

/** How long a toast without a button stays: long enough to be read twice. */
const STAYS_MS = 8_000;

const Say = createContext<(toast: ToastText) => void>(() => undefined);

/** What is said, and where: in the dialog that is in front, else on the page. */
interface Said {
  readonly toast: VNode | undefined;
  readonly isTrouble: boolean;
  /** the dialog in front, by a name of its own */
  readonly front: string | undefined;
  /** a dialog has opened; returns what to call when it is closed */
  readonly enter: (dialog: string) => () => void;
}

const SaidContext = createContext<Said | undefined>(undefined);

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
  const [dialogs, setDialogs] = useState<readonly string[]>([]);
  const close = useCallback(() => setToast(undefined), []);
  const enter = useCallback((dialog: string) => {
    setDialogs((before) => [...before, dialog]);
    return () => setDialogs((before) => before.filter((each) => each !== dialog));
  }, []);
  useEffect(() => {
    if (toast === undefined || toast.action !== undefined) return undefined;
    if (toast.trouble === true) {
      addEventListener("hashchange", close);
      return () => removeEventListener("hashchange", close);
    }
    const timer = setTimeout(close, STAYS_MS);
    return () => clearTimeout(timer);
  }, [toast, close]);
  useEffect(() => {
    toast?.until?.().then(
      () => setToast((present) => (present === toast ? undefined : present)),
      () => undefined, // nobody will know: it goes in its time
    );
  }, [toast]);
  const said = {
    toast: toast && <Toast {...toast} closeLabel={closeLabel} onClose={close} />,
    isTrouble: toast?.trouble === true,
    front: dialogs.at(-1),
    enter,
  };
  return (
    <Say.Provider value={setToast}>
      <SaidContext.Provider value={said}>
        {children}
        <Regions {...said} here={said.front === undefined} />
      </SaidContext.Provider>
    </Say.Provider>
  );
}

/** Toasts while a dialog is open: in it, for the page behind is out of reach, for eyes and for screen readers. */
export function DialogToasts(): VNode | null {
  const dialog = useId();
  const said = useContext(SaidContext);
  const enter = said?.enter;
  useLayoutEffect(() => enter?.(dialog), [enter, dialog]);
  return said === undefined ? null : <Regions {...said} here={said.front === dialog} />;
}

/** Both are there before anything is said in them: what comes together with its region is not read out. */
function Regions({ toast, isTrouble, here }: Said & { readonly here: boolean }): VNode {
  return (
    <div class="toasts">
      <div role="status">{here && !isTrouble && toast}</div>
      <div role="alert">{here && isTrouble && toast}</div>
    </div>
  );
}

/** One toast. */
export function Toast({
  text,
  trouble,
  action,
  closeLabel,
  onClose,
}: ToastText & { readonly closeLabel: string; readonly onClose: () => void }): VNode {
  return (
    <div class="toast" data-tone={trouble === true ? "trouble" : undefined}>
      {trouble === true && <Icon of={CircleAlert} />}
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
