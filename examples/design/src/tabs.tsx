import type { ComponentChildren, VNode } from "preact";
import { useId, useRef } from "preact/hooks";

export interface TabsProps<T extends string> {
  /** what is chosen between, for screen readers */
  readonly label: string;
  readonly tabs: ReadonlyArray<{ readonly value: T; readonly label: ComponentChildren }>;
  readonly value: T;
  readonly onValue: (value: T) => void;
  /** what the chosen tab shows */
  readonly children?: ComponentChildren;
}

/** Tabs over one panel: one stop of the Tab key, arrows go from tab to tab. */
export function Tabs<T extends string>({ label, tabs, value, onValue, children }: TabsProps<T>): VNode {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const choose = (to: number): void => {
    const tab = tabs.at(to % tabs.length);
    if (tab === undefined) return;
    onValue(tab.value);
    const button = list.current?.children.item(tabs.indexOf(tab));
    if (button instanceof HTMLElement) button.focus();
  };
  const at = tabs.findIndex((tab) => tab.value === value);
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: tabs.length - 1,
  };
  return (
    <div class="stack">
      <div
        class="tabs"
        role="tablist"
        aria-label={label}
        ref={list}
        onKeyDown={(event) => {
          const to = steps[event.key];
          if (to === undefined) return;
          event.preventDefault();
          choose(to);
        }}
      >
        {tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            id={`${id}-${tab.value}`}
            aria-selected={tab.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.value === value ? 0 : -1}
            onClick={() => onValue(tab.value)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} class="stack">
        {children}
      </div>
    </div>
  );
}
