import {
  type Appointment,
  changedSlots,
  DECISIONS,
  type EntityId,
  foreseenSum,
  holdsTime,
  NotLoaded,
  problemOf,
  type Readable,
  type ReadableKind,
  splitSheetId,
  type State,
} from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Mirror } from "../mirror.ts";
import { idOfKey, type OutboxRow } from "../outbox/rows.ts";
import { serverNow } from "../sync/clock.ts";
import { Shelf } from "./shelf.ts";
import { type Foresight, isComplete, queueInOrder, UNKNOWN, type View } from "./view.ts";

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
  #stale = true;
  #sheetsMayLack = false;

  constructor(mirror: Mirror, runtime: Runtime) {
    this.#mirror = mirror;
    this.#runtime = runtime;
    mirror.onAbsorb = ([table, key, value]) => {
      if (table === "outcome" || (table === "meta" && key !== "session")) return;
      const foreseenAlready = table === "outbox" && value && this.#foresights.has(idOfKey(key));
      if (!foreseenAlready) this.#stale = true;
    };
  }

  readonly check: View["check"] = problemOf;

  foresight(id: EntityId, added?: OutboxRow): Foresight {
    this.#refresh();
    if (added) this.#foresights.set(id, this.#foresee(id, added));
    return this.#foresights.get(id) ?? UNKNOWN;
  }

  /** The entity after everything queued. */
  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined;
  get(kind: ReadableKind, id: string): unknown {
    if (kind === "agenda") return this.#agendaOf(id);
    // These decide whose feed gets a copy, or who may sign in, which is the server's matter.
    if (kind === "doctorAccount" || kind === "login") return undefined;
    if (isLookUp(kind)) throw new NotLoaded({ kind, id });
    const held = this.held(kind, id);
    if (held) return held;
    const { account } = this.#mirror;
    if (kind === "account" && id === account?.id) return account;
    if (
      kind === "sheet" &&
      (this.#sheetsMayLack || isComplete(this.#mirror, `calendar:${splitSheetId(id).doctor}`))
    )
      return undefined;
    throw new NotLoaded({ kind, id });
  }

  readonly held: Shelf["get"] = (kind, id) => this.touched.get(kind, id) ?? this.#mirror.base.get(kind, id);

  get touched(): Shelf {
    this.#refresh();
    return this.#shelf;
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#shelf.clear();
    this.#foresights.clear();
    for (const [id, row] of queueInOrder(this.#mirror)) this.#foresights.set(id, this.#foresee(id, row));
  }

  #foresee(id: EntityId, row: OutboxRow): Foresight {
    const { type, input, after } = row;
    const decide = DECISIONS[type];
    // What does not fit was queued by a newer version of the app.
    if (!decide || (!this.#checked.has(input) && problemOf(type, input))) return UNKNOWN;
    this.#checked.add(input);
    if (after?.some((each) => this.#foresights.get(each)?.forecast === "rejected")) return UNKNOWN;
    this.#sheetsMayLack = type === "appointment.cancel"; // without a sheet only the slot's mark is missed
    try {
      const { account } = this.#mirror;
      const actor = account && { ...account, account: account.id };
      const now = serverNow(this.#mirror, this.#runtime);
      const decision = decide(this, input, { actor, now, id });
      if (decision.status === "rejected") return { forecast: "rejected", problem: decision.problem };
      const { changes } = decision;
      const slots = changedSlots(changes, this.held);
      for (const { kind, entity } of changes) this.#shelf.put(kind, entity);
      const entities = changes.flatMap(({ kind, entity }) =>
        kind === "sheet" ? [] : [[kind, entity] as const],
      );
      return { forecast: "applied", foreseen: { sum: foreseenSum(changes, slots), entities, slots } };
    } catch (error) {
      if (error instanceof NotLoaded) return UNKNOWN;
      throw error;
    }
  }

  #agendaOf(patient: string): readonly Appointment[] {
    const ids = new Set([...this.#mirror.base.agenda(patient), ...this.#shelf.agenda(patient)]);
    return [...ids].flatMap((id) => this.held("appointment", id) ?? []).filter((each) => holdsTime(each));
  }
}

/** What only a server looks up. */
function isLookUp(kind: ReadableKind): kind is "standing" | "waiting" | "holds" | "clinicDoctors" | "nearby" {
  return /^(standing|waiting|holds|clinicDoctors|nearby)$/.test(kind);
}
