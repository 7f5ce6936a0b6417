import {
  type Actor,
  type Appointment,
  type Change,
  type Decidable,
  type EntityId,
  foreseenSum,
  holdsTime,
  judge,
  NotLoaded,
  type Problem,
  type Readable,
  type ReadableKind,
  slotState,
  splitOperationId,
  splitSheetId,
  type State,
} from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Mirror } from "../mirror.ts";
import type { Forecast } from "../outbox/operation.ts";
import { type Foreseen, idOfKey, type OutboxRow, type SlotMark } from "../outbox/rows.ts";
import { serverNow } from "../sync/clock.ts";
import { Shelf } from "./shelf.ts";

/** What this device foresees of one operation. */
export interface Foresight {
  readonly forecast: Forecast;
  readonly problem?: Problem;
  readonly foreseen?: Foreseen;
}

const UNKNOWN: Foresight = { forecast: "unknown" };

/**
 * The optimistic view: the decisions of all queued operations of the present account, made one after another over what the server said (the base).
 * Operations that were queued last are added to it; after anything else has changed it is made again when somebody looks.
 */
export class Overlay implements State {
  readonly #mirror: Mirror;
  readonly #runtime: Runtime;
  readonly #shelf: Shelf = new Shelf();
  readonly #foresights = new Map<EntityId, Foresight>();
  /** checked inputs, so that making the view again does not check them again */
  readonly #judged = new WeakMap<object, Decidable>();
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

  /** What is foreseen of an operation in the queue. */
  foresight(id: EntityId): Foresight {
    this.#refresh();
    return this.#foresights.get(id) ?? UNKNOWN;
  }

  /** Adds an operation that is about to be queued after all others. */
  admit(id: EntityId, row: OutboxRow): Foresight {
    this.#refresh();
    return this.#decide(id, row);
  }

  /** The entity after everything queued. */
  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined;
  get(kind: ReadableKind, id: string): unknown {
    if (kind === "agenda") return this.#agendaOf(id);
    // These decide whose feed gets a copy, or who may sign in, which is the server's matter.
    if (kind === "doctorAccount" || kind === "login") return undefined;
    const held = this.held(kind, id);
    if (held) return held;
    const { account } = this.#mirror;
    if (kind === "account" && id === account?.id) return account;
    if (kind === "sheet" && (this.#sheetsMayLack || this.#hasCalendar(splitSheetId(id).doctor)))
      return undefined;
    throw new NotLoaded({ kind, id });
  }

  readonly held: Shelf["get"] = (kind, id) => this.touched.get(kind, id) ?? this.#mirror.base.get(kind, id);

  /** What queued operations have touched, as they leave it. */
  get touched(): Shelf {
    this.#refresh();
    return this.#shelf;
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#shelf.clear();
    this.#foresights.clear();
    for (const [id, row] of queueInOrder(this.#mirror)) this.#decide(id, row);
  }

  #decide(id: EntityId, row: OutboxRow): Foresight {
    const foresight = this.#foresee(id, row);
    this.#foresights.set(id, foresight);
    return foresight;
  }

  #foresee(id: EntityId, row: OutboxRow): Foresight {
    const judged = this.#judge(row);
    if (!judged || row.after?.some((each) => this.#foresights.get(each)?.forecast === "rejected"))
      return UNKNOWN;
    this.#sheetsMayLack = row.type === "appointment.cancel"; // without a sheet only the slot's mark is missed
    try {
      const now = serverNow(this.#mirror, this.#runtime);
      const decision = judged.decide(this, { actor: actorOf(this.#mirror), now, id });
      if (decision.status === "rejected") return { forecast: "rejected", problem: decision.problem };
      const foreseen = foreseenOf(decision.changes, this.held);
      for (const { kind, entity } of decision.changes) this.#shelf.put(kind, entity);
      return { forecast: "applied", foreseen };
    } catch (error) {
      if (error instanceof NotLoaded) return UNKNOWN;
      throw error;
    }
  }

  #judge({ type, input }: OutboxRow): Decidable | undefined {
    const known = this.#judged.get(input);
    if (known) return known;
    const verdict = judge(type, input);
    if ("problem" in verdict) return undefined; // queued by a newer version of the app
    this.#judged.set(input, verdict.judged);
    return verdict.judged;
  }

  #agendaOf(patient: string): readonly Appointment[] {
    const ids = new Set([...this.#mirror.base.agenda(patient), ...this.#shelf.agenda(patient)]);
    return [...ids]
      .flatMap((id) => this.held("appointment", id) ?? [])
      .filter(({ status }) => holdsTime(status));
  }

  /** Whether all sheets of a doctor are held, so that one that is not held does not exist. */
  #hasCalendar(doctor: EntityId): boolean {
    return isComplete(this.#mirror, `calendar:${doctor}`);
  }
}

/** Whether everything a feed had has been pulled at least once. */
export function isComplete(mirror: Mirror, feed: string): boolean {
  return mirror.feeds.get(mirror.feedNamed(feed) ?? "")?.complete === true;
}

/** The present account's queue in the order in which it was queued. */
export function queueInOrder(mirror: Mirror): ReadonlyArray<readonly [EntityId, OutboxRow]> {
  const { owner } = mirror;
  return [...mirror.queue]
    .filter(([id]) => mirror.streams.get(splitOperationId(id).stream)?.owner === owner)
    .toSorted(([, left], [, right]) => left.order - right.order);
}

function actorOf({ account }: Mirror): Actor | undefined {
  return account && { ...account, account: account.id };
}

/** What is kept of a decision's changes. Sheets as the slots that changed: others change the rest of a sheet. */
function foreseenOf(changes: readonly Change[], before: Shelf["get"]): Foreseen {
  const slots: SlotMark[] = [];
  const entities: Array<Foreseen["entities"][number]> = [];
  for (const { kind, entity } of changes) {
    if (kind !== "sheet") entities.push([kind, entity]);
    else {
      const old = before("sheet", entity.id)?.runs;
      for (const [run, [first, , , step, states]] of entity.runs.entries()) {
        for (let at = 0; at < states.length; at++) {
          const letter = states.charAt(at);
          if (letter !== old?.[run]?.[4][at]) slots.push([entity.id, first + at * step, slotState(letter)]);
        }
      }
    }
  }
  return { sum: foreseenSum(changes), entities, slots };
}
