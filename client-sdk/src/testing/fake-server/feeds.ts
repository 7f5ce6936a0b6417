import {
  accountFeed,
  addDays,
  type Appointment,
  audience,
  type Entities,
  type Change,
  clinicFeed,
  type Cursor,
  dateFromDays,
  DAY_MINUTES,
  type FeedPage,
  type Kind,
  MINUTE_MS,
  patientAudience,
  type StreamId,
} from "@healthbridge/schema";
import type { Data, Feed, FeedEntry } from "./data.ts";
import { entriesAfter, isWorthShowing } from "./feed-entries.ts";
import type { World } from "./world.ts";

/** A feed to read from, and where the device stands in it. */
export interface Position {
  readonly feed: Feed;
  readonly cursor: number;
  /** its newest number when the device began to read it from its beginning, 0 where it has read it before: until then it gets everything, also what came from itself */
  readonly begun: number;
  /** what is said in conversations is not shown to whoever reads */
  readonly hidesMessages: boolean;
}

interface Taken {
  readonly pages: readonly FeedPage[];
  readonly bytes: number;
  /** number of the last change that it shows */
  readonly shown: number;
  /** where it stopped for want of budget; `undefined`: through */
  readonly through: number | undefined;
}

/** What one reading of feeds brought. */
export interface Reading {
  readonly pages: readonly FeedPage[];
  /** where feeds stand that had nothing to show */
  readonly cursors: ReadonlyMap<number, Cursor>;
  readonly more: boolean;
}

/** Writes what changed to the feeds of those who may see it, and reads them since a cursor. */
export class Feeds {
  readonly #feeds: Data["feeds"];
  readonly #world: World;

  constructor({ feeds }: Data, world: World) {
    this.#feeds = feeds;
    this.#world = world;
  }

