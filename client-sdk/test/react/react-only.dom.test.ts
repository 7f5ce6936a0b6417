import { place } from "./support/dom.ts";
import {
  createElement,
  Fragment,
  type ReactElement,
  startTransition,
  StrictMode,
  useEffect,
  useLayoutEffect,
  useState,
} from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { HealthBridge } from "../../src/core.ts";
import { devicePulse } from "../../src/pulse.ts";
import {
  HealthBridgeProvider,
  useDoctorSearch,
  useHealthBridge,
  useList,
  useNow,
  useOutcomes,
  useStatus,
  useWaiting,
} from "../../src/react/index.ts";
import { type Clinic, openClinic } from "./support/clinic.ts";
import { until } from "./support/probe.ts";
import { withReact } from "./support/with-react.ts";

/** What only React does: rendering in pieces, mounting twice, rendering on a server. */

describe("rendering that is interrupted", () => {
  beforeEach(() => {
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", false); // React works as in a browser, piece by piece
  });
  const CHILDREN = 12;

  /**
   * Renders components one after another, slowly, and registers a patient while it is at it. Answers what each of the first frames on the page showed, and whether the
   * change came in the middle.
   */
  async function frames(at: Clinic, usePatients: (hb: HealthBridge) => number) {
    const { hb, clinic } = at;
    const shown: string[][] = [];
    const rendered: number[] = [];
    let begin: (() => void) | undefined;
    let changed: Promise<unknown> | undefined;
    const element = place();
    const Child = (): ReactElement => {
      const count = usePatients(useHealthBridge());
      rendered.push(count);
      if (rendered.length === CHILDREN / 2) changed = hb.registerPatient({ name: "Otieno", clinic });
      for (const until = performance.now() + 8; performance.now() < until;) continue; // longer than React works without a pause
      return createElement("i", null, String(count));
    };
    const App = (): ReactElement => {
      const [open, setOpen] = useState(false);
      begin = () => {
        startTransition(() => setOpen(true));
      };
      useLayoutEffect(() => {
        const texts = [...element.querySelectorAll("i")].map(({ textContent }) => textContent ?? "");
        if (texts.length > 0) shown.push(texts);
      });
      const children = Array.from({ length: CHILDREN }, (_, key) => createElement(Child, { key }));
      return createElement(Fragment, null, open ? children : null);
    };
    const root = createRoot(element);
    root.render(createElement(HealthBridgeProvider, { hb, children: createElement(App) }));
    await vi.waitFor(() => expect(begin).toBeDefined());
    begin?.();
    await vi.waitFor(() => {
      expect(element.querySelectorAll("i")).toHaveLength(CHILDREN);
      expect(element.textContent).toBe("2".repeat(CHILDREN));
    });
    await changed;
    const inTheMiddle = new Set(rendered.slice(0, CHILDREN)).size > 1;
    root.unmount();
    return { shown, inTheMiddle };
  }

  const torn = (shown: readonly string[][]) => shown.filter((texts) => new Set(texts).size > 1);

  test("never shows two moments at once", async () => {
    await using at = await openClinic();
    const { shown, inTheMiddle } = await frames(at, () => useList("patient").length);
    expect(inTheMiddle).toBe(true);
    expect(shown.length).toBeGreaterThan(0);
    expect(torn(shown)).toEqual([]);
  });

  test("would, if a component watched by an effect: so the test above can fail", async () => {
    await using at = await openClinic();
    const { shown } = await frames(at, (hb) => {
      const [, again] = useState(0);
      useEffect(() => hb.watch({ kind: "patient" }, () => again((count) => count + 1)), [hb]);
      return hb.list("patient").length;
    });
    expect(torn(shown)).not.toEqual([]);
  });
});

test("under StrictMode everything is read, and nothing listens when it is over", async () => {
  await using at = await openClinic();
  const { hb, clinic } = at;
  const on = vi.spyOn(hb, "on");
  const texts: string[] = [];
  const Reader = (): ReactElement | null => {
    const patients = useList("patient", ({ name }) => name !== "");
    const { outcomes, ready } = useOutcomes();
    texts.push(`${patients.length} ${outcomes.length} ${ready} ${useWaiting().length} ${useNow() > 0}`);
    return null;
  };
  const tree = createElement(HealthBridgeProvider, { hb, children: createElement(Reader) });
  const mounted = await withReact.mount(createElement(StrictMode, null, tree));
  await withReact.act(() => hb.registerPatient({ name: "Otieno", clinic }));
  await withReact.act(at.sync);
  await until(withReact, () => expect(texts.at(-1)).toBe("2 1 true 0 true"));
  expect(on.mock.calls.length).toBeLessThan(10);
  await mounted.unmount();
  expect(devicePulse(hb).beats).toBeUndefined();
});

describe("on a server", () => {
  const App = (): ReactElement => {
    const found = useDoctorSearch({ near: { lat: 0, lng: 0 } });
    const status = useStatus(({ state }) => ({ state }));
    return createElement(
      "p",
      null,
      `${useList("patient").length} ${found.matches} ${useOutcomes().ready} ${status.state} ${useNow()}`,
    );
  };
  const tree = (hb: HealthBridge | undefined) =>
    createElement(HealthBridgeProvider, { hb, children: createElement(App) });
  const EMPTY = "<p>0 0 false offline 0</p>";

  test("the answer is that of a device that holds nothing, with or without one", async () => {
    await using at = await openClinic();
    expect(renderToString(tree(undefined))).toBe(EMPTY);
    expect(renderToString(tree(at.hb))).toBe(EMPTY);
    expect(devicePulse(at.hb).beats).toBeUndefined();
  });

  test("a page made there is taken over as it is, and then shows what is held", async () => {
    await using at = await openClinic();
    const element = place();
    element.innerHTML = renderToString(tree(undefined));
    const complaints: unknown[] = [];
    vi.spyOn(console, "error").mockImplementation((...words) => complaints.push(words));
    await withReact.act(() =>
      hydrateRoot(element, tree(at.hb), { onRecoverableError: (error) => complaints.push(error) }),
    );
    await withReact.act(at.sync);
    expect(complaints).toEqual([]);
    expect(element.textContent).toMatch(/^1 0 true online [1-9]/);
  });
});

test("hooks outside of a provider say what is missing", () => {
  const Alone = (): ReactElement => createElement("p", null, useList("patient").length);
  expect(() => renderToString(createElement(Alone))).toThrow("no <HealthBridgeProvider>");
  const Hurried = (): ReactElement => createElement("p", null, useHealthBridge().status.get().state);
  const tree = createElement(HealthBridgeProvider, { hb: undefined, children: createElement(Hurried) });
  expect(() => renderToString(tree)).toThrow("no `hb` yet");
});
