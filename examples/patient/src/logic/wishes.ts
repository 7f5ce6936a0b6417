import type { CalendarDate, PartOfDay, Start, Wish } from "@healthbridge/schema/client";

/** What can be done for her if somebody was faster. */
export type WishKind = Exclude<Wish["wish"], "giveUp">;

/** One line of the list of wishes as she has set it. */
export interface WishChoice {
  readonly wish: WishKind;
  readonly on: boolean;
  /** how many days it reaches; `sameDay` knows none */
  readonly days: number;
  /** how far another doctor may be */
  readonly km: number;
}

/** What most people want, in the order in which they want it. */
export const USUAL_WISHES: readonly WishChoice[] = [
  { wish: "sameDay", on: true, days: 1, km: 10 },
  { wish: "sameDoctor", on: true, days: 7, km: 10 },
  { wish: "anyDoctor", on: false, days: 3, km: 25 },
  { wish: "waitingList", on: false, days: 14, km: 10 },
];

/** How far each can reach on the screen; the server would go further. */
export const DAY_CHOICES: readonly number[] = [1, 3, 7, 14, 28];
export const KM_CHOICES: readonly number[] = [5, 10, 25, 50, 100];

/** The list with one line moved up (-1) or down (1); at the ends it stays. */
export function movedWish(list: readonly WishChoice[], wish: WishKind, by: -1 | 1): readonly WishChoice[] {
  const at = list.findIndex((each) => each.wish === wish);
  const to = at + by;
  const one = list[at];
  const other = list[to];
  if (one === undefined || other === undefined) return list;
  return list.map((each, place) => (place === at ? other : place === to ? one : each));
}

/** The list with one line set otherwise. */
export function changedWish(
  list: readonly WishChoice[],
  wish: WishKind,
  change: Partial<Omit<WishChoice, "wish">>,
): readonly WishChoice[] {
  return list.map((each) => (each.wish === wish ? { ...each, ...change } : each));
}

/** What the booking says, in her order. */
export function ifTakenOf(list: readonly WishChoice[], partOfDay?: PartOfDay): readonly Wish[] {
  const when = partOfDay === undefined ? {} : { partOfDay };
  return list
    .filter(({ on }) => on)
    .map(({ wish, days, km }): Wish => {
      if (wish === "sameDay") return { wish, ...when };
      return wish === "anyDoctor" ? { wish, days, km, ...when } : { wish, days, ...when };
    });
}

/** A move knows the doctor's own times alone: another doctor, or a place on the list, is another booking. */
export function ofMove(list: readonly WishChoice[]): readonly WishChoice[] {
  return list.filter(({ wish }) => wish === "sameDay" || wish === "sameDoctor");
}

/** The last minute of a date on the wall where the start is; a time that begins later is of no use. */
export function usefulUntilOf(date: CalendarDate, start: Start): Start {
  return `${date}T23:59${start.slice(16)}`;
}
