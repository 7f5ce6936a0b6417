import type { ComponentChildren, VNode } from "preact";
import { Icon, type IconNode } from "./icon.tsx";

export interface BubbleProps {
  /** by whoever holds this device */
  readonly own?: boolean | undefined;
  /** who wrote it; needed where it is not one's own */
  readonly from?: string | undefined;
  readonly children: ComponentChildren;
  /** when, as a person reads it */
  readonly time: string;
  /** of an own one: where it is (waiting on this phone, at the server, on the other's device, read), in words and as an icon */
  readonly state?: { readonly label: string; readonly icon: IconNode } | undefined;
}

/** One line of a conversation. */
export function Bubble({ own, from, children, time, state }: BubbleProps): VNode {
  return (
    <article class="bubble" data-own={own === true ? true : undefined}>
      {from !== undefined && <div class="small strong">{from}</div>}
      <div>{children}</div>
      <footer>
        <span class="number">{time}</span>
        {state && <Icon of={state.icon} label={state.label} />}
      </footer>
    </article>
  );
}
