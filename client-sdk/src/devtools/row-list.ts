import { el } from "./dom.ts";
import type { Row } from "./views.ts";
import { jsonOf } from "./words.ts";

/** A list of lines that can be shown anew without closing what is open, or losing the place of who goes by keyboard. */
export interface RowList {
  readonly element: HTMLElement;
  show(rows: readonly Row[], empty: string): void;
}

export function rowList(): RowList {
  const element = el("div");
  /** keys of lines that are open */
  const open = new Set<string>();
  let shown = "";
  return {
    element,
    show(rows, empty) {
      const text = JSON.stringify([rows, empty]);
      if (text === shown) return;
      shown = text;
      const focused = focusedKey(element);
      element.replaceChildren(
        ...(rows.length === 0 ? [el("p", { class: "empty" }, empty)] : rows.map((row) => lineOf(row, open))),
      );
      if (focused !== undefined)
        for (const line of element.children)
          if (keyOf(line) === focused) line.querySelector("summary")?.focus();
    },
  };
}

function lineOf(row: Row, open: Set<string>): HTMLElement {
  const { key, title, badge, facts, detail } = row;
  const inside = [
    el("span", { class: "title" }, title),
    ...(badge === undefined ? [] : [el("span", { class: `badge ${badge[1]}` }, badge[0])]),
    el("span", { class: "facts" }, facts.join(" · ")),
  ];
  if (detail === undefined) return el("div", { class: "row plain", is: { "data-key": key } }, ...inside);
  const all = el("pre", { is: { tabindex: "0" } });
  const line = el(
    "details",
    {
      class: "row",
      is: { "data-key": key, open: open.has(key) },
      on: {
        toggle: () => {
          if (line.open) open.add(key);
          else open.delete(key);
          if (line.open) all.textContent = jsonOf(detail);
        },
      },
    },
    el("summary", {}, ...inside),
    all,
  );
  if (open.has(key)) all.textContent = jsonOf(detail);
  return line;
}

function focusedKey(element: HTMLElement): string | undefined {
  const root = element.getRootNode();
  const focused = root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null;
  if (focused === null || !element.contains(focused)) return undefined;
  return keyOf(focused.closest("[data-key]"));
}

function keyOf(element: Element | null): string | undefined {
  return element instanceof HTMLElement ? element.dataset["key"] : undefined;
}
