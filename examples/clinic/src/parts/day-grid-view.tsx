import { Icon } from "@healthbridge/example-design";
import type { RefObject, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { EntityId } from "@healthbridge/schema/client";
import type { Cell, DayGrid, GridColumn } from "../logic/day-grid.ts";
import { type Place, placeAfter } from "../logic/grid-keys.ts";
import { clockOfMinute } from "../logic/wall.ts";
import { t } from "../words.ts";
import { FACES, unsentFace, wordOf } from "./cell-face.ts";

export interface DayGridViewProps {
  readonly grid: DayGrid;
  /** what day it shows */
  readonly label: string;
  readonly nameOf: (patient: EntityId) => string;
  readonly onCell: (column: GridColumn, cell: Cell) => void;
  /** minutes from the beginning of the day: the row to begin at */
  readonly nowMinute: number | undefined;
}

/** Of what was before, so that it is seen that there is more. */
const ABOVE = 12;

/** Day sheets side by side, as an ARIA grid: one stop of the Tab key, arrows from cell to cell, Enter opens. */
export function DayGridView({ grid, label, nameOf, onCell, nowMinute }: DayGridViewProps): VNode {
  const body = useRef<HTMLTableSectionElement>(null);
  const [place, setPlace] = useState<Place>();
  const nowRow = rowAt(grid, nowMinute);
  const at: Place = {
    row: Math.min(place?.row ?? nowRow, grid.rows.length - 1),
    column: Math.min(place?.column ?? 0, grid.columns.length - 1),
  };
  const lookElsewhere = useNowInSight(body, nowRow, grid.rows.length);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = placeAfter(grid, at, event);
    if (next === undefined) return;
    event.preventDefault();
    lookElsewhere();
    setPlace(next);
    buttonAt(body.current, next)?.focus();
  };
  return (
    <div class="sheet day" onPointerDown={lookElsewhere} onWheel={lookElsewhere}>
      <table
        role="grid"
        aria-label={label}
        aria-rowcount={grid.rows.length + 1}
        aria-colcount={grid.columns.length + 1}
      >
        <GridHead columns={grid.columns} />
        <tbody ref={body} onKeyDown={onKeyDown}>
          {grid.rows.map(({ minute, cells }, row) => (
            <tr
              role="row"
              key={minute}
              data-now={nowMinute !== undefined && row === nowRow ? "true" : undefined}
            >
              <th role="rowheader" scope="row">
                {clockOfMinute(minute)}
              </th>
              {cells.map((cell, column) => {
                const head = grid.columns[column];
                return head === undefined ? null : (
                  <GridCell
                    key={head.doctor.id}
                    cell={cell}
                    time={clockOfMinute(minute)}
                    column={head}
                    nameOf={nameOf}
                    current={at.row === row && at.column === column}
                    onFocus={() => setPlace({ row, column })}
                    onPress={() => onCell(head, cell)}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/**
 * The morning is over in the afternoon: what matters now is in sight while sheets come in, until somebody looks elsewhere. The page stays where it is.
 * @returns to be told that she does
 */
function useNowInSight(
  body: RefObject<HTMLTableSectionElement | null>,
  nowRow: number,
  rows: number,
): () => void {
  const isUntouched = useRef(true);
  useEffect(() => {
    const row = body.current?.rows[nowRow];
    const sheet = row?.closest(".sheet");
    if (row && sheet && isUntouched.current)
      sheet.scrollTop = row.offsetTop - (body.current?.offsetTop ?? 0) - ABOVE;
  }, [body, nowRow, rows]);
  return () => {
    isUntouched.current = false;
  };
}

function GridHead({ columns }: Pick<DayGrid, "columns">): VNode {
  return (
    <thead>
      <tr role="row">
        <th role="columnheader" scope="col">
          {t("time")}
        </th>
        {columns.map((column) => (
          <th role="columnheader" key={column.doctor.id} scope="col">
            {column.doctor.name}
            <span class="detail">{column.held ? t("freeTimes", { n: column.free }) : t("notHeld")}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface GridCellProps {
  readonly cell: Cell;
  readonly time: string;
  readonly column: GridColumn;
  readonly nameOf: (patient: EntityId) => string;
  readonly current: boolean;
  readonly onFocus: () => void;
  readonly onPress: () => void;
}

function GridCell({ cell, time, column, nameOf, current, onFocus, onPress }: GridCellProps): VNode {
  const { state, visits } = cell;
  if (state === "none") return <td role="gridcell" class="nothing" />;
  const { sign } = FACES[state];
  const word = wordOf(cell);
  const unsent = unsentFace(cell);
  const names = visits.map(({ patient }) => nameOf(patient)).join(", ");
  const group = cell.group && t("places", { taken: cell.group.taken, places: cell.group.places });
  return (
    <td role="gridcell">
      <button
        type="button"
        class="slot"
        data-state={state}
        data-unsent={cell.waiting ? (cell.certain ? "certain" : "waiting") : undefined}
        tabIndex={current ? 0 : -1}
        onFocus={onFocus}
        onClick={onPress}
      >
        <span class="unseen">{`${time}, ${column.doctor.name}, `}</span>
        <b>
          <Icon of={sign} />
          <span class="name">{names === "" ? t(word) : names}</span>
        </b>
        {(names !== "" || group !== undefined) && <span>{group ?? t(word)}</span>}
        {unsent && (
          <span class="unsent">
            <Icon of={unsent.sign} />
            {t(unsent.word)}
          </span>
        )}
      </button>
    </td>
  );
}

function buttonAt(body: HTMLTableSectionElement | null, { row, column }: Place): HTMLButtonElement | null {
  return body?.rows[row]?.cells[column + 1]?.querySelector("button") ?? null;
}

/** The row in which a minute lies; the first where the day has not begun. */
function rowAt({ rows }: DayGrid, minute: number | undefined): number {
  if (minute === undefined) return 0;
  return Math.max(
    0,
    rows.findLastIndex((row) => row.minute <= minute),
  );
}
