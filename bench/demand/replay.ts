import { type EntityId, LIMITS } from "@healthbridge/schema";
import { read } from "../../server/src/database/read.ts";
import type { Asked } from "../stage.ts";
import { type Arm, RANKED } from "./arms.ts";
import { DAY, instantOf, minuteOf, startOf } from "./calendar.ts";
import { chooseTime } from "./choose.ts";
import { type Answer, Desk } from "./desk.ts";
import { type Event, eventsOf } from "./events.ts";
import type { Layout, Wanted } from "./generate.ts";
import type { House } from "./house.ts";
import { LeaseWatch, type SeenLeases } from "./lease-watch.ts";
import { syncWithLease } from "./lease.ts";
import { wouldDo } from "./lost.ts";
import type { Place } from "./places.ts";
import { openTown, type Town } from "./town.ts";

/** What is replayed, and where. */
export interface Replay {
  readonly house: House;
  readonly places: readonly Place[];
  readonly layout: Layout;
  readonly seed: number;
  readonly demand: readonly Wanted[];
  readonly arm: Arm;
  readonly progress: (done: number, all: number) => void;
}

/** An appointment as the database has it in the end. */
export interface Row {
  readonly id: EntityId;
  readonly doctor: EntityId;
  readonly status: string;
  readonly start: number;
}

/** What a replay came to. */
export interface Replayed {
  readonly requests: readonly { readonly wanted: Wanted; readonly answer: Answer }[];
  readonly rows: ReadonlyMap<EntityId, Row>;
  /** appointments that were booked when their patient cancelled, although they had begun on the waiting list */
  readonly gotATime: ReadonlySet<EntityId>;
  /** doctors' ids, by their numbers in the demand */
  readonly doctors: readonly EntityId[];
  readonly seen: SeenLeases;
  /** exchanges that failed */
  readonly failures: number;
}

/** Replays a demand in a town of its own, with one way of asking. */
export async function replayDemand(replay: Replay): Promise<Replayed> {
  const { house, places, layout, seed, demand } = replay;
  house.clock.now = instantOf(0);
  const town = await openTown(house, places, layout);
  await using stack = new AsyncDisposableStack();
  const desks = await Promise.all(
    town.desks.map(async (post, clinic) => {
      const doctors = doctorsOnScreen(layout, clinic).map((doctor) => at(town.doctors, doctor));
      return stack.use(await Desk.open(house, town, post, doctors));
    }),
  );
  const online = stack.use(await Desk.open(house, town, town.online, []));
  const run = new Run(replay, town, desks, online);
  await run.begin();
  const events = eventsOf(seed, demand, desks.length);
  for (const [done, event] of events.entries()) {
    replay.progress(done, events.length);
    house.clock.now = instantOf(event.at);
    await run.happen(event);
  }
  replay.progress(events.length, events.length);
  return await run.end();
}

/** Doctors whose calendars a clinic's device keeps: its own, and those within reach of them. */
function doctorsOnScreen({ clinicOf, others }: Layout, clinic: number): readonly number[] {
  const own = doctorsOf(clinicOf, clinic);
  return [...new Set(own.flatMap((doctor) => [doctor, ...(others[doctor] ?? [])]))];
}

function doctorsOf(clinicOf: Layout["clinicOf"], clinic: number): readonly number[] {
  return [...clinicOf.keys()].filter((doctor) => clinicOf[doctor] === clinic);
}

function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new RangeError(`there is no number ${place}`);
  return found;
}

class Run {
  readonly #replay: Replay;
  readonly #town: Town;
  readonly #desks: readonly Desk[];
  readonly #online: Desk;
  readonly #taken = new Map<Wanted, EntityId>();
  readonly #gotATime = new Set<EntityId>();
  readonly #watch: LeaseWatch;

  constructor(replay: Replay, town: Town, desks: readonly Desk[], online: Desk) {
    this.#replay = replay;
    this.#town = town;
    this.#desks = desks;
    this.#online = online;
    this.#watch = new LeaseWatch(replay.house, town.tenant);
  }

