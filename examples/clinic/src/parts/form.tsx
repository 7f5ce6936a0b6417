import { focusFirstWrong } from "@healthbridge/example-design";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface FormProps {
  readonly onSubmit: () => Promise<void>;
  readonly children: ComponentChildren;
}

/**
 * A form whose faults the app says itself; Enter in any field submits it, and where fields are wrong the first of them has the focus then. A second tap while the first is at work
 * asks for nothing twice.
 */
export function Form({ onSubmit, children }: FormProps): VNode {
  const form = useRef<HTMLFormElement>(null);
  const busy = useRef(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0 && form.current !== null) focusFirstWrong(form.current);
  }, [tries]);
  const submit = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    try {
      await onSubmit();
    } finally {
      busy.current = false;
      setTries((before) => before + 1);
    }
  };
  return (
    <form
      ref={form}
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
