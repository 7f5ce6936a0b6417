import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import { HOURS, OFFSET, POISON, SLOT_MINUTES, START } from "../world/base.ts";
import { clinicsOf, type DoctorPlace, type Person } from "../world/people.ts";
import type { World } from "../world/world.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days ahead that people ask for; few, so that they meet. */
const DAYS_AHEAD = 2;
const FIRST_HOUR = Number(HOURS.from.slice(0, 2));
const SLOTS_A_DAY = ((Number(HOURS.to.slice(0, 2)) - FIRST_HOUR) * 60) / SLOT_MINUTES;

const POISONED_PERCENT = 20;

export type Lane = "urgent" | "normal" | "bulk";

/** An operation that somebody asks for. */
export interface Item {
  readonly type: string;
  /** given the ids of what was asked for before it in one go */
  readonly input: object | ((earlier: readonly string[]) => object);
  readonly lane?: Lane;
  /** stands in the row it makes */
  readonly word?: string;
  /** the word of the patient it is for */
  readonly patient?: string | undefined;
}

/** What of a booking is said instead of drawn. */
export interface At {
  readonly doctor?: string;
  readonly start?: string;
}

/** What people ask for. */
export class Items {
  readonly #world: World;
  readonly #random: SeededRandom;
  #words = 0;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  newPatient(person: Person, at?: string): Item {
    const word = this.word();
    const clinics = clinicsOf(person);
    const clinic = at ?? (clinics.length === 0 ? undefined : this.#random.pick(clinics));
    const poisoned = this.#world.on("poison") && this.#random.percent(POISONED_PERCENT);
    if (poisoned) this.#world.poisoned.add(word);
    return {
      word,
      type: "patient.register",
      input: {
        name: `${person.tenant === "voi" ? "Zebrafish" : "Okapi"} ${word}${poisoned ? ` ${POISON}` : ""}`,
        ...(clinic === undefined ? {} : { clinic }),
      },
    };
  }

