import type { Whisper } from "@healthbridge/client-sdk/realtime";

/** Who else was heard of in a conversation, and when last (ms): by account. */
export interface Company {
  readonly here: ReadonlyMap<string, number>;
  readonly typing: ReadonlyMap<string, number>;
}

/** Nobody was heard of. */
export const ALONE: Company = { here: new Map(), typing: new Map() };

/** ms after which somebody of whom nothing more is heard types no longer. */
export const TYPING_MS = 6_000;
/** ms after which she is there no longer: that she left can get lost. Whoever is there says so again every `SAY_HERE_MS`. */
export const HERE_MS = 240_000;
export const SAY_HERE_MS = 90_000;
/** ms between two words that one types. */
export const SAY_TYPING_MS = 3_000;

/** The company after somebody was heard. */
export function heardOf({ here, typing }: Company, { by, does }: Whisper, now: number): Company {
  if (does === "away") return { here: without(here, by), typing: without(typing, by) };
  const there = new Map(here).set(by, now);
  return { here: there, typing: does === "typing" ? new Map(typing).set(by, now) : without(typing, by) };
}

/** The company as time goes by; the same one where nothing of it is over. */
export function companyAt(company: Company, now: number): Company {
  const here = since(company.here, now - HERE_MS);
  const typing = since(company.typing, now - TYPING_MS);
  return here === company.here && typing === company.typing ? company : { here, typing };
}

/** ms until the next of it is over; `undefined`: nobody was heard of. */
export function lasts({ here, typing }: Company, now: number): number | undefined {
  const ends = [
    ...[...here.values()].map((at) => at + HERE_MS),
    ...[...typing.values()].map((at) => at + TYPING_MS),
  ];
  return ends.length === 0 ? undefined : Math.max(Math.min(...ends) - now, 0) + 1;
}

function without(map: ReadonlyMap<string, number>, key: string): ReadonlyMap<string, number> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

function since(map: ReadonlyMap<string, number>, from: number): ReadonlyMap<string, number> {
  const rest = [...map].filter(([, at]) => at > from);
  return rest.length === map.size ? map : new Map(rest);
}