  /** Every device takes its first lease, in the arm that has them. */
  async begin(): Promise<void> {
    for (const clinic of this.#desks.keys()) await this.#sync(clinic);
  }

  async happen(event: Event): Promise<void> {
    switch (event.kind) {
      case "ask":
        return this.#ask(event.wanted);
      case "cancel":
        return this.#cancel(event.wanted);
      case "sync":
        return this.#sync(event.clinic);
      case "evening":
        return this.#evening();
    }
  }

  async end(): Promise<Replayed> {
    for (const clinic of this.#desks.keys()) await this.#sync(clinic);
    const rows = await this.#rows();
    return {
      requests: [...this.#taken].flatMap(([wanted, id]) => {
        const answer = this.#deskOf(wanted).answer(id);
        return answer ? [{ wanted, answer }] : [];
      }),
      rows: new Map(rows.map((row) => [row.id, row])),
      gotATime: this.#gotATime,
      doctors: this.#town.doctors,
      seen: this.#watch,
      failures: [this.#online, ...this.#desks].reduce((sum, { failures }) => sum + failures, 0),
    };
  }

  /** A clinic's device has a network. */
  async #sync(clinic: number): Promise<void> {
    const { arm, layout, house } = this.#replay;
    const desk = at(this.#desks, clinic);
    if (!arm.takesLeases) return desk.sync();
    const own = doctorsOf(layout.clinicOf, clinic).map((doctor) => at(this.#town.doctors, doctor));
    await syncWithLease(desk, own, house.clock.now);
    this.#watch.noteLease(desk);
    await this.#noteRefusals(desk, new Set(own));
  }

  /** Notes which times of others' would have done for those who got none. What is its `own` a device has not refused. */
  #noteRefusals(desk: Desk, own: ReadonlySet<EntityId>): Promise<void> {
    const { layout } = this.#replay;
    const doctors = this.#town.doctors;
    return this.#watch.noteRefusals(desk, (asked, time) => {
      const others = at(layout.others, doctors.indexOf(asked.doctor)).map((other) => at(doctors, other));
      return !own.has(time.doctor) && wouldDo(asked, new Set(others), time);
    });
  }

  /** Who is online is shown what is free at this moment and takes what comes nearest: the server's own search does for her what a screen would. */
  async #ask(wanted: Wanted): Promise<void> {
    const { house, layout, arm } = this.#replay;
    const desk = this.#deskOf(wanted);
    const name = `Patient ${wanted.number}`;
    const doctor = at(this.#town.doctors, wanted.doctor);
    if (wanted.online) {
      const id = await desk.ask(name, { doctor, start: startOf(wanted.start) }, RANKED);
      this.#taken.set(wanted, id);
      await desk.sync();
      if (arm.takesLeases) await this.#noteRefusals(desk, new Set());
      return;
    }
    const others = at(layout.others, wanted.doctor).map((other) => at(this.#town.doctors, other));
    const screen = { sheet: (id: string) => desk.hb.get("sheet", id), own: desk.hb.leasedTimes() };
    const choice = chooseTime(screen, { doctor, start: wanted.start, others, now: house.clock.now });
    this.#taken.set(wanted, await desk.ask(name, choice, arm.ifTaken));
  }

  async #cancel(wanted: Wanted): Promise<void> {
    const id = this.#taken.get(wanted);
    if (id === undefined) return;
    const [row] = await this.#rows("AND id = ?", id);
    if (row?.status === "booked") this.#gotATime.add(id);
    const desk = this.#deskOf(wanted);
    await desk.cancel(id);
    if (wanted.online) await desk.sync();
  }

  /** Notes who came and who did not, and ends what waited in vain, as the server's job would. That job looks after every tenant, and here each has a time of its own. */
  async #evening(): Promise<void> {
    const { house } = this.#replay;
    const wantedOf = new Map([...this.#taken].map(([wanted, id]) => [id, wanted]));
    const now = minuteOf(house.clock.now);
    const today = instantOf(Math.floor(now / DAY) * DAY);
    const rows = await this.#rows("AND start_at BETWEEN ? AND ?", today, house.clock.now);
    const visits = rows.flatMap(({ id, status }): readonly Asked[] => {
      const fate = status === "booked" ? wantedOf.get(id)?.fate : undefined;
      if (fate === "attended") return [{ type: "appointment.complete", input: { appointment: id } }];
      return fate === "missed" ? [{ type: "appointment.markMissed", input: { appointment: id } }] : [];
    });
    if (visits.length > 0) await this.#town.asSystem(visits);
    const over = await this.#rows("AND open_until <= ?", house.clock.now);
    const ids = over.map(({ id }) => id);
    for (let from = 0; from < ids.length; from += LIMITS.cleanedAtOnce) {
      const appointments = ids.slice(from, from + LIMITS.cleanedAtOnce);
      await this.#town.asSystem([{ type: "appointment.expire", input: { appointments } }]);
    }
  }

  #deskOf({ online, clinic }: Wanted): Desk {
    return online ? this.#online : at(this.#desks, clinic);
  }

  #rows(where = "", ...values: readonly (string | number)[]): Promise<readonly Row[]> {
    const statement = `SELECT id, doctor_id AS doctor, status, start_at AS start FROM appointment WHERE tenant_id = ? ${where}`;
    return read(this.#replay.house.pool, (reader) =>
      reader.query<Row & Record<string, string | number>>(statement, [this.#town.tenant, ...values]),
    );
  }
}
