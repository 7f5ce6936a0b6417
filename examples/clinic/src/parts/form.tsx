import type { ComponentChildren, VNode } from "preact";

export interface FormProps {
  readonly onSubmit: () => Promise<void>;
  readonly children: ComponentChildren;
}

/** A form whose faults the app says itself; Enter in any field submits it. */
export function Form({ onSubmit, children }: FormProps): VNode {
  return (
    <form
      class="stack"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      {children}
    </form>
  );
}
