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
  type Sheet,
  splitSheetId,
  type State,
} from "@healthbridge/schema/client";
import type { Mirror } from "../mirror.ts";
import type { Forecast } from "../outbox/operation.ts";
import { type Foreseen, idOfKey, type OutboxRow, plain, type SlotMark } from "../outbox/rows.ts";
import { isKind, Shelf } from "./shelf.ts";

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
  readonly #now: () => number;
  readonly #shelf: Shelf = new Shelf();
  readonly #touched = new Set<string>();
  readonly #foresights = new Map<EntityId, Foresight>();
  /** checked inputs, so that making the view again does not check them again */
  readonly #judged = new WeakMap<object, Decidable>();
  #stale = true;
  #sheetsMayLack = false;

  constructor(mirror: Mirror, now: () => number) {
    this.#mirror = mirror;
    this.#now = now;
    mirror.onAbsorb = ([table, key, value]) => {
      if (table === "outcome" || (table === "meta" && key !== "session")) return;
      const foreseenAlready = table === "outbox" && value !== undefined && this.#foresights.has(idOfKey(key));
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
    if (kind === "doctorAccount") return undefined; // decides only whose feed gets a copy, which is the server's matter
    const held = isKind(kind) ? this.held(kind, id) : undefined;
    if (held !== undefined) return held;
    if (kind === "account" && id === this.#mirror.account?.id) return this.#mirror.account;
    if (kind === "sheet" && (this.#sheetsMayLack || this.#hasCalendar(splitSheetId(id).doctor)))
      return undefined;
    throw new NotLoaded({ kind, id });
  }

  readonly held: Shelf["get"] = (kind, id) => {
    this.#refresh();
    return this.#shelf.get(kind, id) ?? this.#mirror.base.get(kind, id);
  };

  /** Ids of a kind that queued operations have touched. */
  readonly changed: Shelf["all"] = (kind) => {
    this.#refresh();
    return this.#shelf.all(kind);
  };

  isTouched(kind: string, id: string): boolean {
    return this.#touched.has(`${kind}:${id}`);
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#shelf.clear();
    this.#touched.clear();
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
    if (
      judged === undefined ||
      row.after?.some((each) => this.#foresights.get(each)?.forecast === "rejected") === true
    )
      return UNKNOWN;
    this.#sheetsMayLack = row.type === "appointment.cancel"; // without a sheet only the slot's mark is missed
    try {
      const decision = judged.decide(this, { actor: actorOf(this.#mirror), now: this.#now(), id });
      if (decision.status === "rejected") return { forecast: "rejected", problem: decision.problem };
      const foreseen = foreseenOf(decision.changes, this.held);
      for (const change of decision.changes) {
        this.#shelf.put(change);
        this.#touched.add(`${change.kind}:${change.entity.id}`);
      }
      return { forecast: "applied", foreseen };
    } catch (error) {
      if (error instanceof NotLoaded) return UNKNOWN;
      throw error;
    }
  }

  #judge(row: OutboxRow): Decidable | undefined {
    const known = this.#judged.get(row.input);
    if (known !== undefined) return known;
    const verdict = judge(row.type, row.input);
    if ("problem" in verdict) return undefined; // queued by a newer version of the app
    this.#judged.set(row.input, verdict.judged);
    return verdict.judged;
  }

  #agendaOf(patient: string): readonly Appointment[] {
    const ids = new Set([...this.#mirror.base.agenda(patient), ...this.#shelf.agenda(patient)]);
    return [...ids].flatMap((id) => {
      const appointment = this.held("appointment", id);
      return appointment !== undefined && holdsTime(appointment.status) ? [appointment] : [];
    });
  }

  /** Whether all sheets of a doctor are held, so that one that is not held does not exist. */
  #hasCalendar(doctor: EntityId): boolean {
    const handle = this.#mirror.feedNamed(`calendar:${doctor}`);
    return handle !== undefined && this.#mirror.feeds.get(handle)?.complete === true;
  }
}

/** The present account's queue in the order in which it was queued. */
export function queueInOrder(mirror: Mirror): ReadonlyArray<readonly [EntityId, OutboxRow]> {
  const { owner } = mirror;
  return [...mirror.queue]
    .filter(([id]) => mirror.streams.get(id.slice(0, id.indexOf(".")))?.owner === owner)
    .toSorted(([, left], [, right]) => left.order - right.order);
}

function actorOf(mirror: Mirror): Actor | undefined {
  const { account } = mirror;
  if (account === undefined) return undefined;
  return { account: account.id, role: account.role, clinics: account.clinics, doctor: account.doctor };
}

/** What is kept of a decision's changes. Sheets as the slots that changed: others change the rest of a sheet. */
function foreseenOf(changes: readonly Change[], before: Shelf["get"]): Foreseen {
  const slots = changes.flatMap((change): readonly SlotMark[] => {
    if (change.kind !== "sheet") return [];
    const old = lettersOf(before("sheet", change.entity.id));
    return [...lettersOf(change.entity)]
      .filter(([instant, letter]) => old.get(instant) !== letter)
      .map(([instant, letter]) => [change.entity.id, instant, letter]);
  });
  const entities = changes.flatMap(({ kind, entity }) =>
    kind === "sheet" ? [] : [[kind, { ...plain(entity), id: entity.id }] as const],
  );
  return { sum: foreseenSum(changes), entities, slots };
}

/** The letter of each slot of a sheet by its instant. `slotsOf` would write every slot's time as text as well. */
function lettersOf(sheet: Sheet | undefined): ReadonlyMap<number, SlotMark[2]> {
  const letters = new Map<number, SlotMark[2]>();
  for (const [first, , , step, states] of sheet?.runs ?? []) {
    for (let at = 0; at < states.length; at++) letters.set(first + at * step, slotLetter(states.charAt(at)));
  }
  return letters;
}

function slotLetter(letter: string): SlotMark[2] {
  return letter === "f" || letter === "h" || letter === "b" || letter === "o" ? letter : "x";
}
