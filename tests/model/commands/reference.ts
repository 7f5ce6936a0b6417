/**
 * What the operations mean, written a second time and as plainly as possible: maps, a list of slots for each doctor's day, one operation after another. It shares no code with
 * the product, knows neither locks nor batches nor feeds' numbers, and every instant is minutes since 1970. All clinics are in Nairobi, three hours ahead of UTC all year.
 */

export interface Actor {
  readonly account: string;
  readonly role: "patient" | "staff" | "doctor" | "system";
  readonly clinics: readonly string[];
  readonly doctor?: string | undefined;
}

export interface Wish {
  readonly wish: "sameDay" | "sameDoctor" | "giveUp";
  readonly days?: number;
}

export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** The inputs of all operations at once: each uses what it needs. */
export interface Input {
  readonly name?: string;
  readonly reason?: string;
  readonly zone?: string;
  readonly clinic?: string;
  readonly patient?: string;
  readonly doctor?: string;
  readonly appointment?: string;
  readonly start?: string;
  readonly ifTaken?: readonly Wish[];
  readonly slotMinutes?: number;
  readonly bufferMinutes?: number;
  readonly weekly?: readonly { readonly day: number; readonly hours: readonly Hours[] }[];
  readonly dates?: readonly { readonly date: string; readonly hours: readonly Hours[] }[];
}

export interface Asked {
  readonly id: string;
  readonly type: string;
  readonly input: Input;
  readonly after: readonly string[];
  readonly actor: Actor;
  /** ms */
  readonly now: number;
}

/** `applied`, or the code of the problem; with what was given instead of what was asked for. */
export interface Verdict {
  readonly verdict: string;
  readonly start?: number;
  readonly wish?: number;
}

export interface Slot {
  readonly start: number;
  readonly minutes: number;
  /** free, busy, busy outside the hours offered now, not offered */
  readonly state: "f" | "b" | "o" | "x";
}

export interface Appointment {
  readonly doctor: string;
  readonly clinic: string;
  readonly patient: string;
  readonly start: number;
  readonly minutes: number;
  readonly status: string;
}

interface Patient {
  readonly clinic: string | undefined;
  readonly account: string | undefined;
}

interface Plan {
  readonly slotMinutes: number;
  readonly bufferMinutes: number;
  readonly weekly: ReadonlyMap<number, readonly Hours[]>;
  readonly exceptions: ReadonlyMap<string, readonly Hours[]>;
}

const HOLDS_TIME = ["booked", "arrived", "fulfilled", "noshow"];
const MAY_BECOME: Readonly<Record<string, readonly string[]>> = {
  booked: ["arrived", "fulfilled", "cancelled", "noshow"],
  arrived: ["fulfilled", "cancelled"],
  noshow: ["arrived", "fulfilled"],
};
const NAIROBI = 180;
const DAY = 1440;
const SHEET_DAYS = 56;
const CHECK_IN_OPENS = 12 * 60;

const APPLIED: Verdict = { verdict: "applied" };
const NOT_FOUND: Verdict = { verdict: "not_found" };

export class Reference {
  readonly appointments = new Map<string, Appointment>();
  /** by `<doctor>/<date>`, in the order of time */
  readonly sheets = new Map<string, readonly Slot[]>();
  /** `<feed> <patient>` for every patient that a feed shows */
  readonly shown = new Set<string>();
  readonly #clinicOfDoctor: ReadonlyMap<string, string>;
  readonly #accountOfDoctor: ReadonlyMap<string, string>;
  readonly #patients = new Map<string, Patient>();
  readonly #plans = new Map<string, Plan>();
  readonly #applied = new Set<string>();

  constructor(clinicOfDoctor: ReadonlyMap<string, string>, accountOfDoctor: ReadonlyMap<string, string>) {
    this.#clinicOfDoctor = clinicOfDoctor;
    this.#accountOfDoctor = accountOfDoctor;
  }