  /** The feed of a name; made where it is not there yet. */
  named(name: string): Feed {
    const known = this.#feeds.get(name);
    if (known !== undefined) return known;
    const feed: Feed = { handle: this.#feeds.size + 1, number: 0, horizon: 0, entries: new Map() };
    this.#feeds.set(name, feed);
    return feed;
  }

  /** Whether one of these feeds shows a thing. */
  shows(names: readonly string[], kind: Kind, id: string): boolean {
    return this.#whoSaw(kind, id).some((name) => names.includes(name));
  }

  /** How many changes stand in all feeds together. */
  get written(): number {
    return [...this.#feeds.values()].reduce((sum, { number }) => sum + number, 0);
  }

  /** Whether a device had read what was written after so many changes. Then what was settled at that point was sent by a copy of it: while it waits it reads nothing. */
  hasReadPast(positions: readonly Position[], written: number): boolean {
    return positions.some(({ feed, cursor }) =>
      [...feed.entries.values()].some((entry) => entry.number <= cursor && entry.written > written),
    );
  }

  /** The name of the feed a handle stands for. */
  nameOf(handle: number): string | undefined {
    return [...this.#feeds].find(([, feed]) => feed.handle === handle)?.[0];
  }

  /**
   * Shows changes that were applied to everybody who may see them, and that they are gone to everybody who no longer may.
   * @param originOf the stream whose device foresaw a change: it is not told what it knows
   */
  show(changes: readonly Change[], originOf: (change: Change) => StreamId | undefined): void {
    for (const change of this.#foundByDoctors(changes)) this.#showAnew(change);
    for (const change of changes)
      if (!this.#isOnlyCounted(change, changes)) this.#show(change, originOf(change));
    const told = new Set(changes.map(({ kind, entity }) => keyOf(kind, entity.id)));
    for (const change of this.#takenAlong(changes))
      if (!told.has(keyOf(change.kind, change.entity.id))) this.#showAnew(change);
  }

  /** Forgets what is gone, as a server does after a while: a device that has not read so far starts anew. */
  forgetDeletions(): void {
    for (const feed of this.#feeds.values()) {
      for (const [key, { gone, number }] of feed.entries) {
        if (!gone) continue;
        feed.entries.delete(key);
        feed.horizon = Math.max(feed.horizon, number);
      }
    }
  }

  #show(change: Change, origin: StreamId | undefined): void {
    const { kind, entity } = change;
    const see = this.#whoSees(change);
    const saw = this.#whoSaw(kind, entity.id);
    const left = saw.filter((feed) => !see.includes(feed));
    // A device foresees what an entity becomes, not who comes to see it or ceases to.
    const sameFeeds = left.length === 0 && (saw.length === 0 || see.every((feed) => saw.includes(feed)));
    for (const feed of left) this.#note(feed, kind, entity.id, true, undefined);
    for (const feed of see) this.#note(feed, kind, entity.id, false, sameFeeds ? origin : undefined);
  }

  /**
   * What did not change itself is told to those who come to see it, or cease to. Where somebody ceases to it is told to all: a device that made it itself was never
   * sent it, and would take the one feed it leaves for the only one.
   */
  #showAnew(change: Change): void {
    const { kind, entity } = change;
    const see = this.#whoSees(change);
    const saw = this.#whoSaw(kind, entity.id);
    const left = saw.filter((feed) => !see.includes(feed));
    for (const feed of left) this.#note(feed, kind, entity.id, true, undefined);
    for (const feed of see)
      if (left.length > 0 || !saw.includes(feed)) this.#note(feed, kind, entity.id, false, undefined);
  }

  /** A conversation that has one message more and is else as it was: its message says so. */
  #isOnlyCounted({ kind, entity }: Change, changes: readonly Change[]): boolean {
    return (
      kind === "conversation" &&
      changes.some((each) => each.kind === "message" && each.entity.conversation === entity.id) &&
      this.#whoSaw(kind, entity.id).length > 0
    );
  }

  /**
   * A patient takes her appointments and conversations along to who may see her, a conversation its messages; an appointment shows its patient to who expects her,
   * a conversation to who answers it.
   */
  #takenAlong(changes: readonly Change[]): readonly Change[] {
    return changes.flatMap((change): readonly Change[] => {
      if (change.kind === "patient")
        return [
          ...this.#appointmentsOf(change.entity.id).map((entity) => ({
            kind: "appointment" as const,
            entity,
          })),
          ...this.#conversationsOf(change.entity.id).flatMap((entity) => [
            { kind: "conversation" as const, entity },
            ...this.#messagesOf(entity.id),
          ]),
        ];
      if (change.kind !== "conversation" && change.kind !== "appointment") return [];
      const patient = this.#world.get("patient", change.entity.patient);
      return [
        ...(change.kind === "conversation" ? this.#messagesOf(change.entity.id) : []),
        ...(patient === undefined ? [] : [{ kind: "patient" as const, entity: patient }]),
      ];
    });
  }

  /** What a doctor is shown whose account is opened when she has worked for a while. */
  #foundByDoctors(changes: readonly Change[]): readonly Change[] {
    return changes.flatMap(({ kind, entity }): readonly Change[] => {
      if (kind !== "account" || entity.doctor === undefined || this.#whoSaw(kind, entity.id).length > 0)
        return [];
      const { doctor } = entity;
      const week = this.#world.get("availability", doctor);
      const appointments = this.#world.list("appointment").filter((each) => each.doctor === doctor);
      const conversations = this.#world.list("conversation").filter((each) => each.doctor === doctor);
      const patients = new Set([...appointments, ...conversations].map(({ patient }) => patient));
      return [
        ...(week === undefined ? [] : [{ kind: "availability" as const, entity: week }]),
        ...this.#world
          .list("patient")
          .filter(({ id }) => patients.has(id))
          .map((each) => ({ kind: "patient" as const, entity: each })),
        ...appointments.map((each) => ({ kind: "appointment" as const, entity: each })),
        ...conversations.map((each) => ({ kind: "conversation" as const, entity: each })),
        ...conversations.flatMap(({ id }) => this.#messagesOf(id)),
      ];
    });
  }

  #whoSees(change: Change): readonly string[] {
    if (change.kind !== "patient") return audience(change, this.#world);
    const { id } = change.entity;
    const expecting = this.#appointmentsOf(id).flatMap((each) => this.#expectedIn(each));
    const answering = this.#conversationsOf(id).flatMap(({ doctor }) => this.#accountOf(doctor));
    return [...new Set([...patientAudience(change.entity), ...expecting, ...answering])];
  }

  /** The feeds that show an appointment, and its patient, whoever keeps her card. */
  #expectedIn({ clinic, doctor }: Appointment): readonly string[] {
    return [clinicFeed(clinic), ...this.#accountOf(doctor)];
  }

  #accountOf(doctor: string): readonly string[] {
    const account = this.#world.get("doctorAccount", doctor);
    return account === undefined ? [] : [accountFeed(account)];
  }

  #appointmentsOf(patient: string): readonly Appointment[] {
    return this.#world.list("appointment").filter((each) => each.patient === patient);
  }

  #conversationsOf(patient: string): ReadonlyArray<Entities["conversation"]> {
    return this.#world.list("conversation").filter((each) => each.patient === patient);
  }

  #messagesOf(conversation: string): ReadonlyArray<Extract<Change, { kind: "message" }>> {
    return this.#world
      .list("message")
      .filter((each) => each.conversation === conversation)
      .map((entity) => ({ kind: "message", entity }));
  }

  #whoSaw(kind: Kind, id: string): readonly string[] {
    const key = keyOf(kind, id);
    return [...this.#feeds].flatMap(([name, { entries }]) =>
      entries.get(key)?.gone === false ? [name] : [],
    );
  }

  #note(name: string, kind: Kind, id: string, gone: boolean, origin: StreamId | undefined): void {
    const feed = this.named(name);
    const key = keyOf(kind, id);
    const before = feed.entries.get(key);
    const other = before === undefined ? 0 : before.origin === origin ? before.other : before.number;
    feed.number += 1;
    feed.entries.set(key, { kind, id, number: feed.number, gone, origin, other, written: this.written });
  }

  /**
   * Reads feeds in the order given until they are through or the budget (bytes of JSON) is spent. What a device made itself and foresaw exactly is not sent back
   * to it, unless somebody else changed the same thing since.
   */
  read(
    positions: readonly Position[],
    options: {
      /** whose changes the device knows, having made them */
      readonly stream: StreamId | undefined;
      readonly budget: number;
      readonly pageBytes: number;
      readonly now: number;
    },
  ): Reading {
    const pages: FeedPage[] = [];
    const cursors = new Map<number, Cursor>();
    let left = options.budget;
    let more = false;
    for (const position of positions) {
      const { feed, cursor } = position;
      let at = cursor;
      if (cursor < feed.number && left > 0) {
        const taken = this.#pagesOf(position, { ...options, budget: left });
        pages.push(...taken.pages);
        left = taken.through === undefined ? left - taken.bytes : 0;
        at = taken.through ?? feed.number;
        if (at > (taken.shown ?? cursor)) cursors.set(feed.handle, { cursor: at });
      }
      more ||= at < feed.number;
    }
    return { pages, cursors, more };
  }

  #pagesOf(
    { feed, cursor, begun, hidesMessages }: Position,
    {
      stream,
      budget,
      pageBytes,
      now,
    }: { stream: StreamId | undefined; budget: number; pageBytes: number; now: number },
  ): Taken {
    const yesterday = addDays(dateFromDays(Math.floor(now / MINUTE_MS / DAY_MINUTES)), -1);
    const wanted = entriesAfter(feed, cursor, begun > 0 ? undefined : stream).filter(
      ({ entry, number }) =>
        !(hidesMessages && entry.kind === "message") && (number > begun || isWorthShowing(entry, yesterday)),
    );
    const pages: FeedPage[] = [];
    let items: FeedPage["items"] = [];
    let [size, bytes, last] = [0, 0, cursor];
    const endPage = (): void => {
      if (items.length > 0)
        pages.push({ feed: feed.handle, items, cursor: last, ...(last < begun ? { begun } : {}) });
      [items, size] = [[], 0];
    };
    for (const { entry, number } of wanted) {
      const item = this.#itemOf(entry);
      const length = new TextEncoder().encode(JSON.stringify(item)).length;
      // One item always goes: a budget smaller than an item must not stop a device for ever.
      if (bytes > 0 && bytes + length > budget) {
        endPage();
        return { pages, bytes, shown: last, through: last };
      }
      if (size > 0 && size + length > pageBytes) endPage();
      items.push(item);
      [size, bytes, last] = [size + length, bytes + length, number];
    }
    endPage();
    return { pages, bytes, shown: last, through: undefined };
  }

  #itemOf({ kind, id, gone }: FeedEntry): FeedPage["items"][number] {
    const entity = gone ? undefined : this.#world.get(kind, id);
    if (entity === undefined) return { kind, gone: id };
    // How many messages a conversation has devices count themselves.
    const { lines: _lines, ...told }: { readonly id: string; readonly lines?: number } = {
      lines: 0,
      ...entity,
    };
    return { kind, entity: told };
  }
}

function keyOf(kind: Kind, id: string): string {
  return `${kind} ${id}`;
}
