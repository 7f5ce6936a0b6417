import type { ComponentChildren, VNode } from "preact";
import { Mark } from "../pictures.tsx";
import { LanguageField } from "./language-field.tsx";

export interface DoorProps {
  /** the app's name */
  readonly app: string;
  readonly title: string;
  readonly lead?: ComponentChildren;
  /** what can wait: below the keys or names, so that it does not move them under anybody's hands when it comes */
  readonly notice?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A screen before the app. */
export function Door({ app, title, lead, notice, children }: DoorProps): VNode {
  return (
    <main class="door">
      <div class="stack loose">
        <header>
          <Mark />
          <p class="muted strong">{app}</p>
          <h1>{title}</h1>
          {lead !== undefined && <p class="muted">{lead}</p>}
        </header>
        {children}
        {notice}
        <LanguageField />
      </div>
    </main>
  );
}
