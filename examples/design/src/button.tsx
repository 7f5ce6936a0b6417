import type { ButtonHTMLAttributes, ComponentChildren, VNode } from "preact";
import { LoaderCircle } from "lucide";
import { Icon, type IconNode } from "./icon.tsx";

export interface ButtonProps extends Omit<ButtonHTMLAttributes, "icon" | "class"> {
  readonly children: ComponentChildren;
  /** `primary`: what most people want here, once on a screen; `plain`: beside it; `quiet` (default): in a line of text or a bar; `danger`: what cannot be undone */
  readonly kind?: "primary" | "plain" | "quiet" | "danger" | undefined;
  readonly icon?: IconNode | undefined;
  /** it is under way: shown, and pressed again it does nothing */
  readonly busy?: boolean | undefined;
  /** as wide as what it lies in */
  readonly wide?: boolean | undefined;
}

/** A button. `type="submit"` in a form; everything else a button takes is passed on. */
export function Button({ children, kind, icon, busy = false, wide, onClick, ...rest }: ButtonProps): VNode {
  return (
    <button
      type="button"
      {...rest}
      class="button"
      data-kind={kind}
      data-wide={wide}
      aria-disabled={busy ? true : rest["aria-disabled"]}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <Icon of={LoaderCircle} class="turning" /> : icon && <Icon of={icon} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonHTMLAttributes, "icon" | "class" | "label"> {
  readonly icon: IconNode;
  /** what it does: read out, and shown where the pointer rests */
  readonly label: string;
  readonly kind?: ButtonProps["kind"];
  /** a number in its corner; 0 shows none */
  readonly count?: number | undefined;
}

/** A round button that is only an icon. */
export function IconButton({ icon, label, kind, count = 0, ...rest }: IconButtonProps): VNode {
  return (
    <button type="button" {...rest} class="button" data-round data-kind={kind} title={label}>
      <Icon of={icon} />
      <span class="unseen">{label}</span>
      <Count of={count} />
    </button>
  );
}

/** A small number in a corner; nothing for 0. It is read after the words before it: "Messages 2". */
export function Count({ of }: { readonly of: number }): VNode | null {
  if (of <= 0) return null;
  return <span class="dot"> {of > 99 ? "99+" : of}</span>;
}
