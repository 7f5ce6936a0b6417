import { useEffect, useState } from "preact/hooks";
import { hashOf, readRoute, type Route } from "../logic/route.ts";

/** Where somebody is in the app; changes with the address. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = (): void => {
      setHash(location.hash);
      window.scrollTo(0, 0);
    };
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
  return readRoute(hash);
}

/** Goes to a screen; `replace`: back leads past the one that is left. */
export function goTo(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) location.replace(hashOf(route));
  else location.hash = hashOf(route);
}
