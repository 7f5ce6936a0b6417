import type { SeededRandom } from "@healthbridge/client-sdk/testing";
import { type AccountToSignIn, weekOf } from "../scene.ts";

/**
 * What the people at the devices do all day, drawn by chance: register, book at hours that others want too, cancel, move, receive, change hours. Each operation
 * carries a word of its own into the row it makes, so that whoever reads the tables can count what became of it.
 */

/** One operation to queue, written so that it can be kept in a file and queued again by the next life of the process. */
export interface PlannedItem {
  readonly ref: string;
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly lane: "urgent" | "normal" | "bulk";
  readonly after?: readonly string[];
  /** `input.patient` or `input.appointment` is the id of the item at this place of the same batch */
  readonly patientFrom?: number;
  readonly appointmentFrom?: number;
}

/** What people do: everything, or mostly write messages. */
export type Work = "all" | "chat";

/** What somebody at a device sees and remembers when she decides what to do. */
export interface Sight {
  readonly account: AccountToSignIn;
  readonly canary: string;
  /** ids of patients she may act for, without anybody's counters */
  readonly patients: readonly string[];
  readonly appointments: ReadonlyArray<{
    readonly id: string;
    readonly status: string;
    readonly start: string;
    readonly patient: string;
    readonly doctor: string;
  }>;
  readonly conversations: ReadonlyArray<{ readonly id: string; readonly closed?: boolean | undefined }>;
  /** messages of a conversation that the device holds */
  readonly messages: (
    conversation: string,
  ) => ReadonlyArray<{ readonly id: string; readonly number: number }>;
  readonly work: Work;
  /** times that this device can confirm by itself */
  readonly ownTimes: ReadonlyArray<{ readonly doctor: string; readonly start: string }>;
  /** ids of operations queued earlier on this device */
  readonly earlier: readonly string[];
  /** the patient only this device changes, and the number it gave her last */
  readonly counter: { readonly patient: string; readonly last: number } | undefined;
}

/** Every so many batches begin with an operation that breaks the server's transaction (the database refuses such a village). */
const POISON_PERCENT = 1;
export const POISON_VILLAGE = "poison";
export const COUNTER_VILLAGE = "counter";

export function planBatch(random: SeededRandom, sight: Sight, nextRef: () => string): readonly PlannedItem[] {
  const plan = new BatchPlan(random, sight, nextRef);
  // A doctor registers nobody.
  if (sight.account.role !== "doctor") {
    if (sight.counter === undefined) plan.openCounter();
    else if (random.percent(POISON_PERCENT)) plan.poison();
  }
  const steps = random.percent(15) ? random.between(20, 60) : random.between(1, 8);
  for (let step = 0; step < steps; step += 1) plan.step();
  return plan.items;
}

class BatchPlan {
  readonly items: PlannedItem[] = [];
  readonly #random: SeededRandom;
  readonly #sight: Sight;
  readonly #nextRef: () => string;
  #counted: number;

  constructor(random: SeededRandom, sight: Sight, nextRef: () => string) {
    this.#random = random;
    this.#sight = sight;
    this.#nextRef = nextRef;
    this.#counted = sight.counter?.last ?? 0;
  }

