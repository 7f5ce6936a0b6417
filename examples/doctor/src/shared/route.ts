import type { CalendarDate, EntityId } from "@healthbridge/schema/client";

/** Where in the app one is. What is left out is today, or nobody. */
export type Place =
  | { readonly at: "day" | "week"; readonly date?: CalendarDate | undefined }
  | { readonly at: "hours" }
  | { readonly at: "talk"; readonly conversation?: EntityId | undefined };

/** The address of a place, behind the app's own. */
export function addressOf(place: Place): string {
  const more = place.at === "talk" ? place.conversation : place.at === "hours" ? undefined : place.date;
  return more === undefined ? `#/${place.at}` : `#/${place.at}/${more}`;
}

/** The place an address names; the day where it names none. */
export function placeOf(hash: string): Place {
  const [, at, more] = /^#\/([a-z]+)(?:\/(.+))?$/.exec(hash) ?? [];
  if (at === "hours") return { at };
  if (at === "talk") return { at, conversation: more };
  if (at === "week") return { at, date: dateIn(more) };
  return { at: "day", date: at === "day" ? dateIn(more) : undefined };
}

function dateIn(text: string | undefined): CalendarDate | undefined {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}
