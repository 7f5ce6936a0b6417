import type { ComponentChildren, VNode } from "preact";

export interface CardProps {
  readonly title?: string | undefined;
  /** beside the title: a badge, a button */
  readonly aside?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** What belongs together. With a title it is a section of the page that screen readers can go to. */
export function Card({ title, aside, children }: CardProps): VNode {
  const Tag = title === undefined ? "div" : "section";
  return (
    <Tag class="card" aria-label={title}>
      {(title !== undefined || aside !== undefined) && (
        <header>
          {title !== undefined && <h2>{title}</h2>}
          {aside}
        </header>
      )}
      {children}
    </Tag>
  );
}