  /** A patient whose card number this device alone counts up. */
  openCounter(): void {
    this.#add("patient.register", {
      ...this.#person(this.#nextRef()),
      village: COUNTER_VILLAGE,
      cardNumber: counterText(0),
    });
  }

  poison(): void {
    this.#add("patient.register", { ...this.#person(this.#nextRef()), village: POISON_VILLAGE });
  }

  step(): void {
    const dice = this.#random.between(1, 100);
    const { role } = this.#sight.account;
    if (this.#random.percent(CHAT_PERCENT[this.#sight.work]) && this.#chat()) return;
    if (role === "doctor") this.#doctorsStep(dice);
    else if (dice <= 25) this.#registerAndBook();
    else if (dice <= 54) this.#book();
    else if (dice <= 58) this.#hold();
    else if (dice <= 62) this.#answer();
    else if (dice <= 70) this.#cancel();
    else if (dice <= 80) this.#move();
    else if (dice <= 90) this.#count();
    else if (role === "staff") this.#clinicsStep(dice);
    else this.#correct();
  }

  #doctorsStep(dice: number): void {
    if (dice <= 35) this.#move();
    else if (dice <= 55) this.#cancel();
    else if (dice <= 75) this.#receive("appointment.complete");
    else if (dice <= 90) this.#receive("appointment.checkIn");
    else this.#exceptDates();
  }

  #clinicsStep(dice: number): void {
    if (this.#random.percent(30)) this.#lease();
    else if (dice === 91) this.#walkIn();
    else if (dice === 92) this.#receive("appointment.undoCheckIn");
    else if (dice <= 93) this.#receive("appointment.checkIn");
    else if (dice <= 96) this.#receive("appointment.complete");
    else if (dice <= 98) this.#correct();
    else if (dice === 99) this.#exceptDates();
    else this.#setWeek();
  }

  /** Writes in a conversation, mostly one that has begun; now and then reads, takes back, hands over, closes. Answers whether there was one. */
  #chat(): boolean {
    const random = this.#random;
    const { conversations } = this.#sight;
    const begun =
      conversations.length > 0 && random.percent(conversations.length < MOST_CONVERSATIONS ? 85 : 100);
    const among = begun ? conversations.map(({ id }) => id) : this.#ownAppointments();
    if (among.length === 0) return false;
    const conversation = random.pick(among);
    const dice = random.between(1, 100);
    if (dice <= 80) this.#write(conversation);
    else if (dice <= 94) this.#markRead(conversation);
    else if (dice <= 97) this.#retract(conversation);
    else this.#manage(conversation);
    return true;
  }

  #write(conversation: string): void {
    const random = this.#random;
    const lines = random.between(1, this.#sight.work === "chat" ? 12 : 4);
    const held = random.percent(20) ? this.#sight.messages(conversation) : [];
    for (let line = 0; line < lines; line += 1) {
      const ref = this.#nextRef();
      // One lane, so that what one device writes stands in the order in which it was written.
      const answered = held.length > 0 && random.percent(30) ? { replyTo: random.pick(held).id } : {};
      const urgent = random.percent(3) ? { urgent: true } : {};
      const text = `${WORDS[random.between(0, WORDS.length - 1)] ?? ""}${this.#sight.canary} ${ref}`;
      this.#add("message.send", { conversation, text, ...answered, ...urgent }, { ref, lane: "urgent" });
    }
  }

  #markRead(conversation: string): void {
    const through = this.#sight.messages(conversation).at(-1)?.number;
    if (through !== undefined) this.#add("conversation.markRead", { conversation, through });
  }

  #retract(conversation: string): void {
    const held = this.#sight.messages(conversation);
    if (held.length > 0) this.#add("message.retract", { message: this.#random.pick(held).id });
  }

  #manage(conversation: string): void {
    const closed = this.#sight.conversations.find(({ id }) => id === conversation)?.closed === true;
    if (closed) this.#add("conversation.reopen", { conversation });
    else if (this.#random.percent(30)) this.#add("conversation.close", { conversation });
    else
      this.#add("conversation.handOver", {
        conversation,
        doctor: this.#random.pick(this.#sight.account.follows),
      });
  }

  /** Those whose conversations somebody at this device has a voice in. */
  #ownAppointments(): readonly string[] {
    const { account, appointments, patients } = this.#sight;
    const own = new Set(patients);
    return appointments
      .filter(({ patient, doctor }) =>
        account.doctor === undefined ? own.has(patient) : doctor === account.doctor,
      )
      .map(({ id }) => id);
  }

  #registerAndBook(): void {
    this.#add("patient.register", this.#person(this.#nextRef()));
    if (!this.#random.percent(70)) return;
    const patientFrom = this.items.length - 1;
    this.#addBooking({ patientFrom });
    const appointmentFrom = this.items.length - 1;
    if (this.#random.percent(15)) this.#add("appointment.reschedule", this.#when(), { appointmentFrom });
    if (this.#random.percent(10)) this.#add("appointment.cancel", this.#why(), { appointmentFrom });
  }

  #book(): void {
    const { patients } = this.#sight;
    if (patients.length === 0) return;
    this.#addBooking({ patient: this.#random.pick(patients) });
  }

  #addBooking(who: { readonly patient?: string; readonly patientFrom?: number }): void {
    const { patient, patientFrom } = who;
    const ref = this.#nextRef();
    const input = {
      doctor: this.#random.pick(this.#sight.account.follows),
      ...(patient === undefined ? {} : { patient }),
      ...this.#when(),
      ...this.#ownTime(),
      reason: `${this.#sight.canary} ${ref}`,
    };
    this.#add("appointment.book", input, { ref, ...(patientFrom === undefined ? {} : { patientFrom }) });
  }

  /** Times of a doctor for this device alone; now and then some are given back. */
  #lease(): void {
    const { ownTimes, account } = this.#sight;
    const [first] = ownTimes;
    if (first !== undefined && this.#random.percent(25)) {
      const starts = ownTimes.filter(({ doctor }) => doctor === first.doctor).map(({ start }) => start);
      this.#add("lease.giveBack", { doctor: first.doctor, starts: starts.slice(0, 3) });
      return;
    }
    const doctor = this.#random.pick(account.follows);
    const dates = [dateIn(2), dateIn(this.#random.between(0, 3))];
    const until = startSoon(this.#random);
    this.#add("lease.take", { doctor, dates: [...new Set(dates)], until, most: this.#random.between(2, 8) });
  }

  #ownTime(): { readonly doctor?: string; readonly start?: string } {
    const { ownTimes } = this.#sight;
    if (ownTimes.length === 0 || this.#random.percent(50)) return {};
    const { doctor, start } = this.#random.pick(ownTimes);
    return { doctor, start };
  }

  /** A time kept for somebody while she chooses, and what comes of it, now and then in one breath. */
  #hold(): void {
    const { patients, account } = this.#sight;
    if (patients.length === 0) return;
    const { start } = this.#when();
    const doctor = this.#random.pick(account.follows);
    const input = { doctor, patient: this.#random.pick(patients), start, minutes: this.#random.pick([1, 5]) };
    this.#add("appointment.hold", input);
    const appointmentFrom = this.items.length - 1;
    if (this.#random.percent(60)) this.#add("appointment.confirm", {}, { appointmentFrom });
  }

  /** What waits for a word is confirmed, or an offer declined. */
  #answer(): void {
    const pending = this.#sight.appointments.filter(({ status }) => status === "pending");
    if (pending.length === 0) return;
    const appointment = this.#random.pick(pending).id;
    const type = this.#random.percent(70) ? "appointment.confirm" : "appointment.decline";
    this.#add(type, { appointment });
  }

  #walkIn(): void {
    const { patients, account } = this.#sight;
    if (patients.length === 0) return;
    const doctor = this.#random.pick(account.follows);
    this.#add("appointment.walkIn", { doctor, patient: this.#random.pick(patients) });
  }

  #cancel(): void {
    const appointment = this.#pickAppointment();
    if (appointment !== undefined) this.#add("appointment.cancel", { appointment, ...this.#why() });
  }

  #move(): void {
    const appointment = this.#pickAppointment();
    if (appointment !== undefined) this.#add("appointment.reschedule", { appointment, ...this.#when() });
  }

  /** Mostly for appointments of the next hours; sometimes far too early. */
  #receive(type: string): void {
    const soon = (start: string): boolean => Date.parse(start) - Date.now() < 12 * 3_600_000;
    const { appointments } = this.#sight;
    const near = appointments.filter(
      ({ status, start }) => (status === "booked" || status === "arrived") && soon(start),
    );
    const [first] = near;
    const appointment = first === undefined ? this.#pickAppointment() : this.#random.pick(near).id;
    if (appointment !== undefined) this.#add(type, { appointment });
  }

  #count(): void {
    const { counter } = this.#sight;
    if (counter === undefined) return;
    this.#counted += 1;
    const input = { patient: counter.patient, cardNumber: counterText(this.#counted) };
    // One lane, so that they take effect in the order in which they were queued.
    this.#add("patient.update", input, { lane: "normal" });
  }

  #correct(): void {
    const { patients } = this.#sight;
    if (patients.length === 0) return;
    const ref = this.#nextRef();
    this.#add("patient.update", { patient: this.#random.pick(patients), village: `village ${ref}` }, { ref });
  }

  #exceptDates(): void {
    const { account } = this.#sight;
    const doctor = account.doctor ?? this.#random.pick(account.follows);
    const dates = [{ date: dateIn(this.#random.between(30, 50)), hours: this.#random.pick(HOURS) }];
    this.#add("availability.except", { doctor, dates });
  }

  #setWeek(): void {
    const doctor = this.#random.pick(this.#sight.account.follows);
    this.#add("availability.set", { doctor, ...weekOf(this.#random.pick([10, 10, 15])) });
  }

  /** A start, often one that many want, and what to do if it is gone. */
  #when(): { readonly start: string; readonly ifTaken?: readonly object[] } {
    const random = this.#random;
    const kind = random.between(1, 100);
    const days = kind <= 35 ? 2 : random.between(1, 29);
    const minutes = kind <= 35 ? 540 + 10 * random.between(0, 17) : 10 * random.between(0, 143);
    const start = kind > 90 ? startSoon(random) : `${dateIn(days)}T${wallTime(minutes)}+03:00`;
    const ifTaken = random.pick(WISHES);
    return ifTaken === undefined ? { start } : { start, ifTaken };
  }

  #why(): { readonly reason?: string } {
    return this.#random.percent(50) ? { reason: `${this.#sight.canary} changed her mind` } : {};
  }

  #person(ref: string): Readonly<Record<string, unknown>> {
    const { account, canary } = this.#sight;
    return { name: `${canary} ${ref}`, ...(account.clinic === undefined ? {} : { clinic: account.clinic }) };
  }

  #pickAppointment(): string | undefined {
    const { appointments } = this.#sight;
    const open = appointments.filter(({ status }) => status === "booked");
    if (open.length > 0 && this.#random.percent(90)) return this.#random.pick(open).id;
    return appointments.length === 0 ? undefined : this.#random.pick(appointments).id;
  }

  #add(
    type: string,
    input: Readonly<Record<string, unknown>>,
    more: Partial<Pick<PlannedItem, "ref" | "lane" | "patientFrom" | "appointmentFrom">> = {},
  ): void {
    const random = this.#random;
    const { earlier } = this.#sight;
    const name = input["name"];
    // What registers somebody carries its word in her name.
    const ref =
      more.ref ?? (typeof name === "string" ? name.slice(name.lastIndexOf(" ") + 1) : this.#nextRef());
    const dice = random.between(1, 100);
    const lane = dice <= 10 ? "urgent" : dice <= 80 ? "normal" : "bulk";
    const after = earlier.length > 0 && random.percent(8) ? { after: [random.pick(earlier)] } : {};
    this.items.push({ type, input, lane, ...after, ...more, ref });
  }
}

