import { place } from "./dom.ts";
import { act } from "react";
import { createRoot } from "react-dom/client";
import type { Renderer } from "./renderer.ts";

/** React itself. */
export const withReact: Renderer = {
  name: "React",
  async act(work) {
    await act(async () => {
      await work();
    });
  },
  async mount(element) {
    const at = place();
    const root = createRoot(at);
    const render: (shown: typeof element) => Promise<void> = (shown) =>
      withReact.act(() => root.render(shown));
    await render(element);
    return { element: at, render, unmount: () => withReact.act(() => root.unmount()) };
  },
};
