import {
  type Appointment,
  byTurn,
  type Change,
  type Entities,
  type EntityId,
  type Foreseen,
  holdsSlot,
  holdsTime,
  type Kind,
  MINUTE_MS,
  NotLoaded,
  type Readable,
  type ReadableKind,
  sheetId,
  splitSheetId,
  type State,
  type StreamId,
  type Touch,
  waitsFor,
  wasForeseen,
} from "@healthbridge/schema";
import type { Stored } from "./records/table.ts";

/** One entity that a batch changed. */
export interface Changed<K extends Kind = Kind> {
  readonly kind: K;
  readonly tenant: string;
  /** as it was locked; `undefined`: the batch made it */
  readonly before: Entities[K] | undefined;
  readonly after: Entities[K];
  /** the one stream that made all its changes and foresaw them; else `undefined`: everybody is told */
  readonly origin: StreamId | undefined;
}

/** A state of a changed entity, as a change. */
export function asChange<K extends Kind>(kind: K, entity: Entities[K]): Change {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a kind and an entity of that kind are a change; TypeScript does not see it through K
  return { kind, entity } as Change;
}

/** A key of what was looked up. Look-ups by name belong to a tenant, entities carry theirs. */
export function keyOf(kind: ReadableKind, id: string): string {
  return `${kind} ${id}`;
}

/**
 * What one batch has looked up and locked, with the changes of the operations decided so far on top. Decisions read it through `view`, so that no tenant sees another's.
 */
export class LoadedState {
  readonly #entities = new Map<string, { readonly tenant: string; readonly entity: unknown } | undefined>();
  readonly #changed = new Map<string, Changed>();
  /** day sheets whose waiting lists were looked up */
  readonly #waitingLists = new Set<string>();
  readonly #disabled = new Set<EntityId>();

  /** Notes what a look-up found; `undefined` is an answer too. */
  note(
    kind: ReadableKind,
    id: string,
    found: { readonly tenant: string; readonly entity: unknown } | undefined,
  ): void {
    this.#entities.set(keyOf(kind, id), found);
    if (kind === "waiting") this.#waitingLists.add(id);
  }

  has(kind: ReadableKind, id: string): boolean {
    return this.#entities.has(keyOf(kind, id));
  }

  /**
   * The state as one tenant's operations see it. `fresh` is the id of what the operation creates, which cannot exist yet. With `missed`, what was not looked
   * up is noted there and taken for absent: so one look finds all that a decision would ask for.
   */
  view(tenant: string, fresh: string, missed?: Touch[]): State {
    return {
      get: <K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined => {
        if (id === fresh) return undefined;
        const key = keyOf(kind, kind === "login" ? loginKey(tenant, id) : id);
        if (!this.#entities.has(key)) {
          if (missed === undefined) throw new NotLoaded({ kind, id });
          missed.push({ kind, id });
          return undefined;
        }
        const found = this.#entities.get(key);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `note` and `apply` put under a kind's key what that kind holds
        return found?.tenant === tenant ? (found.entity as Readable[K]) : undefined;
      },
    };
  }

  /** The state as the batch found it, for what was there: entities as they were locked, everything else as it is. */
  viewBefore(tenant: string): State {
    const now = this.view(tenant, "");
    return {
      get: <K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined => {
        const changed = this.#changed.get(keyOf(kind, id));
        if (changed?.tenant !== tenant) return now.get(kind, id);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `apply` puts under a kind's key what that kind holds
        return changed.before as Readable[K] | undefined;
      },
    };
  }

