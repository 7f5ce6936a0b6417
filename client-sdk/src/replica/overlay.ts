import {
  type Actor,
  addDays,
  type Appointment,
  changedSlots,
  CONFIRMS,
  DECISIONS,
  type EntityId,
  fits,
  foreseenSum,
  holdsTime,
  type Kind,
  LEASE_MARGIN_MS,
  leasedSlots,
  leasedStarts,
  MINUTE_MS,
  NotLoaded,
  problemOf,
  type Readable,
  type ReadableKind,
  splitSheetId,
  type Start,
  type State,
  withLetter,
  withoutLease,
} from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Mirror } from "../mirror.ts";
import { type Foreseen, idOfKey, type OutboxRow } from "../outbox/rows.ts";
import { serverNow } from "../sync/clock.ts";
import { Elapsed } from "./elapsed.ts";
import { Shelf } from "./shelf.ts";
import { type Foresight, isComplete, type Mark, queueInOrder, UNKNOWN, type View } from "./view.ts";

/**
 * The optimistic view: the decisions of all queued operations of the present account, made one after another over what the server said (the base).
 * Operations that were queued last are added to it; after anything else has changed it is made again when somebody looks.
 */
export class Overlay implements State, View {
  readonly #mirror: Mirror;
  readonly #runtime: Runtime;
  readonly #shelf: Shelf = new Shelf();
  readonly #foresights = new Map<EntityId, Foresight>();
  /** checked inputs, so that making the view again does not check them again */
  readonly #checked = new WeakSet<object>();
  /** appointments just as this device has confirmed them; not what was done to them since */
  readonly #words = new WeakSet<object>();
  readonly #elapsed: Elapsed;
  /** queued changes of hours, as texts: what they make of day sheets only the server can say, which has the time zones' rules */
  readonly #hours: string[] = [];
  #stale = true;
  /** the type of what is being decided; none where the time is the device's own, for which hours do not count */
  #type = "";

  constructor(mirror: Mirror, runtime: Runtime) {
    this.#mirror = mirror;
    this.#runtime = runtime;
    this.#elapsed = new Elapsed(mirror, runtime);
    mirror.onAbsorb = ([table, key, value]) => {
      if (key === "sync") this.#elapsed.note();
      if (table === "outcome" || (table === "meta" && key !== "session")) return;
      const foreseenAlready = table === "outbox" && value && this.#foresights.has(idOfKey(key));
      if (!foreseenAlready) this.#stale = true;
    };
  }

  readonly check: View["check"] = problemOf;

  foresight(id: EntityId, added?: OutboxRow): Foresight {
    this.#refresh();
    if (added) {
      const { kept, ...foresight } = this.#confirm(id, added) ?? this.#foresee(id, plain(added));
      this.#foresights.set(id, { ...foresight, kept: { ...kept, needs: this.#mustFollow(added) } });
    }
    return this.#foresights.get(id) ?? UNKNOWN;
  }

