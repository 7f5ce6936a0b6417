import type { IconNode } from "lucide";
import { h, type VNode } from "preact";

export type { IconNode };

export interface IconProps {
  /** an icon of the package `lucide`, as `import { Phone } from "lucide"` */
  readonly of: IconNode;
  /** what it says where no words stand beside it; left out: a picture that screen readers pass over */
  readonly label?: string | undefined;
  readonly class?: string | undefined;
}

/** An icon as large as the text beside it, in that text's colour. */
export function Icon({ of, label, class: more }: IconProps): VNode {
  return (
    <svg
      class={more === undefined ? "icon" : `icon ${more}`}
      viewBox="0 0 24 24"
      focusable="false"
      role={label === undefined ? undefined : "img"}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {of.map(([tag, shape]) => h(tag, shape))}
    </svg>
  );
}
