import { HealthBridge, memoryDisk, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { Toasts } from "@healthbridge/example-design";
import { type ComponentChildren, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, onTestFinished } from "vitest";
import { Begun } from "../../src/logic/begun.ts";
import { BegunContext } from "../../src/parts/use-begun.ts";

const PASSWORD = "seven goats cross the river";

/** Where the page is. */
export const root = document.createElement("div");
document.body.append(root);
afterEach(async () => {
  await act(() => render(null, root));
});

/**
 * A clinic's desk: a device on which one of its workers is signed in, and the page she looks at.
 * @param fast ms by which its clock is fast
 */
export async function desk(fast = 0) {
  const server = new FakeServer({ time: { ...platformRuntime(), now: () => Date.now() - fast } });
  const doctor = server.addDoctor();
  server.addAccount({ login: "amina", password: PASSWORD, role: "staff", clinics: [doctor.clinic] });
  const runtime = {
    ...platformRuntime(),
    fetch: (url: string, init: RequestInit) => server.fetch(new Request(url, init)),
  };
  const hb = await HealthBridge.open({
    url: "http://server.test",
    store: memoryStore(),
    autoSync: false,
    runtime,
  });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "amina", password: PASSWORD });
  await hb.sync();
  const disk = memoryDisk();
  const at = { begun: await Begun.open(memoryStore(disk)) };
  const show = (children: ComponentChildren) =>
    act(() =>
      render(
        <HealthBridgeProvider hb={hb}>
          <BegunContext.Provider value={at.begun}>
            <Toasts closeLabel="Close">{children}</Toasts>
          </BegunContext.Provider>
        </HealthBridgeProvider>,
        root,
      ),
    );
  /** The app locks, and the same worker opens it again. */
  const lockAndOpen = async (): Promise<void> => {
    await act(() => render(null, root));
    await at.begun.close();
    at.begun = await Begun.open(memoryStore(disk));
  };
  return { server, doctor, hb, show, lockAndOpen };
}

/** What the page says. */
export const text = (): string => root.textContent ?? "";

/** What has a name on the page; of several the one at a place. */
export function named(name: string, place = 0): HTMLElement {
  const all = [...root.querySelectorAll<HTMLElement>("button, input, select")];
  const found = all.filter((element) => nameOf(element) === name)[place];
  if (found === undefined) throw new Error(`nothing is called "${name}" in: ${all.map(nameOf).join(", ")}`);
  return found;
}

function nameOf(element: HTMLElement): string {
  const label =
    element.getAttribute("aria-label") ?? root.querySelector(`label[for="${element.id}"]`)?.textContent;
  return (label ?? element.textContent).trim();
}

export async function press(name: string): Promise<void> {
  await act(() => named(name).click());
}

/** Types into a field, or chooses from a list. */
export async function write(name: string, value: string, place = 0): Promise<void> {
  const field = named(name, place);
  if (field instanceof HTMLSelectElement) field.value = value;
  else if (field instanceof HTMLInputElement) field.value = value;
  else throw new Error(`"${name}" is no field`);
  const event = field instanceof HTMLSelectElement ? "change" : "input";
  await act(() => void field.dispatchEvent(new Event(event, { bubbles: true })));
}

/** What stands in a field. */
export function valueOf(name: string): string {
  const field = named(name);
  if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) return field.value;
  throw new Error(`"${name}" is no field`);
}
