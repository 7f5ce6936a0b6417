import type { EnqueueItem, HealthBridge } from "../../client-sdk/src/index.ts";
import type { SeededRandom } from "../../client-sdk/src/testing/index.ts";
import { HOURS, OFFSET, POISON, SLOT_MINUTES, START } from "./world/base.ts";
import type { Device } from "./world/device.ts";
import { clinicsOf, type DoctorPlace } from "./world/people.ts";
import type { World } from "./world/world.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days ahead that people ask for; few, so that they meet. */
const DAYS_AHEAD = 2;
const FIRST_HOUR = Number(HOURS.from.slice(0, 2));
const SLOTS_A_DAY = ((Number(HOURS.to.slice(0, 2)) - FIRST_HOUR) * 60) / SLOT_MINUTES;

const POISONED_PERCENT = 20;
/** Who works at two clinics moves cards so often. */
const MOVER_PERCENT = 40;
/** A clinic's list of the day: more than one request carries. */
const LIST = 16;

/** What people do with their devices. Each action begins something and does not wait for it: the network may be away for days. */
export class Workload {
  readonly #world: World;
  readonly #random: SeededRandom;
  #words = 0;
  #lastAppointment = "";

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork("workload");
  }

  /** Somebody signs in and follows the calendars she books from. */
  async begin(device: Device): Promise<void> {
    const { app, person } = device;
    if (app === undefined) return;
    try {
      await app.signIn({ login: person.login, password: person.password });
      await this.follow(device);
    } catch {
      // No network just now, or the app was closed; she tries again later.
    }
  }

  /** She follows the directory and the calendars she books from. */
  async follow(device: Device): Promise<void> {
    const doctors = [...this.#doctorsOf(device).map(({ id }) => id), ...device.follows];
    await device.app?.follow("directory", ...doctors.map((id) => `calendar:${id}`));
  }

  /** One thing somebody does. */
  act(): void {
    const device = this.#random.pick(this.#world.devices);
    const app = device.anyApp(this.#random);
    if (app === undefined) {
      void device.open();
      return;
    }
    const { state, account } = app.status.get();
    if (account === undefined || state === "needs-sign-in") void this.begin(device);
    if (device.person.secondClinic !== undefined && this.#random.percent(MOVER_PERCENT))
      this.#moveCard(device, app);
    const roll = this.#random.between(1, 100);
    if (roll <= 24) this.#book(device, app);
    else if (roll <= 32) this.#register(device, app);
    else if (roll <= 41) this.#registerAndBook(device, app);
    else if (roll <= 49) this.#change(device, app, "appointment.cancel");
    else if (roll <= 58) this.#reschedule(device, app);
    else if (roll <= 65) this.#visit(device, app);
    else if (roll <= 68) this.#hours(device, app);
    else if (roll <= 75) this.#updatePatient(device, app);
    else if (roll <= 79) this.#rush(device, app);
    else if (roll <= 83) this.#tussle(device, app);
    else if (roll <= 88) this.#acknowledge(device, app);
    else if (roll <= 95) this.#sync(app);
    else if (roll <= 97) app.stop();
    else app.start();
  }

  /** She writes something down. */
  write(device: Device): void {
    if (device.app !== undefined) this.#register(device, device.app);
  }

  /** She moves an appointment. */
  move(device: Device): string | undefined {
    const appointment = device.app === undefined ? undefined : this.#appointmentOf(device.app);
    if (device.app === undefined || appointment === undefined) return undefined;
    const input = { appointment, start: this.#start() };
    this.#queue(device, device.app, [{ type: "appointment.reschedule", input }]);
    return appointment;
  }

  /** She cancels an appointment, if she has it in sight. */
  cancel(device: Device, appointment: string): void {
    if (device.app?.get("appointment", appointment) === undefined) return;
    this.#queue(device, device.app, [{ type: "appointment.cancel", input: { appointment } }]);
    this.#sync(device.app);
  }

  /** She writes down somebody who needs help at once. */
  urgent(device: Device): void {
    if (device.app === undefined) return;
    this.#queue(device, device.app, [{ ...this.#newPatient(device), lane: "urgent" }]);
    this.#sync(device.app);
  }

  /** A clinic's list of the day, in one go. */
  list(device: Device): void {
    if (device.app !== undefined) this.#registerAndBookFor(device, device.app, LIST);
  }

  /** She writes down some people and their appointments, and wants it gone this moment. */
  family(device: Device, count: number): void {
    if (device.app === undefined) return;
    this.#registerAndBookFor(device, device.app, count);
    this.#sync(device.app);
  }

  /** She writes something down and wants it gone this moment. */
  hurry(device: Device): void {
    this.write(device);
    if (device.app !== undefined) this.#sync(device.app);
  }

  /** Sometimes on a line that carries little. */
  #sync(app: HealthBridge): void {
    const budget = this.#random.percent(40) ? { budget: 1_024 } : {};
    app.sync(budget).catch(() => undefined);
  }

  /** An hour that everybody wants at once: of the same doctor, or of different ones for the same patient. */
  #rush(first: Device, app: HealthBridge): void {
    const start = this.#start();
    const doctors = this.#doctorsOf(first);
    const samePatient = this.#random.percent(60);
    const shared = samePatient ? this.#sharedPatient(first, app) : undefined;
    let turn = this.#random.between(0, doctors.length - 1);
    for (const device of this.#world.devices) {
      if (device.app === undefined || device.person.tenant !== first.person.tenant) continue;
      const who = device.app.get("patient", shared ?? "")?.id ?? this.#patientOf(device.app);
      const doctor = doctors[turn % doctors.length]?.id;
      if (who === undefined || doctor === undefined) continue;
      if (samePatient) turn += 1;
      const item = this.#booking(device, () => who);
      this.#queue(device, device.app, [
        { ...item, input: (earlier) => ({ ...madeBy(item.input, earlier), doctor, start }) },
      ]);
      this.#sync(device.app);
    }
  }

  /** Somebody whom others have in sight as well, if there is one. */
  #sharedPatient(device: Device, app: HealthBridge): string | undefined {
    const others = this.#world.devices.filter((each) => each !== device);
    const shared = app
      .list("patient")
      .filter(({ id }) => others.some((other) => other.app?.get("patient", id) !== undefined));
    return shared.length === 0 ? undefined : this.#random.pick(shared).id;
  }

  /** Two who have the same appointment in hand, one after the other, while the first has something else to say. */
  #tussle(device: Device, app: HealthBridge): void {
    const appointment = this.#appointmentOf(app);
    const others = this.#world.devices.filter((each) => each !== device && each.app !== undefined);
    if (appointment === undefined || others.length === 0) return;
    const input = { appointment, start: this.#start() };
    this.#queue(device, app, [{ type: "appointment.reschedule", input }]);
    this.#sync(app);
    const other = this.#random.pick(others);
    const { time } = this.#world;
    if (this.#world.on("cut-response"))
      time.after(this.#random.between(20, 150), () => {
        device.network.cut();
      });
    time.after(this.#random.between(50, 500), () => {
      if (other.app?.get("appointment", appointment) === undefined) return;
      const after = this.#random.percent(50)
        ? ({ type: "appointment.cancel", input: { appointment } } as const)
        : ({ type: "appointment.reschedule", input: { appointment, start: this.#start() } } as const);
      this.#queue(other, other.app, [after]);
      this.#sync(other.app);
    });
    time.after(this.#random.between(500, 2_000), () => {
      this.urgent(device);
    });
  }

  #register(device: Device, app: HealthBridge): void {
    this.#queue(device, app, [this.#newPatient(device)]);
  }

  #book(device: Device, app: HealthBridge): void {
    const patient = this.#patientOf(app);
    if (patient === undefined) this.#register(device, app);
    else this.#queue(device, app, [this.#booking(device, () => patient)]);
  }

  /** A whole family. */
  #registerAndBook(device: Device, app: HealthBridge): void {
    this.#registerAndBookFor(device, app, this.#random.between(1, 5));
  }

  /** Each patient, and a booking for her that names her before the server knows her. */
  #registerAndBookFor(device: Device, app: HealthBridge, count: number): void {
    const lane = this.#random.pick(["normal", "bulk", "bulk", "urgent"] as const);
    const oneByOne = this.#random.percent(50);
    const patients = Array.from({ length: count }, () => ({ ...this.#newPatient(device), lane }));
    const bookings = patients.map(({ word }, at) => ({
      ...this.#booking(device, (earlier) => earlier[oneByOne ? 2 * at : at] ?? ""),
      lane,
      patient: word,
    }));
    this.#queue(
      device,
      app,
      oneByOne
        ? patients.flatMap((patient, at) => [patient, ...bookings.slice(at, at + 1)])
        : [...patients, ...bookings],
    );
  }

  #newPatient(device: Device): Item {
    const word = this.#word();
    const { tenant } = device.person;
    const clinics = clinicsOf(device.person);
    const clinic = clinics.length === 0 ? undefined : this.#random.pick(clinics);
    const poisoned = this.#world.on("poison") && this.#random.percent(POISONED_PERCENT);
    if (poisoned) this.#world.poisoned.add(word);
    return {
      word,
      type: "patient.register",
      input: {
        name: `${tenant === "voi" ? "Zebrafish" : "Okapi"} ${word}${poisoned ? ` ${POISON}` : ""}`,
        ...(clinic === undefined ? {} : { clinic }),
      },
    };
  }

  #booking(device: Device, patient: (earlier: readonly string[]) => string): Item {
    const word = this.#word();
    const doctor = this.#random.pick(this.#doctorsOf(device)).id;
    const start = this.#start();
    const ifTaken = this.#wishes();
    return {
      word,
      type: "appointment.book",
      lane: this.#lane(),
      input: (earlier) => ({
        doctor,
        patient: patient(earlier),
        start,
        reason: word,
        ...(ifTaken === undefined ? {} : { ifTaken }),
      }),
    };
  }

  /** Now and then she thinks better of it at once, and what she says last may overtake what she said first. */
  #reschedule(device: Device, app: HealthBridge): void {
    const appointment = this.#appointmentOf(app);
    if (appointment === undefined) return;
    const times = this.#random.percent(30) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const ifTaken = this.#wishes();
      const input = { appointment, start: this.#start(), ...(ifTaken === undefined ? {} : { ifTaken }) };
      this.#queue(device, app, [{ type: "appointment.reschedule", lane: this.#lane(), input }]);
    }
  }

  #visit(device: Device, app: HealthBridge): void {
    const type = this.#random.pick([
      "appointment.checkIn",
      "appointment.complete",
      "appointment.markMissed",
    ] as const);
    const appointment = this.#appointmentOf(app);
    if (appointment !== undefined)
      this.#queue(device, app, [{ type, lane: this.#lane(), input: { appointment } }]);
  }

  #change(device: Device, app: HealthBridge, type: "appointment.cancel"): void {
    const appointment = this.#appointmentOf(app);
    if (appointment !== undefined)
      this.#queue(device, app, [{ type, lane: this.#lane(), input: { appointment } }]);
  }

  #hours(device: Device, app: HealthBridge): void {
    const clinics = clinicsOf(device.person);
    const doctors = this.#doctorsOf(device).filter(
      (each) => each.id === device.person.doctor || clinics.includes(each.clinic),
    );
    const [doctor] = doctors;
    if (doctor === undefined) return;
    const date = new Date(START + this.#random.between(0, DAYS_AHEAD) * DAY_MS).toISOString().slice(0, 10);
    const hours = this.#random.pick([[], [{ from: "08:00", to: "09:00" }], [{ from: "08:00", to: "12:00" }]]);
    const input = { doctor: doctor.id, dates: [{ date, hours }] };
    this.#queue(device, app, [{ type: "availability.except", input }]);
  }

  #updatePatient(device: Device, app: HealthBridge): void {
    const patient = this.#patientOf(app);
    if (patient === undefined) return;
    const village = this.#word();
    const clinic = this.#random.percent(15) ? this.#random.pick(this.#doctorsOf(device)).clinic : undefined;
    if (clinic !== undefined) this.#world.movedCards.add(patient);
    this.#queue(device, app, [
      { type: "patient.update", input: { patient, village, ...(clinic === undefined ? {} : { clinic }) } },
    ]);
  }

  /** A card goes to the other clinic where she works, sometimes with what it has there. */
  #moveCard(device: Device, app: HealthBridge): void {
    const patient = app.get("patient", this.#patientOf(app) ?? "");
    const clinic = clinicsOf(device.person).find((each) => each !== patient?.clinic);
    if (patient?.clinic === undefined || clinic === undefined) return;
    this.#world.movedCards.add(patient.id);
    const along = this.#random.percent(40) ? [this.#booking(device, () => patient.id)] : [];
    const move: Item = { type: "patient.update", input: { patient: patient.id, clinic } };
    this.#queue(device, app, this.#random.percent(50) ? [move, ...along] : [...along, move]);
  }

  #acknowledge(device: Device, app: HealthBridge): void {
    const acknowledge = async (): Promise<void> => {
      const outcomes = await app.outcomes();
      device.hear(outcomes);
      await app.acknowledge(outcomes.filter(() => this.#random.percent(60)).map(({ id }) => id));
    };
    acknowledge().catch(() => undefined); // the app was closed or its disk is full
  }

  /** Queues operations and writes down what the device said about them. */
  #queue(device: Device, app: HealthBridge, items: readonly Item[]): void {
    const { history, person } = device;
    const account = app.status.get().account?.id ?? person.account;
    for (const { word } of items) if (word !== undefined) history.attempted.add(word);
    const waitsFor = this.#random.percent(10)
      ? this.#random.pick([...history.asked.keys(), undefined])
      : undefined;
    const list = items.map(({ word: _word, patient: _patient, ...item }, at) =>
      at === 0 && waitsFor !== undefined ? { ...item, after: [history.nowCalled(waitsFor)] } : item,
    );
    // Type and input were put together above, one by one.
    app.enqueueMany(list as readonly EnqueueItem[]).then(
      (kept) => {
        for (const [at, { id }] of kept.entries()) {
          const { type, word, input, patient } = items[at] ?? {};
          const appointment =
            typeof input === "object" && "appointment" in input ? String(input.appointment) : undefined;
          history.asked.set(id, { id, type: type ?? "", nonce: word, account, appointment, patient });
          this.#world.trace.note(`${device.name} keeps ${id} ${type ?? ""} ${word ?? ""}`);
        }
      },
      (error: unknown) => {
        const code = error instanceof Error && "code" in error ? String(error.code) : "none";
        this.#world.trace.note(`${device.name} refuses to keep: ${code}`);
        if (!REFUSALS.has(code))
          this.#world.violated("crash", `${device.name} refused an operation: ${String(error)}`);
      },
    );
  }

  #lane() {
    return this.#random.pick(["normal", "normal", "normal", "urgent", "bulk"] as const);
  }

  #wishes() {
    return this.#random.pick([
      undefined,
      undefined,
      [{ wish: "sameDay" as const }],
      [{ wish: "sameDay" as const }, { wish: "sameDoctor" as const, days: 2 }],
      [{ wish: "sameDoctor" as const, days: 1 }, { wish: "giveUp" as const }],
    ]);
  }

  #patientOf(app: HealthBridge): string | undefined {
    const patients = app.list("patient");
    return patients.length === 0 ? undefined : this.#random.pick(patients).id;
  }

  /** Often the one somebody else had in hand last: so people meet. */
  #appointmentOf(app: HealthBridge): string | undefined {
    const last = app.get("appointment", this.#lastAppointment);
    const appointments = app.list("appointment");
    const chosen = last !== undefined && this.#random.percent(40) ? last : undefined;
    const { id } =
      chosen ?? (appointments.length === 0 ? { id: undefined } : this.#random.pick(appointments));
    this.#lastAppointment = id ?? this.#lastAppointment;
    return id;
  }

  #doctorsOf(device: Device): readonly DoctorPlace[] {
    return this.#world.base.doctors.filter(({ tenant }) => tenant === device.person.tenant);
  }

  #start(): string {
    const day = new Date(START + this.#random.between(0, DAYS_AHEAD) * DAY_MS).toISOString().slice(0, 10);
    const minute = FIRST_HOUR * 60 + this.#random.between(0, SLOTS_A_DAY - 1) * SLOT_MINUTES;
    const time = new Date(minute * MINUTE_MS).toISOString().slice(11, 16);
    return `${day}T${time}${OFFSET}`;
  }

  #word(): string {
    this.#words += 1;
    return `w${this.#words}`;
  }
}

/** What a device may answer when it cannot keep an operation. */
const REFUSALS: ReadonlySet<string> = new Set(["store_full", "store_closed", "store_failed", "closed"]);

interface Item {
  readonly type: string;
  readonly input: object | ((earlier: readonly string[]) => object);
  readonly lane?: "urgent" | "normal" | "bulk";
  /** stands in the row it makes */
  readonly word?: string;
  /** the word of the patient it is for */
  readonly patient?: string | undefined;
}

function madeBy(input: Item["input"], earlier: readonly string[]): object {
  return typeof input === "function" ? input(earlier) : input;
}
