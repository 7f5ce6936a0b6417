import type { ButtonHTMLAttributes, VNode } from "preact";

/** A button of the design system. */
export function Button({ children, ...rest }: ButtonHTMLAttributes): VNode {
  return (
    <button type="button" {...rest}>
      {children}
    </button>
  );
}
