import {
  type Account,
  type EntityId,
  type InputOf,
  type Problem,
  problemOf,
} from "@healthbridge/schema/client";
import type { Enqueued, EnqueueOptions } from "./outbox/operation.ts";
import { type Lease, Overlay } from "./replica/overlay.ts";
import { HealthBridge as Core } from "./health-bridge.ts";
import type { OpenOptions, SignInOptions, SignOutReport } from "./options.ts";

/** A time that this device has to itself: it can confirm it without a network. */
export type LeasedTime = Pick<Lease, "doctor" | "start" | "minutes" | "until">;

/** Times given back in one operation. */
const MOST_AT_ONCE = 100;

/**
 * One device's door to HealthBridge: writes are queued here and settle when a network appears; reads answer from what the device holds, as it will be once
 * everything queued has been applied. It brings the decisions that server and device share; all else is the core's.
 *
 * @example
 * const hb = await HealthBridge.open({ url: "https://health.example", store: indexedDbStore({ name: "clinic" }) });
 * const booking = await hb.book({ doctor, patient, start: "2026-11-23T09:20+03:00", ifTaken: [{ wish: "sameDay" }] });
 * booking.forecast; // "applied" where her calendar is held and the time is free: shown as "waiting to be sent" from this moment, network or not
 */
export class HealthBridge extends Core {
  readonly #leases: () => readonly Lease[];

  protected constructor(options: OpenOptions) {
    let leases: () => readonly Lease[] = () => [];
    super(options, (mirror, runtime) => {
      const overlay = new Overlay(mirror, runtime);
      leases = () => overlay.leases();
      return overlay;
    });
    this.#leases = leases;
  }

  static override open(options: OpenOptions): Promise<HealthBridge> {
    return new HealthBridge(options).begun(options);
  }

  protected override async begun(options: OpenOptions): Promise<this> {
    await super.begun(options);
    this.status.subscribe(() => {
      this.#giveBackEnded();
    });
    return this;
  }

  /** Checks an operation's input without queueing it, of every type a device can queue. */
  static override check(type: string, input: unknown): Problem | undefined {
    return problemOf(type, input);
  }

  /**
   * As the core's. A new sign-in is a new device: what the account's former one on this store had leased and not used is given back.
   */
  override async signIn(options: SignInOptions): Promise<Account> {
    const former = this.status.get().account?.id;
    const leases = this.#leases();
    const account = await super.signIn(options);
    if (account.id === former) await this.#giveBack(leases);
    return account;
  }

  /** As the core's. What this device has leased and not used is given back: at once where there is a network, else when the account signs in again. */
  override async signOut(options?: { readonly discardQueued?: boolean | undefined }): Promise<SignOutReport> {
    if (options?.discardQueued !== true) await this.#giveBack(this.#leases());
    return super.signOut(options);
  }

  // Between opening hours and a kept appointment. Each is `enqueue` under a name of its own, and rejects as that does.

  /**
   * Keeps a time for a patient while somebody chooses, for some minutes by the server's clock; an account can hold three at once. Worth asking for where there is a
   * network: the outcome says whether it is held, `confirm` books it, `cancel` gives it up.
   */
  hold(input: InputOf<"appointment.hold">, options?: EnqueueOptions): Promise<Enqueued> {
    const start = this.startOf(input?.doctor, input?.start);
    return this.enqueue("appointment.hold", { ...input, start }, { lane: "urgent", ...options });
  }

  /** Confirms what is pending: the clinic a booking, the patient's side a hold or an offer from the waiting list. */
  confirm(input: InputOf<"appointment.confirm">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.confirm", input, options);
  }

  /** Declines a time that was offered from the waiting list: the next one is asked, and the patient goes on waiting. */
  decline(input: InputOf<"appointment.decline">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.decline", input, options);
  }

  /** Takes back a check-in that was wrong. */
  undoCheckIn(input: InputOf<"appointment.undoCheckIn">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.undoCheckIn", input, options);
  }

  /** Gives a patient who came without an appointment the next number in the doctor's queue of the day. The outcome's output says which. */
  walkIn(input: InputOf<"appointment.walkIn">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("appointment.walkIn", input, options);
  }

  /** Sets a doctor's week; the server makes her day sheets from it, and names in the outcome's output who is booked outside of it. */
  setAvailability(input: InputOf<"availability.set">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("availability.set", input, options);
  }

  /** Opens or closes single dates of a doctor. */
  exceptAvailability(input: InputOf<"availability.except">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("availability.except", input, options);
  }

  /** Sets what binds those who book with a doctor: kinds of visit, notice, horizon, most a day, who confirms, what happens to a time that comes free. */
  setBookingRules(input: InputOf<"doctor.setRules">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("doctor.setRules", input, options);
  }

  // Times of a clinic's device, which it confirms without a network.

  /**
   * Takes free times of a doctor for this device alone, until an instant; worth asking for where there is a network, before it goes away. Once the outcome is there
   * `leasedTimes` has them, and `book` at one of them says `confirmed` at once. What is not used by `until` this device gives back by itself as soon as
   * it can; where it never comes back, each time stays its own until it has begun. Her calendar is followed from then on.
   * @example
   * await hb.takeLease({ doctor, dates: ["2026-11-30"], until: "2026-11-30T18:00+03:00", most: 6 });
   */
  async takeLease(input: InputOf<"lease.take">, options?: EnqueueOptions): Promise<Enqueued> {
    await this.follow(`calendar:${input.doctor}`);
    return this.enqueue("lease.take", input, { lane: "urgent", ...options });
  }

  /**
   * Gives times back, this device's own or those of one that is lost (`device`). From this moment they are confirmed here no longer, network or not. It is sent after
   * everything that was confirmed before it: what is used by then stays used.
   */
  giveBackLease(input: InputOf<"lease.giveBack">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("lease.giveBack", input, { lane: "bulk", ...options });
  }

  /** Times of a doctor (or of all) that this device can confirm by itself now, in order of time. */
  leasedTimes(doctor?: EntityId): readonly LeasedTime[] {
    return this.#leases()
      .filter((each) => each.ended === "no" && each.offered && (doctor ?? each.doctor) === each.doctor)
      .map(({ doctor: whose, start, minutes, until }) => ({ doctor: whose, start, minutes, until }))
      .toSorted((left, right) => Date.parse(left.start) - Date.parse(right.start));
  }

  /** What is over and was not used is of use to others. That it was noted once is known by its reference, in every tab. */
  #giveBackEnded(): void {
    const over = this.#leases().filter(
      ({ ended, start, until }) => ended === "yes" && until < Date.parse(start),
    );
    // Where it cannot be kept now it is tried again.
    this.#giveBack(over).catch(() => undefined);
  }

  async #giveBack(leases: readonly Lease[]): Promise<void> {
    for (const doctor of new Set(leases.map((each) => each.doctor))) {
      const hers = leases.filter((each) => each.doctor === doctor);
      for (let at = 0; at < hers.length; at += MOST_AT_ONCE) {
        const starts = hers.slice(at, at + MOST_AT_ONCE).map(({ start }) => start);
        const { device = "", until = 0 } = hers[at] ?? {};
        const ref = `lease over: ${doctor} ${starts.length} from ${starts[0] ?? ""}, ${until}, ${device}`;
        await this.giveBackLease({ doctor, starts, device }, { ref });
      }
    }
  }

  /** Sets the days on which a clinic is closed. The outcome's output names who is booked then. */
  setHolidays(input: InputOf<"clinic.setHolidays">, options?: EnqueueOptions): Promise<Enqueued> {
    return this.enqueue("clinic.setHolidays", input, options);
  }
}
