import { type Clinic, type Doctor, type EntityId, fits, type Start } from "@healthbridge/schema/client";
import { type OpenDevice, signedRead } from "../carriers/signed-call.ts";
import { offline } from "../errors.ts";
import { isRecord } from "../outbox/rows.ts";
import type { DoctorSearch } from "./search.ts";

/** What a list says of a clinic. */
export type ClinicInBrief = Pick<Clinic, "id" | "name" | "county" | "lat" | "lng">;

/** A doctor as the server finds her. */
export interface DoctorAtServer {
  readonly doctor: Doctor;
  readonly clinic: ClinicInBrief;
  /** whole metres from `near` */
  readonly metres: number;
  /** her first free time still to come, on the dates that were asked for; `undefined`: there is none within the days that have sheets */
  readonly nextFree: Start | undefined;
}

/** Which clinics somebody looks for: those around a place, or those whose name holds a text. */
export interface ClinicSearch {
  readonly near?: DoctorSearch["near"] | undefined;
  readonly withinKm?: number | undefined;
  /** any part of a name, at most 60 characters */
  readonly name?: string | undefined;
  /** how many at most; 50 where left out, at most 100 */
  readonly limit?: number | undefined;
}

/**
 * Finds doctors nearby at the server, in the order of `searchDoctors`: for a phone that does not hold the whole directory, which of a country is some megabytes. Needs the network; nothing of the
 * answer is kept. To book offline later follow `calendar:<doctor>` of those who matter: it brings the doctor and her day sheets.
 * @throws HealthBridgeError `malformed` (`feeUpTo` or `sort: "fee"` without `currency`); `not_signed_in`; `offline` and the other codes of an exchange that failed
 * @example
 * const found = await searchDoctorsAtServer({ hb, url, store }, { near: { lat: 3.12, lng: 35.6 }, speciality: "paediatrics", sort: "nextFree" });
 * await hb.follow(...found.slice(0, 5).map(({ doctor }) => `calendar:${doctor.id}`));
 */
export async function searchDoctorsAtServer(
  device: OpenDevice,
  { near, free, ...rest }: Omit<DoctorSearch, "now">,
): Promise<readonly DoctorAtServer[]> {
  const query = { near: pair(near), ...rest, freeFrom: free?.from, freeTo: free?.to };
  return (await itemsAt(device, "doctors", query)).flatMap((item) => doctorIn(item) ?? []);
}

/**
 * Finds clinics at the server: nearest first where `near` is given, else by name. Needs the network; nothing of the answer is kept.
 * @throws HealthBridgeError `malformed`; `not_signed_in`; `offline` and the other codes of an exchange that failed
 * @example const [nearest] = await searchClinicsAtServer({ hb, url, store }, { near: { lat: 3.119, lng: 35.597 } });
 */
export async function searchClinicsAtServer(
  device: OpenDevice,
  { near, ...rest }: ClinicSearch,
): Promise<readonly ClinicInBrief[]> {
  const query = { near: near && pair(near), ...rest };
  return (await itemsAt(device, "clinics", query)).filter(isClinic);
}

/**
 * Asks the server for one clinic: where the doctor of an appointment is to be found, and when it is closed. Needs the network; nothing of the answer is kept.
 * @throws HealthBridgeError `not_found`; `not_signed_in`; `offline` and the other codes of an exchange that failed
 * @example const { name, holidays } = await clinicAtServer({ hb, url, store }, doctor.clinic);
 */
export function clinicAtServer(device: OpenDevice, clinic: EntityId): Promise<Clinic> {
  return oneAt(device, "clinic", clinic);
}

/**
 * Asks the server for one doctor: her name where no more than that is wanted, as of who wrote a line of a conversation. To book with her without a network follow her calendar instead. Needs the
 * network; nothing of the answer is kept.
 * @throws HealthBridgeError `not_found`; `not_signed_in`; `offline` and the other codes of an exchange that failed
 * @example const { name } = await doctorAtServer({ hb, url, store }, message.doctor);
 */
export function doctorAtServer(device: OpenDevice, doctor: EntityId): Promise<Doctor> {
  return oneAt(device, "doctor", doctor);
}

async function oneAt<K extends "clinic" | "doctor">(device: OpenDevice, kind: K, id: EntityId) {
  const answer = await signedRead(device, { method: "GET", path: `${kind}s/${id}` });
  if (!fits(kind, answer)) throw offline("the answer could not be read");
  return answer;
}

async function itemsAt(
  device: OpenDevice,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<readonly unknown[]> {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  const answer = await signedRead(device, { method: "GET", path: `${path}?${asked.join("&")}` });
  const items: unknown = isRecord(answer) && answer["items"];
  if (!isList(items)) throw offline("the answer could not be read");
  return items;
}

/** A row of the list as a doctor and her clinic; one of a later version that is neither is passed over. */
function doctorIn(item: unknown): DoctorAtServer | undefined {
  if (!isRecord(item)) return undefined;
  const { clinic, distanceMetres, nextFree, ...rest } = item;
  if (!isClinic(clinic)) return undefined;
  const doctor: unknown = { ...rest, clinic: clinic.id };
  if (!fits("doctor", doctor)) return undefined;
  return {
    doctor,
    clinic,
    metres: Number(distanceMetres) || 0,
    nextFree: fits("start", nextFree) ? nextFree : undefined,
  };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isClinic(value: unknown): value is ClinicInBrief {
  return isRecord(value) && typeof value["id"] === "string" && typeof value["name"] === "string";
}

function pair({ lat, lng }: DoctorSearch["near"]): string {
  return `${lat.toFixed(5)},${lng.toFixed(5)}`;
}
