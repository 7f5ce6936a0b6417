import type { Held } from "@healthbridge/client-sdk";
import {
  type ClinicInBrief,
  type DoctorAtServer,
  type DoctorSearch,
  type HeldFreeTime,
  type Holder,
  searchDoctors,
} from "@healthbridge/client-sdk/schedule";
import type { Doctor, EntityId, Kind, Position } from "@healthbridge/schema/client";

/** A doctor of the list, as far as anybody here knows her. */
export interface NearDoctor {
  readonly doctor: Doctor;
  readonly clinic: ClinicInBrief;
  readonly metres: number;
  readonly nextFree: HeldFreeTime;
}

/** What somebody looks for. */
export interface Filters {
  readonly speciality?: string | undefined;
  readonly language?: string | undefined;
  /** minor units of `CURRENCY` */
  readonly feeUpTo?: number | undefined;
  readonly withinKm: number;
  readonly sort: "distance" | "fee" | "nextFree";
}

/** What most people look for. */
export const USUAL_FILTERS: Filters = { withinKm: 50, sort: "distance" };

/** What doctors ask is compared in the money of the country. */
export const CURRENCY = "KES";

/** Where somebody looks from: her own place (it has no name), or one she has chosen. */
export interface Place extends Position {
  readonly name?: string | undefined;
}

/** A doctor who was found earlier, and where that is: so that she is found again without a network. */
export interface Remembered {
  readonly doctor: Doctor;
  readonly clinic: ClinicInBrief;
}

/** The question that is put to the server, and to this phone. */
export function searchOf(place: Place, { sort, feeUpTo, ...rest }: Filters): Omit<DoctorSearch, "now"> {
  const comparesFees = sort === "fee" || feeUpTo !== undefined;
  return {
    near: { lat: place.lat, lng: place.lng },
    ...rest,
    sort,
    feeUpTo,
    currency: comparesFees ? CURRENCY : undefined,
    limit: 20,
  };
}

/** How many filters somebody has set, beside the order. */
export function filtersSet({ speciality, language, feeUpTo, withinKm }: Filters): number {
  const set = [speciality, language, feeUpTo].filter((each) => each !== undefined).length;
  return set + Number(withinKm !== USUAL_FILTERS.withinKm);
}

/** What the server found, as the list shows it. Its calendars reach some weeks: who has nothing free then may have later. */
export function asNear({ doctor, clinic, metres, nextFree }: DoctorAtServer): NearDoctor {
  return {
    doctor,
    clinic,
    metres,
    nextFree: nextFree === undefined ? { known: "unknown" } : { known: "free", start: nextFree },
  };
}

/** The doctors this phone remembers, as a search finds them without a network; what it holds of them by now goes before what it remembers. */
export function searchHere(
  hb: Holder,
  remembered: readonly Remembered[],
  search: DoctorSearch,
): readonly NearDoctor[] {
  return searchDoctors(holderOf(hb, remembered), search).doctors;
}

function holderOf(hb: Holder, remembered: readonly Remembered[]): Holder {
  const clinics = new Map(
    remembered.map(({ clinic }) => [clinic.id, hb.get("clinic", clinic.id) ?? { ...clinic, zone: "" }]),
  );
  const shown: { readonly [K in Kind]?: ReadonlyArray<Held<K>> } = {
    doctor: remembered.map(({ doctor }) => hb.get("doctor", doctor.id) ?? doctor),
    clinic: [...clinics.values()],
    sheet: hb.list("sheet"),
  };
  const list: Holder["list"] = (kind) => shown[kind] ?? [];
  return {
    list,
    get: (kind, id) => list(kind).find((each) => each.id === id),
    isComplete: (feed) => hb.isComplete(feed),
  };
}

/** What is remembered from now on: the newest first, each doctor once, and no more than some. */
export function rememberedWith(
  before: readonly Remembered[],
  found: readonly Remembered[],
  most: number,
): readonly Remembered[] {
  const ids = new Set(found.map(({ doctor }) => doctor.id));
  const brief = found.map(({ doctor, clinic }) => ({ doctor, clinic }));
  return [...brief, ...before.filter(({ doctor }) => !ids.has(doctor.id))].slice(0, most);
}

/** A clinic of the picture. */
export interface ShownPlace {
  readonly id: EntityId;
  readonly position: Position;
  readonly name: string;
}

/** The clinics of some doctors in the order of the list, each once, where their place is known. */
export function placesOf(doctors: readonly NearDoctor[]): readonly ShownPlace[] {
  const clinics = new Map(doctors.map(({ clinic }) => [clinic.id, clinic]));
  return [...clinics.values()].flatMap(({ id, name, lat, lng }) =>
    lat === undefined || lng === undefined ? [] : [{ id, name, position: { lat, lng } }],
  );
}
