import type { ImportReport } from "@healthbridge/client-sdk/transfer";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { TransferPanel } from "../src/parts/transfer-panel.tsx";
import { desk, named, press, root, write } from "./support/desk.tsx";

const here = vi.hoisted((): { shell: object; report: ImportReport } => ({
  shell: {},
  report: { taken: 0, known: 0, refused: 0 },
}));
vi.mock("react", () => import("preact/compat"));
vi.mock("@healthbridge/client-sdk/transfer", () => ({ importQueue: async () => here.report }));
vi.mock("@healthbridge/example-design/shell", async (original) => ({
  ...(await original<object>()),
  useShell: () => here.shell,
}));

/** Takes a file in, of which that comes. */
async function takeIn(report: ImportReport): Promise<void> {
  const { hb, show } = await desk();
  here.shell = { hb };
  here.report = report;
  await show(<TransferPanel />);
  const file = named("Sealed file");
  Object.defineProperty(file, "files", { value: [new File(["sealed"], "waiting.hbq")] });
  await act(() => void file.dispatchEvent(new Event("change", { bubbles: true })));
  await write("Passphrase of the file", "four goats on the roof", 1);
  await press("Open and send");
}

test("a file of which something was not taken is told of at once, as trouble, with what to do", async () => {
  await takeIn({ taken: 3, known: 1, refused: 2 });
  await expect
    .poll(() => root.querySelector("[role=alert][data-tone=trouble]")?.textContent)
    .toMatch(/2 things .* not taken in.*Nothing is lost.*then take the file in again.*Taken in: 3/);
});

test("a file that is here as a whole is good news", async () => {
  await takeIn({ taken: 3, known: 1, refused: 0 });
  await expect
    .poll(() => root.querySelector("[role=status][data-tone=sure]")?.textContent)
    .toBe("Taken in: 3. Known already: 1.");
});
