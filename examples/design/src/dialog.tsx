import { X } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./button.tsx";
import { DialogToasts } from "./toast.tsx";

export interface DialogProps {
  readonly title: string;
  /** what its × is called */
  readonly closeLabel: string;
  /** asked to close: by ×, Escape, or a press outside; it closes when it is no longer rendered */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** buttons, the one most people want last */
  readonly actions?: ComponentChildren;
}

/**
 * A dialog over the page, on the platform's own `<dialog>`: the page behind is out of reach, Escape closes it, and the focus goes back to where it was. Render it
 * while it is open.
 */
export function Dialog({ title, closeLabel, onClose, children, actions }: DialogProps): VNode {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // To the title, so that it is read first; unless something in it asks for the focus.
    if (dialog?.querySelector("[autofocus]") === null) heading.current?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // All of what is seen lies in children: the dialog itself is pressed only beside them.
        if (event.target === element.current) onClose();
      }}
    >
      <div class="head">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon={X} label={closeLabel} onClick={onClose} />
      </div>
      <div class="inside">{children}</div>
      <DialogToasts />
      {actions !== undefined && <div class="foot">{actions}</div>}
    </dialog>
  );
}
