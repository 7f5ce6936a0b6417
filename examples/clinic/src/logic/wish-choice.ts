import type { InputOf } from "@healthbridge/schema/client";

type Wishes = NonNullable<InputOf<"appointment.book">["ifTaken"]>;

/** What is to be done when a time is gone, as a worker ticks it. Days and kilometres of 0: not wished. */
export interface WishChoice {
  readonly sameDay: boolean;
  readonly sameDoctorDays: number;
  readonly anyDoctorKm: number;
  readonly waitingListDays: number;
}

/** What most people at a desk would say. */
export const USUAL_WISHES: WishChoice = {
  sameDay: true,
  sameDoctorDays: 5,
  anyDoctorKm: 0,
  waitingListDays: 0,
};

/** The wishes in the order they are tried: the nearest to what was asked for first. */
export function wishesOf({ sameDay, sameDoctorDays, anyDoctorKm, waitingListDays }: WishChoice): Wishes {
  return [
    ...(sameDay ? [{ wish: "sameDay" as const }] : []),
    ...(sameDoctorDays > 0 ? [{ wish: "sameDoctor" as const, days: sameDoctorDays }] : []),
    ...(anyDoctorKm > 0 ? [{ wish: "anyDoctor" as const, km: anyDoctorKm, days: 3 }] : []),
    ...(waitingListDays > 0 ? [{ wish: "waitingList" as const, days: waitingListDays }] : []),
  ];
}
