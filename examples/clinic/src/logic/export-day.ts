import type { Doctor, EntityId, Patient } from "@healthbridge/schema/client";
import type { Visit } from "./day-grid.ts";
import { writeCsv } from "./csv.ts";
import { clockOf } from "./wall.ts";

/** The day as a table for a spreadsheet, in the order of time. */
export function dayCsv(
  date: string,
  visits: readonly Visit[],
  doctorOf: (id: EntityId) => Doctor | undefined,
  patientOf: (id: EntityId) => Patient | undefined,
): string {
  const rows = visits
    .filter((visit) => visit.start.startsWith(date))
    .toSorted((left, right) => Date.parse(left.start) - Date.parse(right.start))
    .map((visit) => {
      const patient = patientOf(visit.patient);
      return [
        date,
        clockOf(visit.start),
        visit.queue === undefined ? "" : String(visit.queue),
        doctorOf(visit.doctor)?.name ?? visit.doctor,
        patient?.name ?? visit.patient,
        patient?.cardNumber ?? "",
        patient?.phone ?? "",
        visit.reason ?? "",
        visit.status,
        sentOf(visit),
      ];
    });
  return writeCsv([HEADER, ...rows]);
}

const HEADER = ["date", "time", "number", "doctor", "name", "card", "phone", "reason", "state", "sent"];

function sentOf({ waiting, confirmed }: Visit): string {
  if (waiting !== true) return "sent";
  return confirmed === true ? "certain, waiting to be sent" : "waiting to be sent";
}