  /** Puts the changes of an applied operation on top, with the stream it came in and the part its device foresaw. */
  apply(
    tenant: string,
    changes: readonly Change[],
    by: { readonly stream: StreamId; readonly part: Foreseen },
  ): void {
    const { stream, part } = by;
    for (const change of changes) {
      const key = keyOf(change.kind, change.entity.id);
      const earlier = this.#changed.get(key);
      const before = this.#entities.get(key)?.entity;
      if (change.kind === "appointment") this.#moveInLookUps(tenant, change.entity, before);
      if (change.kind === "account") this.#nameAccount(tenant, change.entity);
      if (change.kind === "account" && change.entity.status === "disabled")
        this.#disabled.add(change.entity.id);
      const mine = wasForeseen(part, change.kind);
      const origin = mine && (earlier === undefined || earlier.origin === stream) ? stream : undefined;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one kind on both sides: `before` was found under this kind's key
      const changed = {
        kind: change.kind,
        tenant,
        before: earlier === undefined ? before : earlier.before,
        after: change.entity,
        origin,
      } as Changed;
      this.#changed.set(key, changed);
      // What is taken away is not there for whoever comes after it in the batch.
      const removed = change.kind === "conversation" && change.entity.removed === true;
      this.#entities.set(key, removed ? undefined : { tenant, entity: change.entity });
    }
  }

  /** What the batch changed of one kind, in the order of ids. */
  changedOf<K extends Kind>(kind: K): readonly Changed<K>[] {
    return [...this.#changed.values()]
      .filter((each): each is Changed<K> => each.kind === kind)
      .toSorted((left, right) => (left.after.id < right.after.id ? -1 : 1));
  }

  /** Everything the batch changed. */
  changed(): readonly Changed[] {
    return [...this.#changed.values()];
  }

  /** Accounts that were disabled, before the batch or by it, whatever it made of them after that. */
  disabled(): readonly EntityId[] {
    const found = this.changedOf("account").filter(({ before }) => before?.status === "disabled");
    return [...new Set([...found.map(({ after }) => after.id), ...this.#disabled])].toSorted();
  }

  /** Lists that an appointment stands in, or stood in, so that the next decision finds it where it is now. */
  #moveInLookUps(tenant: string, after: Appointment, before: unknown): void {
    const old = isAppointment(before) ? before : after;
    const put = (kind: ReadableKind, id: string, belongs: boolean): void => {
      const key = keyOf(kind, id);
      if (!this.#entities.has(key)) return;
      const list = this.#entities.get(key)?.entity;
      const others = isList(list) ? list.filter((other) => other.id !== after.id) : [];
      this.#entities.set(key, { tenant, entity: belongs ? [...others, after].toSorted(byTurn) : others });
    };
    put("agenda", after.patient, holdsTime(after));
    for (const id of new Set([old, after].map(({ doctor, start }) => sheetId(doctor, start.slice(0, 10)))))
      put("standing", id, holdsSlot(after) && id === sheetId(after.doctor, after.start.slice(0, 10)));
    for (const id of this.#waitingLists) {
      const { doctor, date } = splitSheetId(id);
      if (doctor === after.doctor || doctor === old.doctor)
        put("waiting", id, doctor === after.doctor && waitsFor(after, date));
    }
    if (old.heldBy !== undefined && old.heldBy !== after.heldBy) put("holds", old.heldBy, false);
    if (after.heldBy !== undefined) put("holds", after.heldBy, true);
  }

  #nameAccount(tenant: string, account: Entities["account"]): void {
    this.#entities.set(keyOf("login", loginKey(tenant, account.login)), { tenant, entity: account.id });
    if (account.doctor !== undefined)
      this.#entities.set(keyOf("doctorAccount", account.doctor), { tenant, entity: account.id });
  }
}

/** Sign-in names are one tenant's. */
export function loginKey(tenant: string, login: string): string {
  return `${tenant}/${login}`;
}

/** The instant from which on a patient's agenda is looked at (ms): a day back, so that what is going on is seen. */
export function agendaSince(now: number): number {
  return now - 24 * 60 * MINUTE_MS;
}

/** An entity with the tenant whose it is, as records take it. */
export function stored<K extends Kind>({ tenant, after }: Changed<K>): Stored<K> {
  return { tenant, entity: after };
}

function isList(value: unknown): value is readonly Appointment[] {
  return Array.isArray(value);
}

function isAppointment(value: unknown): value is Appointment {
  return typeof value === "object" && value !== null;
}
