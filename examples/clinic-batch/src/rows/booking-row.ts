import { HealthBridge, type BookInput } from "@healthbridge/client-sdk";
import { isId, type Lists } from "../lists.ts";
import type { PatientHandle, Patients, Registration } from "../patients.ts";
import { fieldInWords } from "../words.ts";
import { Fault } from "./fault.ts";
import { isDate, localStart } from "./local-time.ts";
import { PATIENT_COLUMNS_OF_REQUEST, readPatient } from "./patient-row.ts";
import { readWishes } from "./wishes.ts";

export const BOOKING_COLUMNS = [
  "request",
  "patient",
  ...PATIENT_COLUMNS_OF_REQUEST,
  "doctor",
  "facility_code",
  "date",
  "time",
  "start",
  "if_taken",
  "useful_until",
  "visit",
  "urgency",
  "reason",
];

/** A request for an appointment, ready to be queued but for the patient's id. */
export interface Request {
  readonly booking: Omit<BookInput, "patient" | "start"> & { readonly start: string };
  /** the patient where she is known */
  readonly patient: PatientHandle | undefined;
  /** her registration where she is not */
  readonly registration: Registration | undefined;
}

/** What reading a row takes. */
export interface Surroundings {
  readonly lists: Lists;
  readonly patients: Patients;
  /** the clinic whose patients are registered */
  readonly clinic: string | undefined;
  /** how to read wall times of doctors whose place is not known */
  readonly zone: string;
  /** told when a wall time was read with that zone */
  readonly guessedZone: () => void;
  /** a start with the doctor's own offset */
  readonly startOf: (doctor: string, start: string) => string;
}

/** Stands for the id of a patient that is about to be registered, where the shape of a booking is checked. */
const SOMEBODY = "AAAAAAAAAAAAAAAA.1";

/**
 * A request from the cells of a row.
 * @throws Fault for anything that cannot be as it is
 */
export function readRequest(cells: ReadonlyMap<string, string>, around: Surroundings): Request {
  const doctor = around.lists.doctor(cells.get("doctor"), cells.get("facility_code"));
  const start = around.startOf(doctor.id, readStart(cells, doctor.zone, around));
  const wishes = readWishes(cells.get("if_taken"));
  const reason = cells.get("reason");
  const visit = cells.get("visit")?.toLowerCase().replaceAll(/\s+/g, "-");
  const useful = cells.get("useful_until");
  const booking = {
    doctor: doctor.id,
    start,
    ...(wishes.length === 0 ? {} : { ifTaken: wishes }),
    ...(reason === undefined ? {} : { reason: reason.replaceAll(/\s+/g, " ") }),
    ...(visit === undefined ? {} : { visit }),
    ...(useful === undefined ? {} : { usefulUntil: around.startOf(doctor.id, writtenStart(useful)) }),
    ...readUrgency(cells.get("urgency")),
  };
  const problem = HealthBridge.check("appointment.book", { ...booking, patient: SOMEBODY });
  if (problem !== undefined) throw new Fault(fieldInWords(problem.path));
  return { booking, ...readWho(cells, around) };
}

function readUrgency(text: string | undefined): Pick<BookInput, "urgency"> {
  const urgency = text?.toLowerCase();
  if (urgency === undefined) return {};
  if (urgency === "routine" || urgency === "soon" || urgency === "urgent") return { urgency };
  throw new Fault(`“${urgency}” in urgency is not understood; write routine, soon or urgent`);
}

function readWho(
  cells: ReadonlyMap<string, string>,
  around: Surroundings,
): Pick<Request, "patient" | "registration"> {
  const id = cells.get("patient");
  if (id !== undefined) {
    if (!isId(id)) throw new Fault(fieldInWords("input.patient"));
    return { patient: { id }, registration: undefined };
  }
  const card = cells.get("patient_card");
  const known = card === undefined || cells.has("patient_name") ? undefined : around.patients.byCard(card);
  if (known !== undefined) return { patient: known, registration: undefined };
  const registration = readPatient(cells, "patient_", around.clinic);
  if (registration !== undefined) return { patient: around.patients.find(registration), registration };
  throw new Fault(
    card === undefined
      ? "the patient is missing; write her name, her card number or her id"
      : `nobody with the card ${card} is known here; write her name as well and she is registered`,
  );
}

/**
 * The start in a row: `start`, or `date` and `time` by the wall of a zone (or, where that is not known, of another one).
 * @throws Fault
 */
export function readStart(
  cells: ReadonlyMap<string, string>,
  zone: string | undefined,
  around: Pick<Surroundings, "zone" | "guessedZone">,
): string {
  const start = cells.get("start");
  const date = cells.get("date");
  const time = cells.get("time");
  if (start !== undefined) {
    if (date !== undefined || time !== undefined)
      throw new Fault("write either start, or date and time, not both");
    return writtenStart(start);
  }
  if (date === undefined || time === undefined) throw new Fault("the date or the time is missing");
  if (zone === undefined) around.guessedZone();
  return localStart(date, time, zone ?? around.zone);
}

/** Any other form, and any other reader of dates, would take 12/11 for one of two days, and 30 February for 2 March. */
export function writtenStart(text: string, path = "input.start"): string {
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  const [, date = "", time, offset] = parts ?? [];
  if (parts === null || !isDate(date)) throw new Fault(fieldInWords(path));
  return `${date}T${time}${offset}`;
}
