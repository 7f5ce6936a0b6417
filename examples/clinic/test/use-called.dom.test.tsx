import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { useCalled } from "../src/parts/use-called.ts";

const root = document.createElement("div");
afterEach(async () => {
  await act(() => render(null, root));
  localStorage.clear();
});

function Dialog() {
  const [, call] = useCalled();
  return (
    <button type="button" onClick={() => call("ZG9jdG9y.1", "YXBwb2ludG1lbnQ.1")}>
      Call to the room
    </button>
  );
}

function Queue() {
  const [called] = useCalled();
  return <p>{called["ZG9jdG9y.1"]?.join(", ")}</p>;
}

test("who is called in a dialog is called in the queue behind it, and after the app was opened anew", async () => {
  const both = (
    <>
      <Queue />
      <Dialog />
    </>
  );
  await act(() => render(both, root));
  expect(root.querySelector("p")?.textContent).toBe("");
  await act(() => root.querySelector("button")?.click());
  expect(root.querySelector("p")?.textContent).toBe("YXBwb2ludG1lbnQ.1");
  await act(() => render(null, root));
  await act(() => render(both, root));
  expect(root.querySelector("p")?.textContent).toBe("YXBwb2ludG1lbnQ.1");
});
