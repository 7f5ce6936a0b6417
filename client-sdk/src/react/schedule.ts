import type { EntityId } from "@healthbridge/schema/client";
import { type DoctorSearch, type FoundDoctor, type FoundDoctors, searchDoctors } from "../schedule/search.ts";
import { type Days, type DoctorDay, doctorWeek } from "../schedule/week.ts";
import { useAnswer } from "./answer.ts";
import { useParts } from "./context.ts";
import { keepItems } from "./keep-same.ts";
import { listingOf } from "./listing.ts";
import { useNow } from "./now.ts";
import { devicePulse } from "../pulse.ts";

/** Whom somebody looks for; `now` is the present minute where it is left out. */
export type DoctorSearchQuery = Omit<DoctorSearch, "now"> & Partial<Pick<DoctorSearch, "now">>;

const NOBODY: FoundDoctors = { doctors: [], matches: 0, unknown: 0 };

/**
 * Doctors nearby among those this device holds, without a network; see `searchDoctors` of `@healthbridge/client-sdk/schedule`. It is asked anew after each change and each minute, for
 * next free times go by.
 * @param query `undefined` while it is not known where she is: nobody is found. It may be written inline
 * @throws RangeError while rendering, where `feeUpTo` or `sort: "fee"` stands without `currency`
 * @example
 * const { doctors } = useDoctorSearch({ near: { lat: -1.29, lng: 36.82 }, speciality: "paediatrics", sort: "nextFree" });
 */
export function useDoctorSearch(query: DoctorSearchQuery | undefined): FoundDoctors {
  const { hb } = useParts();
  const minute = useNow();
  const now = query?.now ?? minute;
  return useAnswer<FoundDoctors>({
    pulse: hb && devicePulse(hb),
    read: () =>
      hb === undefined || query === undefined ? NOBODY : searchDoctors(listingOf(hb), { ...query, now }),
    empty: () => NOBODY,
    about: [JSON.stringify(query), now],
    keep: keepFound,
  });
}

/**
 * A doctor's week out of what this device holds, with what is queued; see `doctorWeek` of `@healthbridge/client-sdk/schedule`. A day whose `slots` are `undefined` is not held here: that
 * is not "nothing free". To hold it follow `calendar:<doctor>`.
 * @param doctor `undefined` where it is not known yet: no days
 * @param days `now` is the present minute where it is left out
 * @example const week = useDoctorWeek(doctor.id, { from: "2026-11-23" });
 */
export function useDoctorWeek(doctor: EntityId | undefined, { from, days, now }: Days): readonly DoctorDay[] {
  const { hb } = useParts();
  const minute = useNow();
  const at = now ?? minute;
  return useAnswer<readonly DoctorDay[]>({
    pulse: hb && devicePulse(hb),
    read: () =>
      hb === undefined || doctor === undefined
        ? []
        : doctorWeek(listingOf(hb), doctor, { from, days, now: at }),
    empty: () => [],
    about: [doctor, from, days, at],
    keep: (before, after) => keepItems(before, after, ({ date }) => date),
  });
}

function keepFound(before: FoundDoctors | undefined, after: FoundDoctors): FoundDoctors {
  const doctors = keepItems(before?.doctors, after.doctors, idOfFound);
  const same =
    before?.doctors === doctors && before.matches === after.matches && before.unknown === after.unknown;
  return same ? before : { ...after, doctors };
}

function idOfFound({ doctor }: FoundDoctor): string {
  return doctor.id;
}
