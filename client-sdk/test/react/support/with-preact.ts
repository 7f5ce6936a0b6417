import { place } from "./dom.ts";
import { render as show } from "preact/compat";
import { act } from "preact/test-utils";
import type { Renderer } from "./renderer.ts";

/** Preact, for tests in which `react` is another name of `preact/compat`. */
export const withPreact: Renderer = {
  name: "Preact",
  async act(work) {
    await act(async () => {
      await work();
    });
  },
  async mount(element) {
    const at = place();
    const render = (shown: unknown): Promise<void> =>
      withPreact.act(() => {
        show(shown as Parameters<typeof show>[0], at);
      });
    await render(element);
    return { element: at, render, unmount: () => withPreact.act(() => show(null, at)) };
  },
};
