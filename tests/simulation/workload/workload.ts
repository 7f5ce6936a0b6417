import type { HealthBridge } from "../../../client-sdk/src/index.ts";
import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import type { Device } from "../world/device.ts";
import { clinicsOf } from "../world/people.ts";
import type { World } from "../world/world.ts";
import { Hands } from "./hands.ts";
import type { Item } from "./items.ts";
import { Talk } from "./talk.ts";
import { Writing } from "./writing.ts";
import { crossing, rush, tussle } from "./meetings.ts";

/** Who works at two clinics moves cards so often. */
const MOVER_PERCENT = 40;

/** And who keeps a doctor's hours begins so often with times of her own. */
const LEASE_PERCENT = 40;

/** What people do with their devices. Each action begins something and does not wait for it: the network may be away for days. */
export class Workload {
  readonly hands: Hands;
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #talk: Talk | undefined;
  readonly #writing: Writing | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork("workload");
    this.hands = new Hands(world, this.#random);
    this.#talk = world.chats ? new Talk(world, this.hands) : undefined;
    this.#writing = world.documents && new Writing(world, world.documents);
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
    const doctors = this.hands.items.doctorsOf(device.person).map(({ id }) => id);
    const calendars = [...doctors, ...device.follows].map((id) => `calendar:${id}`);
    await device.app?.follow("directory", ...calendars);
  }

  /** Before the network goes away, who keeps a doctor's hours often takes some of them for her device. */
  async lease(device: Device): Promise<void> {
    const { app, person } = device;
    const item = this.#random.percent(LEASE_PERCENT) ? this.hands.items.lease(person) : undefined;
    if (app === undefined || item === undefined) return;
    this.hands.ask(device, [item], app);
    await app.sync();
  }

  /** Where people talk: somebody has something to talk about, and has begun. */
  async beginToTalk(): Promise<void> {
    await this.#talk?.begin();
  }

  /** One thing somebody does, and perhaps something that is said or written. */
  act(): void {
    this.#use();
    this.#talk?.act();
    this.#writing?.act();
  }

  /** One thing somebody does with a device. */
  #use(): void {
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
    const { hands } = this;
    const roll = this.#random.between(1, 110);
    if (roll <= 24) this.#book(device, app);
    else if (roll <= 29) this.#register(device, app);
    else if (roll <= 36) hands.list(device, this.#random.between(1, 5), app);
    else if (roll <= 43) this.#withAppointment(device, app, (id) => hands.items.cancel(id));
    else if (roll <= 50) this.#reschedule(device, app);
    else if (roll <= 55) this.#withAppointment(device, app, (id) => hands.items.visit(id));
    else if (roll <= 60) this.#hold(device, app);
    else if (roll <= 65) this.#withAppointment(device, app, (id) => hands.items.answer(id));
    else if (roll <= 66) hands.ask(device, [hands.items.holidays(device.person) ?? []].flat(), app);
    else if (roll <= 69) hands.ask(device, [hands.items.hours(device.person) ?? []].flat(), app);
    else if (roll <= 75) this.#updatePatient(device, app);
    else if (roll <= 79) rush(this.#world, hands, this.#random, device);
    else if (roll <= 83) tussle(this.#world, hands, this.#random, device, app);
    else if (roll <= 88) this.#acknowledge(device, app);
    else if (roll <= 95) hands.sync(app);
    else if (roll <= 97) app.stop();
    else if (roll <= 100) app.start();
    else if (roll <= 105) hands.ask(device, [hands.items.lease(device.person) ?? []].flat(), app);
    else if (roll <= 106) hands.giveBack(device, app);
    else crossing(this.#world, hands, this.#random, device, app);
  }

  #register(device: Device, app: HealthBridge): void {
    this.hands.ask(device, [this.hands.items.newPatient(device.person)], app);
  }

  #book(device: Device, app: HealthBridge): void {
    const patient = this.hands.patientOf(app);
    if (patient === undefined) this.#register(device, app);
    else
      this.hands.ask(
        device,
        [this.hands.items.booking(device.person, () => patient, this.hands.ownTime(app))],
        app,
      );
  }

  /** She keeps a time for somebody while she chooses; now and then for one who stands before her without any. */
  #hold(device: Device, app: HealthBridge): void {
    const patient = this.hands.patientOf(app);
    if (patient === undefined) return;
    const { items } = this.hands;
    const { person } = device;
    const item = this.#random.percent(25) ? items.walkIn(person, patient) : items.hold(person, patient);
    this.hands.ask(device, [item], app);
  }

  #withAppointment(device: Device, app: HealthBridge, item: (appointment: string) => Item): void {
    const appointment = this.hands.appointmentOf(app);
    if (appointment !== undefined) this.hands.ask(device, [item(appointment)], app);
  }

  /** Now and then she thinks better of it at once, and what she says last may overtake what she said first. */
  #reschedule(device: Device, app: HealthBridge): void {
    const times = this.#random.percent(30) ? 2 : 1;
    this.#withAppointment(device, app, (appointment) => {
      if (times === 2) this.hands.ask(device, [this.hands.items.reschedule(appointment)], app);
      return this.hands.items.reschedule(appointment);
    });
  }

  #updatePatient(device: Device, app: HealthBridge): void {
    const patient = this.hands.patientOf(app);
    if (patient === undefined) return;
    const { items } = this.hands;
    const moves = this.#random.percent(15);
    this.hands.ask(
      device,
      [
        moves
          ? items.moveCard(patient, this.#random.pick(items.doctorsOf(device.person)).clinic)
          : items.update(patient),
      ],
      app,
    );
  }

  /** A card goes to the other clinic where she works, sometimes with what it has there. */
  #moveCard(device: Device, app: HealthBridge): void {
    const patient = app.get("patient", this.hands.patientOf(app) ?? "");
    const clinic = clinicsOf(device.person).find((each) => each !== patient?.clinic);
    if (patient?.clinic === undefined || clinic === undefined) return;
    const { items } = this.hands;
    const along = this.#random.percent(40) ? [items.booking(device.person, () => patient.id)] : [];
    const move = items.moveCard(patient.id, clinic);
    this.hands.ask(device, this.#random.percent(50) ? [move, ...along] : [...along, move], app);
  }

  #acknowledge(device: Device, app: HealthBridge): void {
    const acknowledge = async (): Promise<void> => {
      const outcomes = await app.outcomes();
      device.hear(outcomes);
      await app.acknowledge(outcomes.filter(() => this.#random.percent(60)).map(({ id }) => id));
    };
    acknowledge().catch(() => undefined); // the app was closed or its disk is full
  }
}
