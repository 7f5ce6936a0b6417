import { render } from "preact";
import { AppShell, type AppShellProps } from "./app-shell.tsx";

/**
 * Opens an app in a page: everything before it, and around it.
 * @example
 * openApp({
 *   app: "patient",
 *   title: "HealthBridge",
 *   roles: ["patient"],
 *   words,
 *   begin: async ({ hb, store }) => ({ chat: await openChat({ hb, store, url: location.origin }) }),
 *   end: async () => undefined,
 *   view: ({ chat }) => <App chat={chat} />,
 * });
 */
export function openApp<P>(props: AppShellProps<P>): void {
  const root = document.querySelector("#app");
  if (root === null) throw new Error('The page has no element with the id "app".');
  render(<AppShell {...props} />, root);
}
