import type { Kind } from "@healthbridge/schema/client";
import { devicePulse } from "../pulse.ts";
import { el } from "./dom.ts";
import { lineSwitch } from "./line-switch.ts";
import { type Inspected, type Picture, takePicture } from "./picture.ts";
import { rowList } from "./row-list.ts";
import { STYLE } from "./style.ts";
import { type EntityQuestion, type View, VIEWS } from "./views.ts";
import { jsonOf } from "./words.ts";

const FILE_NAME = "healthbridge-inspector.json";

/** The inspector on the page: in a shadow tree of its own, so that neither the app's styles reach it nor its own the app. */
export class Panel {
  readonly #inspected: Inspected;
  readonly #end: () => void;
  readonly #host = el("div", { is: { "data-healthbridge-inspector": true } });
  readonly #root = this.#host.attachShadow({ mode: "open" });
  readonly #tabs = VIEWS.map((view) => this.#tab(view));
  readonly #tools = el("div");
  readonly #list = rowList();
  readonly #page = el("div", { class: "page", is: { role: "tabpanel", id: "page", tabindex: "0" } });
  readonly #kinds = el("select", { on: { change: () => this.#ask() } });
  readonly #search = el("input", { is: { type: "search" }, on: { input: () => this.#ask() } });
  readonly #stops: Array<() => void> = [];
  #view: View | undefined = VIEWS[0];
  #question: EntityQuestion = { kind: undefined, text: "" };
  #picture: Picture | undefined;
  #taking = false;
  #again = false;
  #before: Element | null = null;

  /** @param end is called when somebody closes it here */
  constructor(inspected: Inspected, end: () => void) {
    this.#inspected = inspected;
    this.#end = end;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    this.#page.append(this.#tools, this.#list.element);
    this.#root.append(this.#frame());
  }

  open(element: HTMLElement): void {
    const { hb, runtime } = this.#inspected;
    this.#before = document.activeElement;
    element.append(this.#host);
    this.#stops.push(devicePulse(hb).subscribe(this.#refresh));
    for (const observable of runtime ? [runtime.requests, runtime.line] : [])
      this.#stops.push(observable.subscribe(this.#refresh));
    this.#refresh();
    this.#tabs[0]?.focus();
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#host.remove();
    if (this.#before instanceof HTMLElement) this.#before.focus();
  }

  #frame(): HTMLElement {
    const { hb, runtime } = this.#inspected;
    const toggle = lineSwitch(hb, runtime);
    this.#stops.push(toggle.stop);
    return el(
      "section",
      {
        class: "panel",
        is: { "aria-label": "HealthBridge inspector" },
        on: {
          keydown: (event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            this.#end();
          },
        },
      },
      el(
        "header",
        {},
        el("h2", {}, "Inspector"),
        toggle.element,
        el(
          "div",
          { class: "actions" },
          el("button", { is: { type: "button" }, on: { click: () => this.#export() } }, "Export JSON"),
          el("button", { is: { type: "button" }, on: { click: () => this.#end() } }, "Close"),
        ),
      ),
      el("div", { class: "tabs", is: { role: "tablist", "aria-label": "What is shown" } }, ...this.#tabs),
      this.#page,
    );
  }

  #tab(view: View): HTMLButtonElement {
    return el(
      "button",
      {
        is: { type: "button", role: "tab", id: `tab-${view.id}`, "aria-controls": "page" },
        on: {
          click: () => this.#choose(view),
          keydown: (event) => this.#move(event, view),
        },
      },
      view.name,
      el("span", { class: "count" }),
    );
  }

  /** Arrows go from tab to tab, as everywhere. */
  #move(event: KeyboardEvent, from: View): void {
    const at = VIEWS.indexOf(from);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + VIEWS.length, Home: 0, End: VIEWS.length - 1 }[
      event.key
    ];
    const view = to === undefined ? undefined : VIEWS[to % VIEWS.length];
    if (view === undefined) return;
    event.preventDefault();
    this.#choose(view);
    this.#tabs[VIEWS.indexOf(view)]?.focus();
  }

  #choose(view: View): void {
    this.#view = view;
    this.#page.scrollTop = 0;
    this.#show();
  }

  #ask(): void {
    const kind = this.#picture?.entities.find(([each]) => each === this.#kinds.value)?.[0];
    this.#question = { kind, text: this.#search.value };
    this.#show();
  }

  readonly #refresh = (): void => {
    this.#again = true;
    if (!this.#taking) void this.#take();
  };

  /** One picture at a time, and one more where something changed meanwhile. */
  async #take(): Promise<void> {
    this.#taking = true;
    while (this.#again) {
      this.#again = false;
      this.#picture = await takePicture(this.#inspected);
      this.#show();
    }
    this.#taking = false;
  }

  #show(): void {
    const picture = this.#picture;
    const view = this.#view;
    if (picture === undefined || view === undefined) return;
    for (const [at, tab] of this.#tabs.entries()) this.#showTab(tab, VIEWS[at], picture);
    this.#page.setAttribute("aria-labelledby", `tab-${view.id}`);
    this.#showTools(view, picture);
    this.#list.show(view.rows(picture, this.#question), view.empty(picture));
  }

  #showTab(tab: HTMLElement, view: View | undefined, picture: Picture): void {
    const chosen = view === this.#view;
    tab.setAttribute("aria-selected", String(chosen));
    tab.setAttribute("tabindex", chosen ? "0" : "-1");
    const count = tab.querySelector(".count");
    if (count !== null) count.textContent = view?.count(picture)?.toString() ?? "";
  }

  /** What is asked of the entities stays as it is while they change. */
  #showTools({ id }: View, { entities }: Picture): void {
    if (id !== "entities") return this.#tools.replaceChildren();
    const options: ReadonlyArray<readonly [value: Kind | "", words: string]> = [
      ["", "all"],
      ...entities.map(([kind, held]) => [kind, `${kind} (${held.length})`] as const),
    ];
    const words = options.map(([, each]) => each).join();
    if (this.#kinds.dataset["words"] !== words) {
      this.#kinds.dataset["words"] = words;
      this.#kinds.replaceChildren(...options.map(([value, each]) => el("option", { is: { value } }, each)));
      this.#kinds.value = this.#question.kind ?? "";
    }
    if (this.#tools.childElementCount > 0) return;
    this.#tools.replaceChildren(
      el(
        "div",
        { class: "tools" },
        el("label", {}, "Kind", this.#kinds),
        el("label", {}, "Text", this.#search),
      ),
    );
  }

  #export(): void {
    if (this.#picture === undefined) return;
    const address = URL.createObjectURL(new Blob([jsonOf(this.#picture)], { type: "application/json" }));
    el("a", { is: { href: address, download: FILE_NAME } }).click();
    this.#stops.push(() => URL.revokeObjectURL(address)); // some browsers read it a moment later
  }
}
