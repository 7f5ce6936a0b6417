import type { ComponentChildren, VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Tone } from "./badge.tsx";
import { Icon, type IconNode } from "./icon.tsx";

/**
 * What a time on a sheet is: `free`; `own`, free and this device may promise it without a network; `booked`; `held` for somebody; `busy`, taken by somebody we know
 * nothing of; `blocked`, no time for patients.
 */
export type SlotState = "free" | "own" | "booked" | "held" | "busy" | "blocked";

export interface SlotCellProps {
  readonly state: SlotState;
  /** the first line: the time, or a name */
  readonly title: string;
  readonly detail?: ComponentChildren;
  readonly icon?: IconNode | undefined;
  /** of a booked one: how certain it is */
  readonly tone?: Tone | undefined;
  /** all of it in words, for screen readers: "10:20, free" */
  readonly label?: string | undefined;
  /** chosen */
  readonly pressed?: boolean | undefined;
  /** left out: it can only be read */
  readonly onPress?: (() => void) | undefined;
}

/** One time of a doctor. */
export function SlotCell(props: SlotCellProps): VNode {
  const { state, title, detail, icon, tone, label, pressed, onPress } = props;
  const inside = (
    <>
      <b>
        {icon && <Icon of={icon} />}
        {title}
      </b>
      {detail !== undefined && <span>{detail}</span>}
    </>
  );
  if (onPress === undefined)
    return (
      <div class="slot" data-state={state} data-tone={tone}>
        {inside}
      </div>
    );
  return (
    <button
      type="button"
      class="slot"
      data-state={state}
      data-tone={tone}
      aria-label={label}
      aria-pressed={pressed}
      onClick={onPress}
    >
      {inside}
    </button>
  );
}

/** Times beside each other, as many in a line as fit. */
export function Slots({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <div class="slots" role="group" aria-label={label}>
      {children}
    </div>
  );
}

export interface SheetGridProps {
  /** what it shows: "Monday 30 November" */
  readonly label: string;
  /** the heading of the first column: "Time" */
  readonly corner: string;
  readonly columns: ReadonlyArray<{ readonly key: string; readonly title: ComponentChildren }>;
  readonly rows: ReadonlyArray<{ readonly key: string; readonly title: ComponentChildren }>;
  /** what lies in a cell: `SlotCell`s, or nothing */
  readonly cell: (row: string, column: string) => ComponentChildren;
}

/** A day as a table: times down, doctors across; headings stay in sight, and arrow keys go from cell to cell. What scrolls can be reached by keyboard: hence its place in the order of Tab. */
export function SheetGrid({ label, corner, columns, rows, cell }: SheetGridProps): VNode {
  const body = useRef<HTMLTableSectionElement>(null);
  return (
    <div class="sheet" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map(({ key, title }) => (
              <th key={key} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody
          ref={body}
          onKeyDown={(event) => {
            if (body.current !== null && goToCell(body.current, event.target, event.key))
              event.preventDefault();
          }}
        >
          {rows.map(({ key, title }) => (
            <tr key={key}>
              <th scope="row">{title}</th>
              {columns.map((column) => (
                <td key={column.key}>{cell(key, column.key)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [down: number, across: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

/** Goes on in a direction to the next cell that has a button; whether there was one. */
function goToCell(body: Element, from: EventTarget | null, key: string): boolean {
  const step = STEPS[key];
  const here = from instanceof Element ? from.closest("td") : null;
  const row = here?.parentElement;
  if (step === undefined || !here || !row) return false;
  const [down, across] = step;
  let y = [...body.children].indexOf(row) + down;
  let x = [...row.children].indexOf(here) + across;
  for (let cell = cellAt(body, y, x); cell !== undefined; cell = cellAt(body, y, x)) {
    const button = cell.querySelector("button");
    if (button !== null) {
      button.focus();
      return true;
    }
    y += down;
    x += across;
  }
  return false;
}

function cellAt(body: Element, y: number, x: number): Element | undefined {
  return body.children[y]?.children[x];
}
