import type { Account, Clinic, Doctor, Patient, Sheet } from "@healthbridge/schema";
import { FakeServer } from "../../src/testing/index.ts";

/** A small clinic: one doctor with one day of slots, staff and patients. */
export const clinic: Clinic = { id: "clinicclinicclin.1", name: "Kibwezi", zone: "Africa/Nairobi" };
export const doctor: Doctor = {
  id: "doctordoctordoct.1",
  name: "Dr Achieng",
  clinic: clinic.id,
  specialities: ["general-practice"],
  languages: ["sw"],
};
export const amina: Account = {
  id: "accountaccountac.1",
  login: "amina",
  name: "Amina",
  role: "staff",
  clinics: [clinic.id],
  status: "active",
};
export const wanjiru: Patient = { id: "patientpatientpa.1", name: "Wanjiru", clinic: clinic.id };
export const otieno: Patient = { id: "patientpatientpa.2", name: "Otieno", clinic: clinic.id };
export const password = "a sentence that is long";

/** When the tests happen, by the server's clock. */
export const now = Date.UTC(2026, 10, 20, 6, 0);
const first = Date.UTC(2026, 10, 23, 6, 0) / 60_000;
export const sheet: Sheet = {
  id: `${doctor.id}/2026-11-23`,
  zone: "Africa/Nairobi",
  runs: [[first, 180, 20, 20, "ffffffffffff"]],
};
export const slot = (at: number): string =>
  new Date((first + 180 + at * 20) * 60_000).toISOString().slice(0, 16) + "+03:00";

export function clinicServer(): FakeServer {
  // Small pages, so that a handful of things is several of them.
  const server = new FakeServer({ time: { now: () => now }, pageBytes: 150 });
  server.put("clinic", clinic);
  server.put("doctor", doctor);
  server.put("sheet", sheet);
  for (const account of [amina, { ...amina, id: "accountaccountac.2", login: "baraka", name: "Baraka" }]) {
    server.put("account", account);
    server.setPassword(account.id, password);
  }
  for (const patient of [wanjiru, otieno]) server.put("patient", patient);
  return server;
}
