import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test } from "vitest";
import { useLockBehind } from "../src/shell/use-lock-behind.ts";

const root = document.createElement("div");

function Board({ lock }: { readonly lock: () => void }) {
  useLockBehind(lock);
  return <p>A12</p>;
}

test("however a screen for everybody is left, the app is locked then and not before", async () => {
  const locked: string[] = [];
  await act(() => render(<Board lock={() => locked.push("first")} />, root));
  await act(() => render(<Board lock={() => locked.push("last")} />, root));
  expect(locked).toEqual([]);
  await act(() => render(<p>the day</p>, root));
  expect(locked).toEqual(["last"]);
});
