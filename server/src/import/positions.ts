import type { Country } from "./country.ts";

/** How a file's two columns of positions are to be read. */
export type Reading = "as named" | "exchanged";

/** A position, or why there is none. */
export type Position =
  | { readonly status: "found"; readonly lat: number; readonly lng: number }
  | { readonly status: "missing" }
  | { readonly status: "unusable"; readonly why: string };

/** How many rows lie inside the country, read the one way and the other. */
export interface Votes {
  readonly asNamed: number;
  readonly exchanged: number;
}

/** Counts a row's position for the two readings. In a country that both readings can lie in it counts for both, and so decides nothing. */
export function voteOf(lat: string, long: string, country: Country): Votes {
  const [first, second] = [degrees(lat), degrees(long)];
  if (first === undefined || second === undefined) return { asNamed: 0, exchanged: 0 };
  return {
    asNamed: lies(first, second, country) ? 1 : 0,
    exchanged: lies(second, first, country) ? 1 : 0,
  };
}

/** What the rows of one file say together. The names of the columns count unless more rows speak against them. */
export function readingOf({ asNamed, exchanged }: Votes): Reading {
  return exchanged > asNamed ? "exchanged" : "as named";
}

/** Reads a row's position the way its whole file is read. A row that fits only the other way is not bent to fit: nobody knows what is wrong with it. */
export function positionOf(lat: string, long: string, reading: Reading, country: Country): Position {
  if (lat === "" && long === "") return { status: "missing" };
  const [first, second] = [degrees(lat), degrees(long)];
  if (first === undefined || second === undefined)
    return { status: "unusable", why: "is not two numbers of degrees" };
  const [north, east] = reading === "exchanged" ? [second, first] : [first, second];
  if (lies(north, east, country)) return { status: "found", lat: north, lng: east };
  const otherWay = lies(east, north, country) ? ", unless its two numbers are exchanged" : "";
  return { status: "unusable", why: `lies outside ${country.name}${otherWay}` };
}

function lies(lat: number, lng: number, { box }: Country): boolean {
  return lat >= box.south && lat <= box.north && lng >= box.west && lng <= box.east;
}

/** A plain decimal number; anything else (`1°16'S`, `N/A`, a comma) is not guessed at. */
function degrees(text: string): number | undefined {
  return /^[+-]?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
