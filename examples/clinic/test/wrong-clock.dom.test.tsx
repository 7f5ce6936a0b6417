import { expect, test, vi } from "vitest";
import { dateIn } from "../src/logic/wall.ts";
import { useDesk } from "../src/parts/use-desk.ts";
import { desk, text } from "./support/desk.tsx";

vi.mock("react", () => import("preact/compat"));

const DAY_MS = 86_400_000;

function Today() {
  return <p>{useDesk().today}</p>;
}

test.each([DAY_MS, -DAY_MS])(
  "the desk of a tablet whose clock is %i ms fast opens on the day that it is",
  async (fast) => {
    const { show } = await desk(fast);
    await show(<Today />);
    expect(text()).toBe(dateIn("Africa/Nairobi", Date.now() - fast));
  },
);
