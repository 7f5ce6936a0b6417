import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Clinic, Doctor, EntityId } from "@healthbridge/schema";
import { Fault } from "./rows/fault.ts";

/** An id as the server gives it. */
const ID = /^[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}$/;

/** A doctor as a row may name her; the zone where her clinic is known. */
export interface NamedDoctor {
  readonly id: EntityId;
  readonly zone: string | undefined;
}

/** The directory this computer holds: clinics by code, doctors by clinic. */
export class Lists {
  readonly #clinics: ReadonlyMap<EntityId, Clinic>;
  readonly #byCode: ReadonlyMap<string, readonly Clinic[]>;
  readonly #doctors: ReadonlyMap<EntityId, Doctor>;
  readonly #staff: ReadonlyMap<EntityId, readonly Doctor[]>;

  constructor(hb: HealthBridge) {
    const clinics = hb.list("clinic");
    const doctors = hb.list("doctor");
    this.#clinics = new Map(clinics.map((clinic) => [clinic.id, clinic]));
    this.#byCode = Map.groupBy(clinics, ({ code }) => code ?? "");
    this.#doctors = new Map(doctors.map((doctor) => [doctor.id, doctor]));
    this.#staff = Map.groupBy(doctors, ({ clinic }) => clinic);
  }

  get clinics(): number {
    return this.#clinics.size;
  }

  get doctors(): number {
    return this.#doctors.size;
  }

  clinic(id: EntityId): Clinic | undefined {
    return this.#clinics.get(id);
  }

  /** Doctors of a facility, or of all, whose name has these words. */
  search(
    code: string | undefined,
    words: string,
  ): ReadonlyArray<{ readonly doctor: Doctor; readonly clinic: Clinic | undefined }> {
    const pool = code === undefined ? [...this.#doctors.values()] : this.#at(code);
    const wanted = nameWords(words);
    return pool
      .filter(({ name }) => wanted.every((word) => nameWords(name).some((each) => each.startsWith(word))))
      .map((doctor) => ({ doctor, clinic: this.#clinics.get(doctor.clinic) }));
  }

  /**
   * The doctor a row names: by id, or by name and the code of her facility.
   * @throws Fault where nobody or more than one fits
   */
  doctor(text: string | undefined, code: string | undefined): NamedDoctor {
    if (text === undefined) throw new Fault("the doctor is missing");
    if (ID.test(text)) return { id: text, zone: this.#zoneOf(this.#doctors.get(text)) };
    if (this.doctors === 0) {
      throw new Fault(
        `“${text}” cannot be looked up, because the lists were never downloaded; sign in once, or write the doctor's id`,
      );
    }
    const pool = code === undefined ? [...this.#doctors.values()] : this.#at(code);
    const where = code === undefined ? "" : ` at facility ${code}`;
    if (code !== undefined && pool.length === 0)
      throw new Fault(`no doctor works at a facility with the code ${code}`);
    const wanted = nameWords(text).toSorted().join(" ");
    const found = pool.filter(({ name }) => nameWords(name).toSorted().join(" ") === wanted);
    const [first, second] = found;
    if (first === undefined)
      throw new Fault(`no doctor is called “${text}”${where}${this.#whoIs(code, pool)}`);
    if (second !== undefined)
      throw new Fault(`${found.length} doctors are called “${text}”${where}; write the doctor's id`);
    return { id: first.id, zone: this.#zoneOf(first) };
  }

  #at(code: string): readonly Doctor[] {
    return (this.#byCode.get(code) ?? []).flatMap(({ id }) => this.#staff.get(id) ?? []);
  }

  #zoneOf(doctor: Doctor | undefined): string | undefined {
    return doctor === undefined ? undefined : this.#clinics.get(doctor.clinic)?.zone;
  }

  #whoIs(code: string | undefined, pool: readonly Doctor[]): string {
    if (code === undefined) return "; add the column facility_code";
    return `; there are ${pool
      .slice(0, 4)
      .map(({ name }) => name)
      .join(", ")}`;
  }
}

/** Whether a text is an id as the server gives it. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Words of a name, without titles, dots, case and accents. */
export function nameWords(name: string): readonly string[] {
  return name
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && word !== "dr" && word !== "doctor");
}