/** How many of a hundred steps are about conversations. */
const CHAT_PERCENT: Readonly<Record<Work, number>> = { all: 12, chat: 85 };
/** When a device holds so many it begins no more. */
const MOST_CONVERSATIONS = 100;
/** What stands before a message's own word: mostly little, sometimes much, and not in one alphabet. */
const WORDS = ["", "", "Asante ", "ज्वर ", "Fever again since last night? ".repeat(10), "two\nlines "];

const HOURS = [[], [{ from: "08:00", to: "12:00" }], [{ from: "00:00", to: "24:00" }]] as const;
const WISHES = [
  undefined,
  undefined,
  [{ wish: "waitingList" }],
  [
    { wish: "sameDay", partOfDay: "morning" },
    { wish: "waitingList", days: 3 },
  ],
  [{ wish: "anyDoctor", km: 20, days: 2 }],
  [{ wish: "sameDay" }],
  [{ wish: "sameDay" }, { wish: "sameDoctor", days: 7 }],
  [{ wish: "sameDoctor", days: 3 }, { wish: "giveUp" }],
] as const;

/** A counter's number as it stands on the card: as text it sorts as the number does. */
export function counterText(number: number): string {
  return `n${String(number).padStart(6, "0")}`;
}

const DAY_MS = 86_400_000;
const ZONE_MS = 3 * 3_600_000;

function dateIn(days: number): string {
  return new Date(Date.now() + ZONE_MS + days * DAY_MS).toISOString().slice(0, 10);
}

function wallTime(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** A start within the next ten hours, on a step of ten minutes. */
function startSoon(random: SeededRandom): string {
  const instant = Date.now() + ZONE_MS + random.between(10, 600) * 60_000;
  const step = Math.floor(instant / 600_000) * 600_000;
  return `${new Date(step).toISOString().slice(0, 16)}+03:00`;
}