  booking(person: Person, patient: (earlier: readonly string[]) => string, at: At = {}): Item {
    const word = this.word();
    const doctor = this.#random.pick(this.doctorsOf(person)).id;
    const start = this.start();
    const ifTaken = this.#wishes();
    const more = {
      ...(ifTaken === undefined ? {} : { ifTaken }),
      ...(this.#random.percent(15) ? { visit: "long" } : {}),
      ...(this.#random.percent(30) ? { urgency: this.#random.pick(["routine", "soon", "urgent"]) } : {}),
      ...(this.#random.percent(10) ? { usefulUntil: this.start() } : {}),
      ...(this.#random.percent(8) ? { overbook: "she cannot wait" } : {}),
    };
    return {
      word,
      type: "appointment.book",
      lane: this.lane(),
      input: (earlier) => ({ doctor, patient: patient(earlier), start, reason: word, ...more, ...at }),
    };
  }

  /** A time kept for somebody while she chooses; often that of somebody else's wish. */
  hold(person: Person, patient: string): Item {
    const doctor = this.#random.pick(this.doctorsOf(person)).id;
    const minutes = this.#random.pick([1, 10, 60]);
    return {
      type: "appointment.hold",
      lane: this.lane(),
      input: { doctor, patient, start: this.start(), minutes },
    };
  }

  /** What waits for a word is confirmed or declined; on what does not it is tried as well. */
  answer(appointment: string): Item {
    const type = this.#random.pick([
      "appointment.confirm",
      "appointment.confirm",
      "appointment.decline",
    ] as const);
    return { type, lane: this.lane(), input: { appointment } };
  }

  /** Times of a doctor for this device alone, of her whom she may speak for; often until a moment before they begin. */
  lease(person: Person): Item | undefined {
    const doctor = this.#keeps(person);
    if (doctor === undefined) return undefined;
    const minutes = this.#random.pick([4, 15, 60, 24 * 60, 3 * 24 * 60]);
    const until = new Date(this.#world.time.now() + minutes * MINUTE_MS).toISOString();
    const input = {
      doctor: doctor.id,
      dates: [...new Set([this.#date(), this.#date()])],
      until: `${until.slice(0, 16)}Z`,
      ...(this.#random.percent(30) ? { most: this.#random.between(1, 3) } : {}),
    };
    return { type: "lease.take", lane: this.lane(), input };
  }

  walkIn(person: Person, patient: string): Item {
    const doctor = this.#random.pick(this.doctorsOf(person)).id;
    return { type: "appointment.walkIn", lane: this.lane(), input: { doctor, patient } };
  }

  /** A clinic closes on a day, or opens again. */
  holidays(person: Person): Item | undefined {
    const [clinic] = clinicsOf(person);
    if (clinic === undefined) return undefined;
    const holidays = this.#random.percent(50) ? [] : [{ date: this.#date(), name: "Holiday" }];
    return { type: "clinic.setHolidays", input: { clinic, holidays } };
  }

  reschedule(appointment: string): Item {
    const ifTaken = this.#wishes()?.filter(({ wish }) => wish !== "waitingList");
    const input = { appointment, start: this.start(), ...(ifTaken === undefined ? {} : { ifTaken }) };
    return { type: "appointment.reschedule", lane: this.lane(), input };
  }

  cancel(appointment: string): Item {
    return { type: "appointment.cancel", lane: this.lane(), input: { appointment } };
  }

  visit(appointment: string): Item {
    const type = this.#random.pick([
      "appointment.checkIn",
      "appointment.checkIn",
      "appointment.undoCheckIn",
      "appointment.complete",
      "appointment.markMissed",
    ] as const);
    return { type, lane: this.lane(), input: { appointment } };
  }

  /** She lives elsewhere now. */
  update(patient: string): Item {
    return { type: "patient.update", input: { patient, village: this.word() } };
  }

  /** A card goes to another clinic. */
  moveCard(patient: string, clinic: string): Item {
    this.#world.movedCards.add(patient);
    return { type: "patient.update", input: { patient, clinic } };
  }

  /** Other hours on a day, of a doctor whom this person may speak for. */
  hours(person: Person): Item | undefined {
    const doctor = this.#keeps(person);
    if (doctor === undefined) return undefined;
    const hours = this.#random.pick([[], [{ from: "08:00", to: "09:00" }], [{ from: "08:00", to: "12:00" }]]);
    const input = { doctor: doctor.id, dates: [{ date: this.#date(), hours }] };
    return { type: "availability.except", input };
  }

  /** The word that stands in a patient's name. */
  wordIn(name: string): string | undefined {
    return name.split(" ")[1];
  }

  lane(): Lane {
    return this.#random.pick(["normal", "normal", "normal", "urgent", "bulk"] as const);
  }

  start(): string {
    const day = this.#date();
    const minute = FIRST_HOUR * 60 + this.#random.between(0, SLOTS_A_DAY - 1) * SLOT_MINUTES;
    const time = new Date(minute * MINUTE_MS).toISOString().slice(11, 16);
    return `${day}T${time}${OFFSET}`;
  }

  doctorsOf({ tenant }: Person): readonly DoctorPlace[] {
    return this.#world.base.doctors.filter((each) => each.tenant === tenant);
  }

  #keeps(person: Person): DoctorPlace | undefined {
    const clinics = clinicsOf(person);
    return this.doctorsOf(person).find((each) => each.id === person.doctor || clinics.includes(each.clinic));
  }

  #date(): string {
    return new Date(START + this.#random.between(0, DAYS_AHEAD) * DAY_MS).toISOString().slice(0, 10);
  }

  #wishes() {
    return this.#random.pick([
      undefined,
      undefined,
      [{ wish: "sameDay" as const }],
      [{ wish: "sameDay" as const }, { wish: "sameDoctor" as const, days: 2 }],
      [{ wish: "sameDoctor" as const, days: 1 }, { wish: "giveUp" as const }],
      [{ wish: "waitingList" as const }],
      [
        { wish: "sameDay" as const, partOfDay: "afternoon" as const },
        { wish: "waitingList" as const, days: 2 },
      ],
      [{ wish: "anyDoctor" as const, km: 5 }],
      [
        { wish: "anyDoctor" as const, km: 5, days: 2 },
        { wish: "waitingList" as const, days: 1 },
      ],
    ]);
  }

  /** A word that nobody has used yet. */
  word(): string {
    this.#words += 1;
    return `w${this.#words}`;
  }
}
