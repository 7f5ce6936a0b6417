import { ArrowLeft } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Count } from "./button.tsx";
import { Icon, type IconNode } from "./icon.tsx";

export interface FrameProps {
  /** an `AppBar` */
  readonly bar: ComponentChildren;
  /** a `NavBar` */
  readonly nav?: ComponentChildren;
  /** for screens with columns; otherwise lines stay short enough to be read */
  readonly wide?: boolean | undefined;
  readonly children: ComponentChildren;
}

/** A whole screen: bar above, content, navigation below, or at the side where there is room. */
export function Frame({ bar, nav, wide, children }: FrameProps): VNode {
  return (
    <div class="frame" data-wide={wide}>
      {bar}
      <main id="main">{children}</main>
      {nav}
    </div>
  );
}

export interface AppBarProps {
  /** the page's heading; the document's title as well */
  readonly title: string;
  /** what tells screens of one title apart, as the list of conversations and one of them: an address */
  readonly place?: string | undefined;
  /** below it, small: the `StatusLine` */
  readonly below?: ComponentChildren;
  /** where the arrow back leads, and what it is called */
  readonly back?: { readonly href: string; readonly label: string } | undefined;
  /** icon buttons */
  readonly actions?: ComponentChildren;
}

/** The bar above a screen. When title or place change the focus goes to it: whoever cannot see the screen hears that it is another, and what was pressed there is gone. */
export function AppBar({ title, place, below, back, actions }: AppBarProps): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (!isFirst.current) heading.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [title, place]);
  return (
    <header class="app-bar">
      {back && (
        <a class="button" data-round href={back.href} aria-label={back.label} title={back.label}>
          <Icon of={ArrowLeft} />
        </a>
      )}
      <div class="names">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {below}
      </div>
      {actions}
    </header>
  );
}

export interface NavBarProps {
  /** for screen readers */
  readonly label: string;
  readonly items: ReadonlyArray<{
    readonly href: string;
    readonly label: string;
    readonly icon: IconNode;
    /** new things there; 0 shows none */
    readonly count?: number | undefined;
  }>;
  /** `href` of the item one is at */
  readonly current: string | undefined;
}

/** The app's places, three to five of them. */
export function NavBar({ label, items, current }: NavBarProps): VNode {
  return (
    <nav class="nav-bar" aria-label={label}>
      {items.map((item) => (
        <a key={item.href} href={item.href} aria-current={item.href === current ? "page" : undefined}>
          <Icon of={item.icon} />
          <span>{item.label}</span>
          <Count of={item.count ?? 0} />
        </a>
      ))}
    </nav>
  );
}
