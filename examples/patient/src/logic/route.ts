import type { EntityId, Start } from "@healthbridge/schema/client";

/** Where somebody is in the app. It stands in the address behind `#`, so that back works and nothing of it goes to a server. */
export type Route =
  | { readonly screen: "appointments" }
  | { readonly screen: "appointment"; readonly id: EntityId }
  | { readonly screen: "move"; readonly id: EntityId }
  | { readonly screen: "find" }
  | { readonly screen: "doctor"; readonly id: EntityId }
  | {
      readonly screen: "book";
      readonly doctor: EntityId;
      readonly start: Start;
      /** for whom, where that is known already */
      readonly patient?: EntityId | undefined;
    }
  | { readonly screen: "messages" }
  | { readonly screen: "conversation"; readonly id: EntityId }
  | { readonly screen: "intake"; readonly id: EntityId }
  | { readonly screen: "family" }
  | { readonly screen: "more" };

/** What the first screen is, and where an address leads that names none. */
export const HOME: Route = { screen: "appointments" };

/** Reads an address. */
export function readRoute(hash: string): Route {
  const [screen = "", first, second, third] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .map(decoded);
  switch (screen) {
    case "find":
    case "messages":
    case "family":
    case "more":
      return { screen };
    case "appointment":
    case "move":
    case "doctor":
    case "conversation":
    case "intake":
      return first === undefined ? HOME : { screen, id: first };
    case "book":
      if (first === undefined || second === undefined) return HOME;
      return { screen, doctor: first, start: second, ...(third === undefined ? {} : { patient: third }) };
    default:
      return HOME;
  }
}

/** Writes an address. */
export function hashOf(route: Route): string {
  if (route.screen === "appointments") return "#/";
  const more =
    "id" in route ? [route.id] : "doctor" in route ? [route.doctor, route.start, route.patient] : [];
  const parts = [route.screen, ...more].filter((part) => part !== undefined);
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/** A tab of the bar at the bottom. */
export type Tab = "appointments" | "find" | "messages" | "more";

const TABS: Readonly<Record<Route["screen"], Tab>> = {
  appointments: "appointments",
  appointment: "appointments",
  move: "appointments",
  intake: "appointments",
  find: "find",
  doctor: "find",
  book: "find",
  messages: "messages",
  conversation: "messages",
  family: "more",
  more: "more",
};

/** The tab a screen belongs to. */
export function tabOf({ screen }: Route): Tab {
  return TABS[screen];
}

/** Where the arrow back leads: up, wherever she came from. */
export function upFrom(route: Route): Route | undefined {
  if (route.screen === "book") return { screen: "doctor", id: route.doctor };
  if (route.screen === "move" || route.screen === "intake" || route.screen === "conversation")
    return { screen: "appointment", id: route.id };
  const tab = tabOf(route);
  return tab === route.screen ? undefined : { screen: tab };
}

function decoded(part: string): string | undefined {
  try {
    return part === "" ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
