import { vi } from "vitest";
import { createElement, type ReactElement } from "react";
import { HealthBridgeProvider, type HealthBridgeProviderProps } from "../../../src/react/index.ts";
import type { Mounted, Renderer } from "./renderer.ts";

/** A component that does nothing but read, and what it has read. */
export interface Probe<T> {
  /** what each rendering read, the first one first */
  readonly seen: readonly T[];
  readonly last: T;
  /** Renders the component anew from above, with the same providers or others. */
  again(parts?: HealthBridgeProviderProps): Promise<void>;
  readonly mounted: Mounted;
}

/** Shows a component that reads by a hook. */
export async function probe<T>(
  renderer: Renderer,
  parts: HealthBridgeProviderProps,
  read: () => T,
): Promise<Probe<T>> {
  const seen: T[] = [];
  const Reader = (_props: { readonly version: number }): null => {
    seen.push(read());
    return null;
  };
  let version = 0;
  const tree = (around: HealthBridgeProviderProps): ReactElement =>
    createElement(HealthBridgeProvider, { ...around, children: createElement(Reader, { version }) });
  const mounted = await renderer.mount(tree(parts));
  return {
    seen,
    get last() {
      const [last] = seen.slice(-1);
      if (last === undefined && seen.length === 0) throw new Error("nothing was rendered");
      return last as T;
    },
    async again(around = parts) {
      version += 1;
      await mounted.render(tree(around));
    },
    mounted,
  };
}

/** Waits until something is so on the page, letting everything be rendered in between. */
export async function until({ act }: Renderer, check: () => void): Promise<void> {
  await vi.waitFor(async () => {
    await act(() => undefined);
    check();
  });
}