  mark(kind: Kind, id: string): Mark | undefined {
    const entity = this.touched.get(kind, id);
    return entity && { waiting: true, ...(this.#words.has(entity) && { confirmed: true }) };
  }

  /** Times that this device has to itself and has not used. Most devices have none: then the view need not be made. */
  leases(): readonly Lease[] {
    const { base, session } = this.#mirror;
    if (!session) return [];
    const { device } = session;
    return [...base.keys()].flatMap((key) => {
      const [, id = ""] = key.split(":");
      const known = base.get("sheet", id);
      return known && leasedStarts(known, device).size > 0 ? this.#leasesOn(id, device) : [];
    });
  }

  #leasesOn(id: string, device: EntityId): readonly Lease[] {
    const sheet = this.held("sheet", id);
    if (!sheet) return [];
    const untils = leasedStarts(sheet, device);
    const { doctor } = splitSheetId(id);
    return leasedSlots(sheet, device).map(({ instant, start, minutes, state }) => {
      const until = Math.min(untils.get(instant) ?? 0, instant * MINUTE_MS);
      return { device, doctor, start, minutes, until, offered: state === "h", ended: this.#ended(until) };
    });
  }

  /** The entity after everything queued. */
  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined;
  get(kind: ReadableKind, id: string): unknown {
    if (kind === "agenda") return this.#agendaOf(id);
    // These decide whose feed gets a copy, or who may sign in, which is the server's matter.
    if (kind === "doctorAccount" || kind === "login" || kind === "conversation" || kind === "message")
      return undefined;
    if (isLookUp(kind) || (kind === "sheet" && this.#replanned(id))) throw new NotLoaded({ kind, id });
    const held = this.held(kind, id);
    if (held) return held;
    const { account } = this.#mirror;
    if (kind === "account" && id === account?.id) return account;
    // Without a sheet a cancellation misses only the slot's mark.
    if (
      kind === "sheet" &&
      (this.#type === "appointment.cancel" || isComplete(this.#mirror, `calendar:${splitSheetId(id).doctor}`))
    )
      return undefined;
    throw new NotLoaded({ kind, id });
  }

  readonly held: Shelf["get"] = (kind, id) => this.touched.get(kind, id) ?? this.#mirror.base.get(kind, id);

  get touched(): Shelf {
    this.#refresh();
    return this.#shelf;
  }

  /** Where a lease stands that ends at an instant (ms): it is used only until the later clock says so, and given back by the wall's. */
  #ended(until: number): Lease["ended"] {
    if (until <= serverNow(this.#mirror, this.#runtime)) return "yes";
    return until - LEASE_MARGIN_MS <= this.#elapsed.latest() ? "perhaps" : "no";
  }

  /** This device's word for a booking that is about to be queued, where the time is its own; it is kept with the input. */
  #confirm(id: EntityId, row: OutboxRow): Foresight | undefined {
    const { type, after } = row;
    const { input } = plain(row);
    // What depends on something else can be promised by nobody; nor can it for somebody whose registration does.
    const patient = this.#mirror.queue.get(String(input["patient"]));
    if (type !== "appointment.book" || after || patient?.after) return undefined;
    const context = { actor: this.#actor(), now: this.#elapsed.latest(), id };
    this.#type = "";
    const leased = this.#deciding(() => CONFIRMS(this, input, context));
    if (!leased) return undefined;
    const promised = { ...input, leased };
    const { forecast, kept } = this.#foresee(id, { ...row, input: promised });
    return forecast === "applied" ? { forecast: "confirmed", kept: { ...kept, input: promised } } : undefined;
  }

  /**
   * What an operation must not overtake in whichever lane that waits: giving times back what was confirmed, for such a time is not given back; and a booking what
   * gives times back, for it may be of one of these.
   */
  #mustFollow({ type }: OutboxRow): readonly EntityId[] | undefined {
    if (type !== "lease.giveBack" && type !== "appointment.book") return undefined;
    const ids: EntityId[] = [];
    for (const [id, other] of this.#mirror.queue)
      if (type === "appointment.book" ? other.type === "lease.giveBack" : other.input["leased"]) ids.push(id);
    return ids.length > 0 ? ids : undefined;
  }

  /** What was promised stays promised, whatever is seen of it by now: it is shown as it was when it was confirmed. */
  #promised({ entities, slots }: Foreseen): Foresight {
    for (const [kind, entity] of entities) {
      if (!isAppointment(kind, entity)) continue;
      this.#shelf.put("appointment", entity);
      this.#words.add(entity);
    }
    for (const [id, instant, letter] of slots) {
      const sheet = this.held("sheet", id);
      if (sheet) this.#shelf.put("sheet", withLetter(withoutLease(sheet, [{ instant }]), instant, letter));
    }
    return { forecast: "confirmed" };
  }

  #actor(): Actor | undefined {
    const { account, session } = this.#mirror;
    return account && { ...account, account: account.id, device: session?.device };
  }

  /** `undefined` where the device holds too little to decide. */
  #deciding<T>(decide: () => T): T | undefined {
    try {
      return decide();
    } catch (error) {
      if (error instanceof NotLoaded) return undefined;
      throw error;
    }
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#shelf.clear();
    this.#foresights.clear();
    this.#hours.length = 0;
    for (const [id, row] of queueInOrder(this.#mirror)) this.#foresights.set(id, this.#foresee(id, row));
  }

  #foresee(id: EntityId, row: OutboxRow): Foresight {
    const { type, input, after, foreseen } = row;
    // Holidays that are none any more count as well.
    if (/availability|Holidays/.test(type))
      this.#hours.push(JSON.stringify([input, this.held("clinic", String(input["clinic"]))]));
    if (input["leased"] && foreseen) return { ...this.#promised(foreseen), kept: { foreseen } };
    const decide = DECISIONS[type];
    const actor = this.#actor();
    // What nobody is signed in for is decided by who will be; what does not fit was queued by a newer version of the app.
    if (!actor || !decide || (!this.#checked.has(input) && problemOf(type, input))) return UNKNOWN;
    this.#checked.add(input);
    if (after?.some((each) => this.#foresights.get(each)?.forecast === "rejected")) return UNKNOWN;
    this.#type = input["leased"] ? "" : type;
    const now = serverNow(this.#mirror, this.#runtime);
    const decision = this.#deciding(() => decide(this, input, { actor, now, id }));
    if (!decision) return UNKNOWN;
    if (decision.status === "rejected") return { forecast: "rejected", problem: decision.problem };
    const { changes } = decision;
    const slots = changedSlots(changes, this.held);
    for (const { kind, entity } of changes) {
      this.#shelf.put(kind, entity);
      if (input["leased"] && kind === "appointment") this.#words.add(entity);
    }
    const entities = changes.flatMap(({ kind, entity }) =>
      kind === "sheet" ? [] : [[kind, entity] as const],
    );
    return { forecast: "applied", kept: { foreseen: { sum: foreseenSum(changes, slots), entities, slots } } };
  }

  /** Whether a time is looked for on a day sheet that queued hours may change; those of the day before may go on overnight. */
  #replanned(sheet: string): boolean {
    const { doctor, date } = splitSheetId(sheet);
    const { clinic = doctor } = this.held("doctor", doctor) ?? {};
    return this.#hours.some(
      (text) =>
        /book|reschedule/.test(this.#type) &&
        [doctor, clinic].some((whose) => text.includes(whose)) &&
        ['"weekly"', date, addDays(date, -1)].some((when) => text.includes(when)),
    );
  }

  #agendaOf(patient: string): readonly Appointment[] {
    const ids = new Set([...this.#mirror.base.agenda(patient), ...this.#shelf.agenda(patient)]);
    return [...ids].flatMap((id) => this.held("appointment", id) ?? []).filter((each) => holdsTime(each));
  }
}

/** Its word is the device's own to give: what an app says of it is not taken. */
function plain(row: OutboxRow): OutboxRow {
  const { leased: _whoever, ...input } = row.input;
  return row.type === "appointment.book" ? { ...row, input } : row;
}

function isAppointment(kind: string, entity: object): entity is Appointment {
  return kind === "appointment" && fits(kind, entity);
}

/** A time that this device has to itself. */
export interface Lease {
  readonly device: EntityId;
  readonly doctor: EntityId;
  readonly start: Start;
  readonly minutes: number;
  /** until when this device may confirm it, ms since 1970 */
  readonly until: number;
  /** whether the doctor's hours still have it */
  readonly offered: boolean;
  readonly ended: "no" | "perhaps" | "yes";
}

/** What only a server looks up. */
function isLookUp(kind: ReadableKind): kind is "standing" | "waiting" | "holds" | "clinicDoctors" | "nearby" {
  return /^(standing|waiting|holds|clinicDoctors|nearby)$/.test(kind);
}
