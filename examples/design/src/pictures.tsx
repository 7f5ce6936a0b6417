/** Small drawings for empty and broken states, and the mark. They take their colours from the tokens, so they are at home in light and dark. */
import type { ComponentChildren, VNode } from "preact";

export type Picture = () => VNode;

function Drawing({ children }: { readonly children: ComponentChildren }): VNode {
  return (
    <svg class="picture" viewBox="0 0 144 104" aria-hidden="true" focusable="false">
      <ellipse data-f="b" cx="72" cy="56" rx="68" ry="42" />
      {children}
    </svg>
  );
}

/** A calendar with nothing in it yet. */
export function EmptyCalendar(): VNode {
  return (
    <Drawing>
      <rect data-l data-f="c" x="40" y="24" width="64" height="60" rx="8" />
      <path data-l d="M40 42h64M56 18v12M88 18v12" />
      <path data-l="d" d="M52 54h8M68 54h8M84 54h8M52 68h8M84 68h8" />
      <circle data-f="a" cx="72" cy="68" r="7" />
      <path data-l="d" d="M18 88h108" />
    </Drawing>
  );
}

/** Two speech bubbles, one still empty. */
export function EmptyChat(): VNode {
  return (
    <Drawing>
      <path
        data-l
        data-f="c"
        d="M30 22h56a8 8 0 0 1 8 8v20a8 8 0 0 1-8 8H50L36 70V58h-6a8 8 0 0 1-8-8V30a8 8 0 0 1 8-8z"
      />
      <path data-l="d" d="M36 36h42M36 46h26" />
      <path
        data-l
        data-f="c"
        d="M72 66h42a8 8 0 0 1 8 8v6a8 8 0 0 1-8 8h-2v10l-12-10H72a8 8 0 0 1-8-8v-6a8 8 0 0 1 8-8z"
      />
      <path data-l d="M80 77h.1M93 77h.1M106 77h.1" />
    </Drawing>
  );
}

/** A map with a pin and a looking glass: nobody found. */
export function NobodyFound(): VNode {
  return (
    <Drawing>
      <path data-l data-f="c" d="M24 34l30-10 36 10 30-10v52L90 86 54 76 24 86z" />
      <path data-l="d" d="M54 24v52M90 34v52" />
      <circle data-l data-f="c" cx="74" cy="50" r="17" />
      <path data-l d="M86 62l16 16" />
      <path data-l="d" d="M67 50h14" />
    </Drawing>
  );
}

/** A phone in the hills, and a mast that does not reach it. */
export function NoConnection(): VNode {
  return (
    <Drawing>
      <path data-l="d" d="M10 88c16-22 30-22 44-4 12-30 34-34 48-8 8-8 18-8 30 12" />
      <rect data-l data-f="c" x="30" y="34" width="28" height="50" rx="6" />
      <path data-l d="M40 78h8" />
      <path data-l d="M104 88V44M96 88l8-44 8 44M99 72h10" />
      <path data-l="w" d="M94 36a14 14 0 0 1 20 0M88 29a23 23 0 0 1 32 0" />
      <path data-l="t" d="M68 40l12 12M80 40L68 52" />
    </Drawing>
  );
}

/** A bridge with a gap: something went wrong here. */
export function BrokenBridge(): VNode {
  return (
    <Drawing>
      <path data-l d="M12 58h46l-6 8M132 58H88l6 8" />
      <path data-l d="M22 58v26M122 58v26M22 66c10-4 24-2 30 0M122 66c-10-4-22-2-28 0" />
      <path data-l="t" d="M73 30v18M73 58v.1" />
      <path data-l="d" d="M8 90c8-4 12 4 20 0s12 4 20 0 12 4 20 0 12 4 20 0 12 4 20 0 12 4 20 0" />
    </Drawing>
  );
}

/** A bridge that carries a letter over: all of it is sent. */
export function AllSent(): VNode {
  return (
    <Drawing>
      <path data-l d="M12 66h120M24 66c4-26 92-26 96 0" />
      <path data-l d="M24 66v20M120 66v20M48 51v15M72 47v19M96 51v15" />
      <rect data-l data-f="c" x="54" y="16" width="36" height="24" rx="4" />
      <path data-l d="M56 20l16 11 16-11" />
      <path data-l="d" d="M8 92c8-4 12 4 20 0s12 4 20 0 12 4 20 0 12 4 20 0 12 4 20 0 12 4 20 0" />
    </Drawing>
  );
}

/** A document with nothing on it. */
export function EmptyPage(): VNode {
  return (
    <Drawing>
      <path data-l data-f="c" d="M48 16h34l18 18v50a6 6 0 0 1-6 6H48a6 6 0 0 1-6-6V22a6 6 0 0 1 6-6z" />
      <path data-l d="M82 16v18h18" />
      <path data-l="d" d="M54 48h34M54 60h34M54 72h18" />
    </Drawing>
  );
}

/** The mark of HealthBridge: a bridge that carries a cross. */
export function Mark({ little }: { readonly little?: boolean | undefined }): VNode {
  return (
    <svg
      class={little === true ? "mark little" : "mark"}
      viewBox="0 0 64 64"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="64" height="64" rx="16" fill="#0b675c" />
      <path
        d="M8 46h48M14 46c3-22 33-22 36 0M23 46v-9M32 46V30M41 46v-9"
        fill="none"
        stroke="#fff"
        stroke-width="3.5"
        stroke-linecap="round"
      />
      <path d="M32 10v13M25.5 16.5h13" stroke="#ffd27a" stroke-width="4.5" stroke-linecap="round" />
    </svg>
  );
}
