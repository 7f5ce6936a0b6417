import type { LeasedTime } from "@healthbridge/client-sdk";
import {
  type Appointment,
  type Doctor,
  epochMinutes,
  type Patient,
  type Sheet,
  type SlotRun,
} from "@healthbridge/schema/client";
import type { Visit } from "../../src/logic/day-grid.ts";

/** Monday morning in a clinic of three people. */
export const DATE = "2026-11-30";
export const NOW = Date.parse("2026-11-30T08:30+03:00");

export const ROSE: Doctor = {
  id: "ZG9jdG9yZG9jdG9y.1",
  name: "Dr Rose Nakiru",
  clinic: "Y2xpbmljY2xpbmlj.1",
  specialities: ["general-practice"],
  languages: ["sw"],
  rules: { visits: [{ kind: "first", minutes: 40 }] },
};
export const PETER: Doctor = { ...ROSE, id: "ZG9jdG9yZG9jdG9y.2", name: "Dr Peter Ewoi" };

/** A time of the day as a start. */
export function at(time: string): string {
  return `${DATE}T${time}+03:00`;
}

/** A session of slots of 20 minutes, by their letters. */
export function run(from: string, letters: string, places?: number): SlotRun {
  const base: SlotRun = [epochMinutes(at(from)), 180, 20, 20, letters];
  return places === undefined ? base : [base[0], base[1], base[2], base[3], base[4], places];
}

export function sheet(doctor: Doctor, runs: readonly SlotRun[], more: Partial<Sheet> = {}): Sheet {
  return { id: `${doctor.id}/${DATE}`, zone: "Africa/Nairobi", runs: [...runs], ...more };
}

let count = 0;

export function visit(doctor: Doctor, time: string, more: Partial<Visit> = {}): Visit {
  count += 1;
  const appointment: Appointment = {
    id: `YXBwb2ludG1lbnQh.${String(count)}`,
    doctor: doctor.id,
    clinic: doctor.clinic,
    patient: `cGF0aWVudHBhdGll.${String(count)}`,
    start: at(time),
    minutes: 20,
    zone: "Africa/Nairobi",
    status: "booked",
  };
  return { ...appointment, ...more };
}

export function leased(doctor: Doctor, time: string, until: string): LeasedTime {
  return { doctor: doctor.id, start: at(time), minutes: 20, until: Date.parse(at(until)) };
}

export function patient(number: number, name: string, more: Partial<Patient> = {}): Patient {
  return { id: `cGF0aWVudHBhdGll.${String(number)}`, name, clinic: ROSE.clinic, ...more };
}
