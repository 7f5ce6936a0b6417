import type { LeasedTime } from "@healthbridge/client-sdk";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useOwnTimes } from "../src/parts/use-own-times.ts";
import { leased, PETER, ROSE } from "./support/day.ts";

const root = document.createElement("div");
beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(async () => {
  await act(() => render(null, root));
  vi.useRealTimers();
});

const lease = [leased(ROSE, "09:00", "12:00"), leased(PETER, "09:20", "12:00")];

/** A device with times of its own, and what of it somebody sees who looks. */
function device() {
  const at = { times: lease, drawn: 0 };
  const hb = { leasedTimes: (): readonly LeasedTime[] => at.times };
  function Times({ isLooking }: { readonly isLooking: boolean }) {
    at.drawn += 1;
    useOwnTimes(hb, isLooking);
    return <p>{hb.leasedTimes().length}</p>;
  }
  const show = (isLooking: boolean) => act(() => render(<Times isLooking={isLooking} />, root));
  return { at, show };
}

const second = () => act(() => void vi.advanceTimersByTime(1_000));

test("a lease that ends while somebody looks at a time of it is gone within a second", async () => {
  const { at, show } = device();
  await show(true);
  const before = at.drawn;
  await second();
  expect([root.textContent, at.drawn]).toEqual(["2", before]);
  at.times = lease.slice(1);
  await second();
  expect(root.textContent).toBe("1");
});

test("where nobody looks at one nothing is counted anew", async () => {
  const { at, show } = device();
  await show(false);
  at.times = [];
  await second();
  expect(at.drawn).toBe(1);
});
