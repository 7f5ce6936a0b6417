import { describe, expect, test } from "vitest";
import {
  type Actor,
  actsFor,
  administers,
  type Appointment,
  type Doctor,
  keepsHours,
  type Patient,
  receives,
  worksFor,
} from "../../src/index.ts";

const id = (number: number): string => `aVdxT2lHdVNyQ2Rm.${number}`;
const [clinic, elsewhere, doctorId, mother] = [id(1), id(2), id(3), id(4)];

const who = {
  nobody: undefined,
  mother: { account: mother, role: "patient", clinics: [] },
  stranger: { account: id(5), role: "patient", clinics: [] },
  staff: { account: id(6), role: "staff", clinics: [clinic] },
  staffElsewhere: { account: id(7), role: "staff", clinics: [elsewhere] },
  doctor: { account: id(8), role: "doctor", clinics: [clinic], doctor: doctorId },
  doctorElsewhere: { account: id(9), role: "doctor", clinics: [elsewhere], doctor: id(10) },
  administrator: { account: id(11), role: "administrator", clinics: [] },
  system: { account: id(12), role: "system", clinics: [] },
} as const satisfies Readonly<Record<string, Actor | undefined>>;

const patient: Patient = { id: id(20), name: "Amina", account: mother, clinic };
const doctor: Doctor = {
  id: doctorId,
  name: "Dr Otieno",
  clinic,
  specialities: ["general-practice"],
  languages: ["sw"],
};
const appointment: Appointment = {
  id: id(21),
  doctor: doctorId,
  clinic,
  patient: patient.id,
  start: "2026-11-23T09:20+03:00",
  minutes: 20,
  zone: "Africa/Nairobi",
  status: "booked",
};

const those = (allowed: (actor: Actor | undefined) => boolean): string =>
  Object.entries(who)
    .filter(([, actor]) => allowed(actor))
    .map(([name]) => name)
    .join(" ");

describe("who may do what", () => {
  test.each([
    ["administer", administers, "administrator system"],
    ["work for the clinic", (actor: Actor | undefined) => worksFor(actor, clinic), "staff doctor"],
    [
      "act for the patient",
      (actor: Actor | undefined) => actsFor(actor, patient),
      "mother staff doctor administrator system",
    ],
    [
      "receive her at the appointment",
      (actor: Actor | undefined) => receives(actor, appointment),
      "staff doctor administrator system",
    ],
    [
      "keep the doctor's hours",
      (actor: Actor | undefined) => keepsHours(actor, doctor),
      "staff doctor administrator system",
    ],
  ])("those who %s", (_what, allowed, expected) => {
    expect(those(allowed)).toBe(expected);
  });

  test("a patient without a clinic's card belongs to her own account alone", () => {
    const { clinic: _card, ...own } = patient;
    expect(those((actor) => actsFor(actor, own))).toBe("mother administrator system");
    expect(those((actor) => worksFor(actor, undefined))).toBe("");
  });

  test("a patient without an account is nobody's who has none", () => {
    const { account: _none, ...unclaimed } = patient;
    expect(those((actor) => actsFor(actor, unclaimed))).toBe("staff doctor administrator system");
  });
});
