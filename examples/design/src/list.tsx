import { ChevronRight } from "lucide";
import type { ComponentChildren, VNode } from "preact";
import { Icon } from "./icon.tsx";

export interface ListProps {
  /** what it is a list of, for screen readers; leave it out where a heading says so */
  readonly label?: string | undefined;
  readonly children: ComponentChildren;
}

/** A list of things that look alike. */
export function List({ label, children }: ListProps): VNode {
  return (
    <ul class="list" aria-label={label}>
      {children}
    </ul>
  );
}

export interface ListItemProps {
  /** the first line */
  readonly title: ComponentChildren;
  /** below it, smaller */
  readonly detail?: ComponentChildren;
  /** before both: an icon, a `Face` */
  readonly before?: ComponentChildren;
  /** after both: a badge, a time */
  readonly after?: ComponentChildren;
  /** where it leads; it is a link then */
  readonly href?: string | undefined;
  /** what it does; it is a button then */
  readonly onPress?: (() => void) | undefined;
  /** the one that is shown beside the list */
  readonly current?: boolean | undefined;
}

/** One thing of a list: text alone, a link or a button. */
export function ListItem({ title, detail, before, after, href, onPress, current }: ListItemProps): VNode {
  const inside = (
    <>
      {before}
      <span class="both">
        <span class="words">
          <span class="strong">{title}</span>
          {detail !== undefined && <span class="detail">{detail}</span>}
        </span>
        {after}
      </span>
      {(href !== undefined || onPress !== undefined) && <Icon of={ChevronRight} />}
    </>
  );
  const isCurrent = current === true ? "true" : undefined;
  if (href !== undefined)
    return (
      <li>
        <a class="item" href={href} aria-current={isCurrent}>
          {inside}
        </a>
      </li>
    );
  if (onPress !== undefined)
    return (
      <li>
        <button type="button" class="item" aria-current={isCurrent} onClick={onPress}>
          {inside}
        </button>
      </li>
    );
  return (
    <li>
      <div class="item">{inside}</div>
    </li>
  );
}

/** The first letters of a name in a circle; for eyes only, the name stands beside it. */
export function Face({ name }: { readonly name: string }): VNode {
  const words = name
    .replace(/^Dr\.?\s/i, "")
    .split(/\s+/)
    .filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].flatMap((word) =>
    firstLetter(word),
  );
  return (
    <span class="face" aria-hidden="true">
      {letters}
    </span>
  );
}

/** What a person would call a letter: in Hindi a consonant with its vowel sign is one. */
function firstLetter(word: string | undefined): string[] {
  const [first] = new Intl.Segmenter().segment(word ?? "");
  return first === undefined ? [] : [first.segment.toUpperCase()];
}
