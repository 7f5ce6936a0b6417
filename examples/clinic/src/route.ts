import { useEffect, useState } from "preact/hooks";

/** Where in the app one is: the part of the address behind `#/`, so that a page opens offline and the arrow back works. */
export interface Route {
  readonly screen: Screen;
  /** what the screen shows: a date, a patient */
  readonly rest: string;
}

export const SCREENS = ["day", "patients", "many", "board", "more", "leases", "files", "close"] as const;
export type Screen = (typeof SCREENS)[number];

/** Reads an address's hash; what is not known leads to the day. */
export function routeOf(hash: string): Route {
  const [screen = "", ...rest] = hash.replace(/^#\/?/, "").split("/");
  const known = SCREENS.find((each) => each === screen);
  return known === undefined ? { screen: "day", rest: "" } : { screen: known, rest: rest.join("/") };
}

/** The address of a screen. */
export function hrefOf(screen: Screen, rest = ""): string {
  return rest === "" ? `#/${screen}` : `#/${screen}/${rest}`;
}

/** Goes to a screen. */
export function goTo(screen: Screen, rest = ""): void {
  location.hash = hrefOf(screen, rest);
}

/** Where one is, now and whenever that changes. */
export function useRoute(): Route {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const listen = (): void => setHash(location.hash);
    addEventListener("hashchange", listen);
    return () => removeEventListener("hashchange", listen);
  }, []);
  return routeOf(hash);
}

/** What the day's screen shows: a date (today where it says none), and for whom a time is looked for. */
export interface DayRoute {
  readonly date: string | undefined;
  readonly patient: string | undefined;
}

/** Reads `2026-12-01`, `for/<patient>` or `for/<patient>/2026-12-01`. */
export function dayRouteOf(rest: string): DayRoute {
  const parts = rest.split("/");
  const last = parts.at(-1) ?? "";
  return {
    date: /^\d{4}-\d{2}-\d{2}$/.test(last) ? last : undefined,
    patient: parts[0] === "for" ? parts[1] : undefined,
  };
}

/** The address of a day. */
export function dayHref({ date, patient }: DayRoute): string {
  const parts = [...(patient === undefined ? [] : ["for", patient]), ...(date === undefined ? [] : [date])];
  return hrefOf("day", parts.join("/"));
}
