/** Somebody with an account. */
export interface Person {
  readonly tenant: string;
  readonly login: string;
  readonly password: string;
  readonly role: "staff" | "doctor" | "patient";
  readonly account: string;
  /** where she works */
  readonly clinic: string | undefined;
  /** another clinic where she works as well */
  readonly secondClinic?: string | undefined;
  /** who she is, where she is a doctor */
  readonly doctor: string | undefined;
}

export function passwordOf(login: string): string {
  return `the password of ${login}`;
}

/** All clinics where somebody works. */
export function clinicsOf({
  clinic,
  secondClinic,
}: Pick<Person, "clinic" | "secondClinic">): readonly string[] {
  return [clinic, secondClinic].filter((each) => each !== undefined);
}

/** A doctor, and the hours at which the simulation asks for her. */
export interface DoctorPlace {
  readonly id: string;
  readonly tenant: string;
  readonly clinic: string;
}