  settle(asked: Asked): Verdict {
    const verdict = asked.after.every((id) => this.#applied.has(id))
      ? this.#decide(asked)
      : { verdict: "dependency_failed" };
    if (verdict.verdict === "applied") this.#applied.add(asked.id);
    return verdict;
  }

  #decide(asked: Asked): Verdict {
    switch (asked.type) {
      case "patient.register":
        return this.#register(asked);
      case "appointment.book":
        return this.#book(asked);
      case "appointment.reschedule":
        return this.#reschedule(asked);
      case "appointment.cancel":
        return this.#become(asked, "cancelled", Infinity);
      case "appointment.checkIn":
        return this.#become(asked, "arrived", CHECK_IN_OPENS);
      case "appointment.complete":
        return this.#become(asked, "fulfilled", CHECK_IN_OPENS);
      case "appointment.markMissed":
        return this.#become(asked, "noshow", 0);
      case "availability.set":
        return this.#setHours(asked);
      case "availability.except":
        return this.#except(asked);
      default:
        throw new Error(`the reference does not know ${asked.type}`);
    }
  }

  #register({ id, input, actor }: Asked): Verdict {
    const { clinic } = input;
    if (clinic === undefined && actor.role !== "patient") return { verdict: "malformed" };
    if (clinic !== undefined && actor.role !== "system" && !actor.clinics.includes(clinic)) return NOT_FOUND;
    const account = clinic === undefined ? actor.account : undefined;
    this.#patients.set(id, { clinic, account });
    if (clinic !== undefined) this.shown.add(`clinic:${clinic} ${id}`);
    if (account !== undefined) this.shown.add(`account:${account} ${id}`);
    return APPLIED;
  }

  #book({ id, input, actor, now }: Asked): Verdict {
    const { patient = "", doctor = "" } = input;
    const clinic = this.#clinicOfDoctor.get(doctor);
    if (!this.#actsFor(actor, patient) || clinic === undefined) return NOT_FOUND;
    const found = this.#find(doctor, patient, input, now, undefined);
    if (typeof found === "string") return { verdict: found };
    const { slot, wish } = found;
    this.appointments.set(id, {
      doctor,
      clinic,
      patient,
      start: slot.start,
      minutes: slot.minutes,
      status: "booked",
    });
    this.#setSlot(doctor, slot.start, () => "b");
    this.shown.add(`clinic:${clinic} ${patient}`);
    const account = this.#accountOfDoctor.get(doctor);
    if (account !== undefined) this.shown.add(`account:${account} ${patient}`);
    return placed(slot, wish);
  }

  #reschedule({ input, actor, now }: Asked): Verdict {
    const id = input.appointment ?? "";
    const old = this.appointments.get(id);
    if (old === undefined || !(this.#actsFor(actor, old.patient) || receives(actor, old))) return NOT_FOUND;
    if (old.status !== "booked") return { verdict: "conflict" };
    const before = this.#giveBack(old);
    const found = this.#find(old.doctor, old.patient, input, now, id);
    if (typeof found === "string") {
      this.#setSlot(old.doctor, old.start, () => before);
      return { verdict: found };
    }
    const { slot, wish } = found;
    this.#setSlot(old.doctor, slot.start, () => "b");
    this.appointments.set(id, { ...old, start: slot.start, minutes: slot.minutes });
    return placed(slot, wish);
  }

  #become({ input, actor, now, type }: Asked, status: string, minutesBefore: number): Verdict {
    const id = input.appointment ?? "";
    const appointment = this.appointments.get(id);
    if (appointment === undefined) return NOT_FOUND;
    const mine = this.#actsFor(actor, appointment.patient);
    const received = receives(actor, appointment);
    if (!mine && !received) return NOT_FOUND;
    if (type !== "appointment.cancel" && !received && actor.role === "patient")
      return { verdict: "forbidden" };
    if (!(MAY_BECOME[appointment.status] ?? []).includes(status)) return { verdict: "conflict" };
    if (now < (appointment.start - minutesBefore) * 60_000) return { verdict: "too_early" };
    this.appointments.set(id, { ...appointment, status });
    if (status === "cancelled") this.#giveBack(appointment);
    return APPLIED;
  }

  #setHours({ input, actor, now }: Asked): Verdict {
    const { doctor = "", weekly = [], slotMinutes = 0, bufferMinutes = 0 } = input;
    if (!this.#keepsHours(actor, doctor)) return NOT_FOUND;
    const exceptions = this.#plans.get(doctor)?.exceptions ?? new Map();
    const week = new Map(weekly.map(({ day, hours }) => [day, hours]));
    this.#plan(doctor, { slotMinutes, bufferMinutes, weekly: week, exceptions }, now);
    return APPLIED;
  }

  #except({ input, actor, now }: Asked): Verdict {
    const { doctor = "", dates = [] } = input;
    if (!this.#keepsHours(actor, doctor)) return NOT_FOUND;
    const plan = this.#plans.get(doctor);
    if (plan === undefined) return { verdict: "conflict" };
    const exceptions = new Map([
      ...plan.exceptions,
      ...dates.map(({ date, hours }) => [date, hours] as const),
    ]);
    for (const date of exceptions.keys()) if (date < dateOf(now / 60_000 - 2 * DAY)) exceptions.delete(date);
    this.#plan(doctor, { ...plan, exceptions }, now);
    return APPLIED;
  }

  /** New sheets for the coming days. What is taken stays where it is, what is past stays as it is, the rest is offered anew. */
  #plan(doctor: string, plan: Plan, now: number): void {
    this.#plans.set(doctor, plan);
    const minute = now / 60_000;
    for (let day = -1; day < SHEET_DAYS - 1; day++) {
      const date = dateOf(minute + day * DAY);
      const fresh = slotsOfDay(plan, date);
      const old = this.sheets.get(`${doctor}/${date}`) ?? [];
      const kept = old
        .filter((slot) => taken(slot) || slot.start <= minute)
        .map((slot) =>
          taken(slot) ? { ...slot, state: isIn(slot, fresh) ? ("b" as const) : ("o" as const) } : slot,
        );
      const offered =
        kept.length === 0
          ? fresh
          : fresh.filter((slot) => slot.start > minute && !kept.some((each) => overlap(each, slot)));
      this.sheets.set(`${doctor}/${date}`, sorted([...kept, ...offered]));
    }
  }

  /** The slot that is asked for, or that of the first wish which can be had; or why the slot that was asked for cannot. */
  #find(
    doctor: string,
    patient: string,
    { start = "", ifTaken = [] }: Input,
    now: number,
    moved: string | undefined,
  ): { slot: Slot; wish: number } | string {
    const asked = Date.parse(start) / 60_000;
    const date = start.slice(0, 10);
    const obstacle = (slot: Slot): string | undefined => {
      if (slot.start * 60_000 < now) return "start_passed";
      if (slot.state !== "f") return slot.state === "x" ? "slot_not_offered" : "slot_taken";
      return this.#isBusy(patient, slot, moved) ? "patient_busy" : undefined;
    };
    const slot = this.#sheet(doctor, date).find((each) => each.start === asked);
    const why = slot === undefined ? "slot_not_offered" : obstacle(slot);
    if (slot !== undefined && why === undefined) return { slot, wish: 0 };
    for (const [at, { wish, days = 0 }] of ifTaken.entries()) {
      if (wish === "giveUp") break;
      const wanted =
        wish === "sameDay" ? nearest(this.#sheet(doctor, date), asked) : this.#laterDays(doctor, date, days);
      const free = wanted.find((each) => each.state === "f" && obstacle(each) === undefined);
      if (free !== undefined) return { slot: free, wish: at + 1 };
    }
    return why ?? "slot_taken";
  }

  #laterDays(doctor: string, date: string, days: number): readonly Slot[] {
    const midnight = Date.parse(`${date}T00:00Z`) / 60_000;
    return Array.from({ length: days }, (_, at) =>
      this.#sheet(doctor, dateOf(midnight + (at + 1) * DAY)),
    ).flat();
  }

  #isBusy(patient: string, slot: Slot, moved: string | undefined): boolean {
    return [...this.appointments].some(
      ([id, each]) =>
        id !== moved && each.patient === patient && HOLDS_TIME.includes(each.status) && overlap(each, slot),
    );
  }

  #sheet(doctor: string, date: string): readonly Slot[] {
    return this.sheets.get(`${doctor}/${date}`) ?? [];
  }

  /** Answers the state the slot had. */
  #giveBack({ doctor, start }: Appointment): Slot["state"] {
    return this.#setSlot(doctor, start, (state) => (state === "o" ? "x" : "f"));
  }

  #setSlot(doctor: string, start: number, change: (state: Slot["state"]) => Slot["state"]): Slot["state"] {
    const key = `${doctor}/${dateOf(start + NAIROBI)}`;
    const sheet = this.sheets.get(key) ?? [];
    const before = sheet.find((slot) => slot.start === start);
    if (before === undefined) throw new Error(`no slot at ${start} of ${key}`);
    this.sheets.set(
      key,
      sheet.map((slot) => (slot === before ? { ...slot, state: change(slot.state) } : slot)),
    );
    return before.state;
  }

  #actsFor(actor: Actor, patientId: string): boolean {
    const patient = this.#patients.get(patientId);
    if (patient === undefined) return false;
    return (
      patient.account === actor.account ||
      (patient.clinic !== undefined && actor.clinics.includes(patient.clinic))
    );
  }

  #keepsHours(actor: Actor, doctor: string): boolean {
    return (
      actor.role === "system" ||
      actor.doctor === doctor ||
      actor.clinics.includes(this.#clinicOfDoctor.get(doctor) ?? "")
    );
  }
}

