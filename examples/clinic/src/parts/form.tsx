import type { ComponentChildren, VNode } from "preact";
import { useRef } from "preact/hooks";

export interface FormProps {
  readonly onSubmit: () => Promise<void>;
  readonly children: ComponentChildren;
}

/** A form whose faults the app says itself; Enter in any field submits it. A second tap while the first is at work asks for nothing twice. */
export function Form({ onSubmit, children }: FormProps): VNode {
  const busy = useRef(false);
  const submit = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    try {
      await onSubmit();
    } finally {
      busy.current = false;
    }
  };
  return (
    <form
      class="stack"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {children}
    </form>
  );
}
