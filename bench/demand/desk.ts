import {
  type Enqueued,
  type Forecast,
  HealthBridge,
  memoryStore,
  type Outcome,
  platformRuntime,
} from "@healthbridge/client-sdk";
import type { EntityId, Wish } from "@healthbridge/schema";
import { endsInTime } from "./ends-in-time.ts";
import type { House } from "./house.ts";
import { gotNoTime } from "./lost.ts";
import type { Post, Town } from "./town.ts";

/** A machine that does other things as well may keep a server waiting; that is not what is measured. */
const PATIENCE_MS = 60_000;

/** What is asked for, of whom. */
export interface Choice {
  readonly doctor: EntityId;
  readonly start: string;
}

/** What a device knows of a request it has taken. */
export interface Answer {
  readonly appointment: EntityId;
  readonly asked: Choice;
  readonly forecast: Forecast;
  /** once the server has decided */
  readonly outcome?: Outcome;
}

/** A device with the real SDK, in the replay's time; its network is there when `sync` is called, and never else. */
export class Desk implements AsyncDisposable {
  readonly hb: HealthBridge;
  readonly #clinic: EntityId;
  readonly #answers = new Map<EntityId, Answer>();
  /** exchanges that failed, and leases asked for wrongly; there should be none */
  failures = 0;

  private constructor(hb: HealthBridge, clinic: EntityId) {
    this.hb = hb;
    this.#clinic = clinic;
    hb.on("outcome", (outcome) => {
      const known = this.#answers.get(outcome.id);
      if (known) this.#answers.set(outcome.id, { ...known, outcome });
      // A day may be too full to lease any of it; what else can be wrong with a lease is the replay's own fault.
      const code = outcome.type === "lease.take" ? outcome.problem?.code : undefined;
      if (code !== undefined && code !== "lease_limit") this.failures += 1;
    });
  }

  /** Signs in and reads the calendars of some doctors for the first time. */
  static async open(house: House, town: Town, post: Post, doctors: readonly EntityId[]): Promise<Desk> {
    const hb = await HealthBridge.open({
      url: house.url,
      tenant: town.tenant,
      deviceName: post.login,
      store: memoryStore(),
      runtime: { ...platformRuntime(), now: () => house.clock.now },
      autoSync: false,
    });
    await hb.signIn({ login: post.login, password: town.password });
    await hb.follow("directory", ...doctors.map((doctor) => `calendar:${doctor}`));
    const desk = new Desk(hb, post.clinic);
    await desk.sync();
    return desk;
  }

  /** Registers a patient and asks for a time for her: kept on the device until it has a network. */
  async ask(name: string, asked: Choice, ifTaken: readonly Wish[]): Promise<EntityId> {
    const patient: Enqueued = await this.hb.registerPatient({ name, clinic: this.#clinic });
    const { id, forecast } = await this.hb.book({ ...asked, patient: patient.id, ifTaken: [...ifTaken] });
    this.#answers.set(id, { appointment: id, asked, forecast });
    return id;
  }

  /** Cancels for the patient, unless it is known that there is nothing to cancel. */
  async cancel(appointment: EntityId): Promise<void> {
    if (this.answer(appointment)?.outcome?.status === "rejected") return;
    await this.hb.cancel({ appointment, by: "patient" }, { after: [appointment] });
  }

  /** Sends what is queued and reads what is new. */
  async sync(): Promise<void> {
    const { done } = await this.hb.sync({ tryFor: PATIENCE_MS });
    if (!done) this.failures += 1;
  }

  /** What the device knows of a request, by its appointment. */
  answer(appointment: EntityId): Answer | undefined {
    return this.#answers.get(appointment);
  }

  /** Requests for which the server had no time to give when it decided. */
  withoutTime(): readonly Answer[] {
    return [...this.#answers.values()].filter(({ outcome }) => outcome && gotNoTime(outcome));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return endsInTime("a device", this.hb.close());
  }
}
