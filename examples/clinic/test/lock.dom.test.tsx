import { type HealthBridge, memoryDisk, memoryStore, type Store } from "@healthbridge/client-sdk";
import { type ComponentChildren, render } from "preact";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { desk, root, valueOf, write } from "./support/desk.tsx";

/** How the shell opens the app, shows it, and closes it when it locks. */
interface Opened<P = unknown> {
  readonly begin: (used: {
    readonly hb: HealthBridge;
    readonly safe: { readonly beside: (part: string) => Store };
  }) => Promise<P>;
  readonly view: (parts: P) => ComponentChildren;
  readonly end: (parts: P) => Promise<void>;
}

const here = vi.hoisted((): { app?: Opened; shell: object } => ({ shell: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("@healthbridge/client-sdk/schedule", () => ({
  clinicAtServer: () => Promise.reject(new TypeError("no network")),
}));
vi.mock("@healthbridge/example-design/shell", async (original) => ({
  ...(await original<object>()),
  openApp: (app: Opened) => void (here.app = app),
  useShell: () => here.shell,
  ShellFrame: ({ children }: { readonly children: ComponentChildren }) => children,
}));

test("what is typed on the patients' screen lies in a store beside the worker's, and is there again when she has unlocked the app", async () => {
  await import("../src/main.tsx");
  const { app } = here;
  if (app === undefined) throw new Error("the app was not opened");
  location.hash = "#/patients";
  const { hb } = await desk();
  here.shell = { hb, url: "http://server.test", store: memoryStore() };
  const disk = memoryDisk();
  const parts: string[] = [];
  const open = async () => {
    const opened = await app.begin({
      hb,
      safe: {
        beside(part) {
          parts.push(part);
          return memoryStore(disk);
        },
      },
    });
    await act(() => render(app.view(opened), root));
    return async (): Promise<void> => {
      await act(() => render(null, root));
      await app.end(opened);
    };
  };
  const lock = await open();
  await write("Name", "Wanjiru Kamau");
  await lock();
  await open();
  expect(valueOf("Name")).toBe("Wanjiru Kamau");
  expect(parts).toEqual(["drafts", "drafts"]);
});
