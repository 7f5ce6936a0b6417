/** What the tests use of it. */
declare module "react-dom/client" {
  import type { ReactNode } from "react";
  export interface Root {
    render(node: ReactNode): void;
    unmount(): void;
  }
  export function createRoot(element: Element): Root;
  export function hydrateRoot(
    element: Element,
    node: ReactNode,
    options?: { readonly onRecoverableError?: (error: unknown) => void },
  ): Root;
}

declare module "react-dom/server" {
  import type { ReactNode } from "react";
  export function renderToString(node: ReactNode): string;
}
