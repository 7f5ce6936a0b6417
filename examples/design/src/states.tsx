import { LoaderCircle } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { Icon } from "./icon.tsx";
import { BrokenBridge, type Picture } from "./pictures.tsx";

export interface StateProps {
  readonly title: string;
  /** a picture of `pictures.tsx` */
  readonly picture?: Picture | undefined;
  /** what it means and what one can do */
  readonly children?: ComponentChildren;
  /** buttons */
  readonly actions?: ComponentChildren;
}

/** Nothing here yet: says so, why, and what to do next. */
export function EmptyState({ title, picture: Picture, children, actions }: StateProps): VNode {
  return (
    <div class="state">
      {Picture && <Picture />}
      <h2>{title}</h2>
      {children !== undefined && <div class="muted">{children}</div>}
      {actions !== undefined && <div class="row centre">{actions}</div>}
    </div>
  );
}

/** Something could not be shown: what, what of it is safe, and what to do. Read out at once. */
export function ErrorState({ picture = BrokenBridge, ...rest }: StateProps): VNode {
  return (
    <div role="alert">
      <EmptyState picture={picture} {...rest} />
    </div>
  );
}

export interface BusyProps {
  /** what is being waited for */
  readonly label: string;
  /** alone on a page, in its middle */
  readonly page?: boolean | undefined;
}

/** Something takes a moment. */
export function Busy({ label, page }: BusyProps): VNode {
  return (
    <div class={page === true ? "busy page" : "busy"} role="status">
      <Icon of={LoaderCircle} class="turning" />
      <span>{label}</span>
    </div>
  );
}
