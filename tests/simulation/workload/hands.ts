import type { EnqueueItem, HealthBridge } from "../../../client-sdk/src/index.ts";
import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import type { Device } from "../world/device.ts";
import type { World } from "../world/world.ts";
import { type At, type Item, Items, type Lane } from "./items.ts";

/** What a device may answer when it cannot keep an operation. */
const REFUSALS: ReadonlySet<string> = new Set(["store_full", "store_closed", "store_failed", "closed"]);

/** How somebody uses a device that is open; nothing happens on one that is not. Nothing is waited for: the network may be away for days. */
export class Hands {
  readonly items: Items;
  readonly #world: World;
  readonly #random: SeededRandom;
  #lastAppointment = "";

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
    this.items = new Items(world, random);
  }

  /** She asks for something. */
  ask(device: Device, items: readonly Item[], app = device.app): void {
    if (app !== undefined && items.length > 0) this.#queue(device, app, items);
  }

  /** And wants it gone this moment. */
  hurry(device: Device, items: readonly Item[]): void {
    this.ask(device, items);
    if (device.app !== undefined) this.sync(device.app);
  }

  /** Somebody new, whom she writes down at once. */
  write(device: Device, lane: Lane = "normal"): void {
    this.hurry(device, [{ ...this.items.newPatient(device.person), lane }]);
  }

  /** Some people and their appointments, and gone this moment. */
  family(device: Device, count: number): void {
    this.hurry(device, this.withBookings(device, count));
  }

  /** A list of the day. */
  list(device: Device, count: number, app = device.app): void {
    this.ask(device, this.withBookings(device, count), app);
  }

  /** Each patient, and a booking for her that names her before the server knows her. */
  withBookings(device: Device, count: number, at: At = {}): readonly Item[] {
    const lane = this.#random.pick(["normal", "bulk", "bulk", "urgent"] as const);
    const oneByOne = this.#random.percent(50);
    const { person } = device;
    const patients = Array.from({ length: count }, () => ({ ...this.items.newPatient(person), lane }));
    const bookings = patients.map(({ word }, index) => ({
      ...this.items.booking(person, (earlier) => earlier[oneByOne ? 2 * index : index] ?? "", {
        ...(device.app === undefined ? {} : this.ownTime(device.app)),
        ...at,
      }),
      lane,
      patient: word,
    }));
    return oneByOne
      ? patients.flatMap((patient, index) => [patient, ...bookings.slice(index, index + 1)])
      : [...patients, ...bookings];
  }

  /** Often a time that this device can confirm by itself, where it has one. */
  ownTime(app: HealthBridge): At {
    const times = app.leasedTimes();
    if (times.length === 0 || this.#random.percent(30)) return {};
    const { doctor, start } = this.#random.pick(times);
    return { doctor, start };
  }

  /** Some of what she has to herself she does not need. */
  giveBack(device: Device, app: HealthBridge): void {
    const [first, ...rest] = app.leasedTimes();
    if (first === undefined) return;
    const starts = [first, ...rest]
      .filter(({ doctor }) => doctor === first.doctor && this.#random.percent(60))
      .map(({ start }) => start);
    if (starts.length === 0) return;
    const input = { doctor: first.doctor, starts };
    this.ask(device, [{ type: "lease.giveBack", lane: this.items.lane(), input }], app);
  }

  /** Sometimes on a line that carries little, and sometimes only to be rid of what is queued. */
  sync(app: HealthBridge): void {
    const dice = this.#random.between(1, 100);
    const options =
      dice <= 40 ? { budget: 1_024 } : dice <= 60 ? ({ until: "settled", budget: 0 } as const) : {};
    app.sync(options).catch(() => undefined);
  }

  /** Somebody whom she has in sight. */
  patientOf(app: HealthBridge): string | undefined {
    const patients = app.list("patient");
    return patients.length === 0 ? undefined : this.#random.pick(patients).id;
  }

  /** Somebody whom others have in sight as well. */
  sharedPatient(device: Device): string | undefined {
    const others = this.#world.devices.filter((each) => each !== device);
    const shared = (device.app?.list("patient") ?? []).filter(({ id }) =>
      others.some((other) => other.app?.get("patient", id) !== undefined),
    );
    return shared.length === 0 ? undefined : this.#random.pick(shared).id;
  }

  /** Often the one somebody else had in hand last: so people meet. */
  appointmentOf(app: HealthBridge): string | undefined {
    const last = app.get("appointment", this.#lastAppointment);
    const appointments = app.list("appointment");
    const chosen = last !== undefined && this.#random.percent(40) ? last : undefined;
    const { id } =
      chosen ?? (appointments.length === 0 ? { id: undefined } : this.#random.pick(appointments));
    this.#lastAppointment = id ?? this.#lastAppointment;
    return id;
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
        for (const [at, { id, forecast }] of kept.entries()) {
          const { type, word, input, patient } = items[at] ?? {};
          history.asked.set(id, {
            id,
            type: type ?? "",
            nonce: word,
            account,
            appointment: named(input, "appointment"),
            conversation: named(input, "conversation"),
            message: named(input, "message"),
            patient,
          });
          if (forecast === "confirmed") history.promised.set(id, startOf(app, id));
          this.#world.trace.note(`${device.name} keeps ${id} ${type ?? ""} ${word ?? ""} ${forecast}`);
        }
      },
      (error: unknown) => {
        const code = error instanceof Error && "code" in error ? String(error.code) : "none";
        this.#world.trace.note(`${device.name} refuses to keep: ${code}`);
        // Another tab may just have signed her out: nothing of hers is kept then, and she is told.
        const signedOut = code === "not_signed_in" && this.#world.on("sign-out");
        if (!REFUSALS.has(code) && !signedOut)
          this.#world.violated("crash", `${device.name} refused an operation: ${String(error)}`);
      },
    );
  }
}

/** What an input that was not left to be made names as this. */
function named(input: Item["input"] | undefined, field: string): string | undefined {
  const value: unknown = typeof input === "object" ? Reflect.get(input, field) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The start that a booking asks for which the device has just queued. */
function startOf(app: HealthBridge, id: string): string {
  return String(app.waiting().find((each) => each.id === id)?.input["start"]);
}
