import type { HealthBridge } from "../health-bridge.ts";
import { el } from "./dom.ts";
import type { InspectableRuntime, LineMode } from "./inspectable.ts";

const MODES: ReadonlyArray<readonly [mode: LineMode, words: string]> = [
  ["normal", "As it is"],
  ["slow-2g", "Slow 2G"],
  ["offline", "Offline"],
];

const NAME = "Network of this app";

/** A control and how to end what it listens to. */
export interface Switch {
  readonly element: HTMLElement;
  readonly stop: () => void;
}

/**
 * Switches the network of an instance. Without an inspectable runtime nobody can take the network away; then syncing in the background can be stopped, and that is what
 * the control says.
 */
export function lineSwitch(hb: HealthBridge, runtime: InspectableRuntime | undefined): Switch {
  return runtime === undefined ? backgroundSwitch(hb) : networkSwitch(runtime);
}

function networkSwitch({ line, setLine }: InspectableRuntime): Switch {
  const radios = MODES.map(([mode]) =>
    el("input", {
      is: { type: "radio", name: "line", value: mode },
      on: { change: () => setLine(mode) },
    }),
  );
  const labels = MODES.map(([, words], at) => el("label", {}, radios[at] ?? "", words));
  const stop = line.subscribe((mode) => {
    for (const radio of radios) radio.checked = radio.value === mode;
  });
  const element = el(
    "div",
    { is: { role: "radiogroup", "aria-label": NAME } },
    el("span", { class: "name", is: { "aria-hidden": "true" } }, NAME),
    ...labels,
  );
  return { element, stop };
}

function backgroundSwitch(hb: HealthBridge): Switch {
  const button = el("button", {
    is: { type: "button", title: "What the app sends by `hb.sync()` itself still goes through" },
    on: {
      click: () => {
        if (hb.status.get().started) hb.stop();
        else hb.start();
      },
    },
  });
  const stop = hb.status.subscribe(({ started }) => {
    button.textContent = started ? "Stop syncing in the background" : "Sync in the background";
  });
  return { element: button, stop };
}
