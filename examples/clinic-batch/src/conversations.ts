import type { HealthBridge } from "@healthbridge/client-sdk";
import type { Appointment, EntityId } from "@healthbridge/schema";
import { isId } from "./lists.ts";
import { patientCalled } from "./patient-called.ts";
import { PlainError } from "./plain-error.ts";
import { Fault } from "./rows/fault.ts";
import { rowRef } from "./rows/keys.ts";
import { spokenStart } from "./words.ts";

/** Appointments about which people still write without naming them. */
const UPCOMING: ReadonlySet<Appointment["status"]> = new Set(["pending", "booked", "arrived", "waitlist"]);
const MOST_NAMED = 4;

/** What a booking says, queued or answered. */
interface Booking {
  readonly id: EntityId;
  readonly ref: string | undefined;
  readonly patient: unknown;
  readonly start: unknown;
  readonly doctor: unknown;
}

/** Which conversation somebody means. A conversation belongs to an appointment and has its id. */
export class Conversations {
  readonly #hb: HealthBridge;
  readonly #bookings: readonly Booking[];

  private constructor(hb: HealthBridge, bookings: readonly Booking[]) {
    this.#hb = hb;
    this.#bookings = bookings;
  }

  static async of(hb: HealthBridge): Promise<Conversations> {
    const settled = (await hb.outcomes()).filter(({ status }) => status === "applied");
    const bookings = [...hb.waiting(), ...settled].filter(({ type }) => type === "appointment.book");
    return new Conversations(
      hb,
      bookings.map(({ id, ref, input: { patient, start, doctor } }) => ({ id, ref, patient, start, doctor })),
    );
  }

  /**
   * By the appointment's id or the clinic's own reference of the request.
   * @throws Fault
   */
  ofAppointment(text: string): EntityId {
    const named = this.#bookings.find(({ ref }) => ref === rowRef("booking", text, "", 0));
    if (named !== undefined) return named.id;
    if (isId(text)) return text;
    throw new Fault(`no request here has the reference ${text}, or it was refused`);
  }

  /**
   * By the patient's id, card or whole name, where there is one conversation she can mean.
   * @throws Fault
   */
  ofPatient(text: string): EntityId {
    const patient = this.#patient(text);
    const open = this.#hb.list("conversation", (each) => each.patient === patient && each.closed !== true);
    const upcoming = this.#hb.list(
      "appointment",
      (each) => each.patient === patient && UPCOMING.has(each.status),
    );
    // What is queued is not among the appointments where nothing is known of the doctor's times.
    const queued = this.#bookings.filter((each) => each.patient === patient && this.#isOpen(each.id));
    const all = [...new Set([...open, ...upcoming, ...queued].map(({ id }) => id))];
    const [only, second] = all;
    if (only === undefined)
      throw new Fault(`${text} has no appointment here; a message belongs to one, so book it first`);
    if (second !== undefined)
      throw new Fault(
        `${text} has ${all.length} appointments, so name one by its id: ${all
          .slice(0, MOST_NAMED)
          .map((id) => this.#called(id))
          .join("; ")}`,
      );
    return only;
  }

  /**
   * By whatever somebody types.
   * @throws Fault
   */
  find(text: string): EntityId {
    if (isId(text)) return text;
    return this.#bookings.some(({ ref }) => ref === rowRef("booking", text, "", 0))
      ? this.ofAppointment(text)
      : this.ofPatient(text);
  }

  #isOpen(id: EntityId): boolean {
    const status = this.#hb.get("appointment", id)?.status;
    return status === undefined || UPCOMING.has(status);
  }

  #patient(text: string): EntityId {
    try {
      return patientCalled(this.#hb, text);
    } catch (error) {
      if (!(error instanceof PlainError)) throw error;
      throw new Fault(error.message.replace(/\.$/, ""));
    }
  }

  #called(id: EntityId): string {
    const asked = this.#bookings.find((each) => each.id === id);
    const { start, doctor } = this.#hb.get("appointment", id) ?? {
      start: String(asked?.start),
      doctor: String(asked?.doctor),
    };
    return `${spokenStart(start)} with ${this.#hb.get("doctor", doctor)?.name ?? "a doctor"}, ${id}`;
  }
}

/** `Wanjiru Kamau with Dr Achieng`, as far as this computer knows them. */
export function conversationTitle(
  hb: HealthBridge,
  { patient, doctor }: { readonly patient?: EntityId | undefined; readonly doctor?: EntityId | undefined },
): string {
  return `${hb.get("patient", patient ?? "")?.name ?? "a patient"} with ${hb.get("doctor", doctor ?? "")?.name ?? "a doctor"}`;
}
