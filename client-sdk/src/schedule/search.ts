import {
  type Clinic,
  type DoctorSort,
  inOrder,
  metresBetween,
  type Position,
  SEARCH_LIMITS,
  type Sortable,
} from "@healthbridge/schema/client";
import type { Held } from "../replica/query.ts";
import { type Dates, type HeldFreeTime, HeldSheets } from "./held-sheets.ts";
import type { Holder } from "./holder.ts";

/** Whom somebody looks for. Beside `near` and `now` everything may be left out. */
export interface DoctorSearch {
  /** where she is */
  readonly near: Position;
  /** ms since 1970 */
  readonly now: number;
  /** how far around; 50 where left out, at most 500 */
  readonly withinKm?: number | undefined;
  readonly speciality?: string | undefined;
  readonly language?: string | undefined;
  /** part of a name; case and accents do not count */
  readonly name?: string | undefined;
  /** only doctors who name a fee in it; `sort: "fee"` and `feeUpTo` need it */
  readonly currency?: string | undefined;
  /** the highest fee, minor units */
  readonly feeUpTo?: number | undefined;
  /** only doctors with a free time on these dates of their own calendar */
  readonly free?: Dates | undefined;
  /** nearest first where left out; by fee and by next free time the nearest thousand are sorted */
  readonly sort?: DoctorSort | undefined;
  /** how many at most; 50 where left out */
  readonly limit?: number | undefined;
}

/** A doctor as a device finds her. */
export interface FoundDoctor {
  readonly doctor: Held<"doctor">;
  readonly clinic: Held<"clinic">;
  /** whole metres from `near` */
  readonly metres: number;
  readonly nextFree: HeldFreeTime;
}

/** What a search found on this device. */
export interface FoundDoctors {
  readonly doctors: readonly FoundDoctor[];
  /** how many match in all */
  readonly matches: number;
  /** how many match but were left out, because free dates were asked for and their calendars are not held that far */
  readonly unknown: number;
}

const USUAL_KM = 50;
const USUAL_LIMIT = 50;

/**
 * Finds doctors nearby among those this device holds, in the server's order (`GET /v1/doctors`), without a network. Who is in no feed that is followed is not found;
 * whose calendar is not followed has an unknown next free time and comes last where that sorts.
 * @throws RangeError where `feeUpTo` or `sort: "fee"` stands without `currency`: fees are compared in one
 * @example
 * const { doctors } = searchDoctors(hb, { near: { lat: -1.29, lng: 36.82 }, speciality: "paediatrics", sort: "nextFree", now: Date.now() });
 */
export function searchDoctors(hb: Holder, search: DoctorSearch): FoundDoctors {
  const { sort = "distance", limit = USUAL_LIMIT, currency, feeUpTo } = search;
  if (currency === undefined && (feeUpTo !== undefined || sort === "fee"))
    throw new RangeError("fees are compared in one currency: name it");
  const near = inOrder("distance");
  const nearby = matching(hb, search).toSorted((left, right) => near(left.by, right.by));
  const candidates = sort === "distance" ? nearby : nearby.slice(0, SEARCH_LIMITS.searchCandidates);
  const timed = withFreeTimes(hb, candidates, search);
  const unknown = search.free ? timed.filter(({ by }) => by.nextFree === "unknown").length : 0;
  const found = search.free ? timed.filter(({ by }) => typeof by.nextFree === "object") : timed;
  const order = inOrder(sort);
  const sorted = found.toSorted((left, right) => order(left.by, right.by));
  return {
    doctors: sorted.slice(0, limit).map(({ found: each }) => each),
    matches: sorted.length,
    unknown,
  };
}

interface Match {
  readonly doctor: Held<"doctor">;
  readonly clinic: Held<"clinic">;
  readonly by: Sortable;
}

function matching(hb: Holder, search: DoctorSearch): readonly Match[] {
  const { near, withinKm = USUAL_KM } = search;
  const reach = Math.min(withinKm, SEARCH_LIMITS.searchKm) * 1_000;
  const wanted = search.name === undefined ? undefined : plain(search.name);
  return hb.list("doctor").flatMap((doctor): Match[] => {
    const clinic = hb.get("clinic", doctor.clinic);
    const there = clinic && positionOf(clinic);
    if (!clinic || !there || !fits(doctor, search)) return [];
    if (wanted !== undefined && !plain(doctor.name).includes(wanted)) return [];
    const metres = metresBetween(near, there);
    if (metres > reach) return [];
    return [{ doctor, clinic, by: { id: doctor.id, metres, fee: doctor.fee, nextFree: "unknown" } }];
  });
}

function withFreeTimes(hb: Holder, matches: readonly Match[], { now, free }: DoctorSearch) {
  const sheets = new HeldSheets(hb, now);
  return matches.map(({ doctor, clinic, by }) => {
    const { held, sorted } = sheets.nextFree(doctor, free);
    const found: FoundDoctor = { doctor, clinic, metres: by.metres, nextFree: held };
    return { found, by: { ...by, nextFree: sorted } };
  });
}

function fits(
  { specialities, languages, fee }: Held<"doctor">,
  { speciality, language, currency, feeUpTo = Infinity }: DoctorSearch,
): boolean {
  return (
    (speciality === undefined || specialities.includes(speciality)) &&
    (language === undefined || languages.includes(language)) &&
    (currency === undefined || (fee?.currency === currency && fee.amount <= feeUpTo))
  );
}

function positionOf({ lat, lng }: Clinic): Position | undefined {
  return lat === undefined || lng === undefined ? undefined : { lat, lng };
}

/** Without case and accents, as the server's collation compares. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase();
}
