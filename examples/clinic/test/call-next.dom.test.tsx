import { SETTLES_MS } from "@healthbridge/example-design";
import { render } from "preact";
import { act } from "preact/test-utils";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Ticket } from "../src/logic/board.ts";
import { CallNext } from "../src/parts/call-next.tsx";

const root = document.createElement("div");
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(async () => {
  await act(() => render(null, root));
  vi.useRealTimers();
});

const ticket = (label: string): Ticket => ({
  appointment: `YXBwb2ludG1lbnQ.${label}`,
  patient: "cGF0aWVudA.1",
  label,
  urgent: false,
});

async function tap(): Promise<void> {
  await act(() => root.querySelector("button")?.click());
}

const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

describe("the button that calls who is next", () => {
  const called: string[] = [];
  beforeEach(() => called.splice(0));

  function Row({ labels }: { readonly labels: readonly string[] }) {
    const [rest, setRest] = useState(labels);
    const [next] = rest;
    return (
      <CallNext
        ticket={next === undefined ? undefined : ticket(next)}
        onCall={({ label }) => {
          called.push(label);
          setRest(rest.slice(1));
        }}
      />
    );
  }

  test("calls one person under two slow taps, and the next only once it could be read who that is", async () => {
    await act(() => render(<Row labels={["9:20", "9:40", "10:00"]} />, root));
    await tap();
    await pass(SETTLES_MS - 1);
    await tap();
    expect(called).toEqual(["9:20"]);
    expect(root.querySelector("button")?.getAttribute("aria-disabled")).toBe("true");
    await pass(1);
    await tap();
    expect(called).toEqual(["9:20", "9:40"]);
  });

  test("calls nobody whom the order has put under the finger a moment ago", async () => {
    const call = ({ label }: Ticket): void => void called.push(label);
    await act(() => render(<CallNext ticket={ticket("9:20")} onCall={call} />, root));
    await act(() => render(<CallNext ticket={ticket("7")} onCall={call} />, root));
    await tap();
    expect(called).toEqual([]);
    await pass(SETTLES_MS);
    await tap();
    expect(called).toEqual(["7"]);
  });
});