function receives(actor: Actor, { doctor, clinic }: Appointment): boolean {
  return actor.doctor === doctor || actor.clinics.includes(clinic);
}

function placed({ start }: Slot, wish: number): Verdict {
  return wish === 0 ? APPLIED : { verdict: "applied", start, wish };
}

/** 1 Monday … 7 Sunday */
function slotsOfDay(plan: Plan, date: string): readonly Slot[] {
  const weekday = new Date(`${date}T00:00Z`).getUTCDay() || 7;
  const slots: Slot[] = [];
  for (const { from, to } of plan.exceptions.get(date) ?? plan.weekly.get(weekday) ?? []) {
    const end = wallTime(date, to);
    for (
      let start = wallTime(date, from);
      start + plan.slotMinutes <= end;
      start += plan.slotMinutes + plan.bufferMinutes
    )
      slots.push({ start, minutes: plan.slotMinutes, state: "f" });
  }
  return sorted(slots);
}

function wallTime(date: string, time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return Date.parse(`${date}T00:00Z`) / 60_000 - NAIROBI + hours * 60 + minutes;
}

function dateOf(minute: number): string {
  return new Date(minute * 60_000).toISOString().slice(0, 10);
}

function nearest(slots: readonly Slot[], start: number): readonly Slot[] {
  return slots.toSorted(
    (left, right) => Math.abs(left.start - start) - Math.abs(right.start - start) || left.start - right.start,
  );
}

function sorted(slots: readonly Slot[]): readonly Slot[] {
  return slots.toSorted((left, right) => left.start - right.start);
}

function taken({ state }: Slot): boolean {
  return state === "b" || state === "o";
}

function isIn(slot: Slot, slots: readonly Slot[]): boolean {
  return slots.some(({ start, minutes }) => start === slot.start && minutes === slot.minutes);
}

function overlap(left: Pick<Slot, "start" | "minutes">, right: Pick<Slot, "start" | "minutes">): boolean {
  return left.start < right.start + right.minutes && right.start < left.start + left.minutes;
}
