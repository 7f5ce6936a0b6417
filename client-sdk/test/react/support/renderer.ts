import type { ReactElement } from "react";

/** What renders components in a test: React, or Preact under React's name. */
export interface Renderer {
  readonly name: string;
  /** Shows an element, or what came of a former one with other properties. */
  mount(element: ReactElement): Promise<Mounted>;
  /** Does something, and lets everything be rendered that follows from it. */
  act(work: () => unknown): Promise<void>;
}

export interface Mounted {
  readonly element: HTMLElement;
  render(element: ReactElement): Promise<void>;
  unmount(): Promise<void>;
}
