import { type EntityId, MINUTE_MS, Sheet, splitSheetId } from "@healthbridge/schema";
import { read } from "../../server/src/database/read.ts";
import { minuteOf, startOf } from "./calendar.ts";
import type { Choice, Desk } from "./desk.ts";
import type { House } from "./house.ts";
import { slotOf } from "./lost.ts";

/** What is seen of leases during a replay. */
export interface SeenLeases {
  /** times that some device ever had to itself */
  readonly everLeased: ReadonlySet<string>;
  /** by the appointment of who got no time: the times that would have done, had not another device had them to itself at that moment */
  readonly keptFrom: ReadonlyMap<EntityId, readonly string[]>;
}

/** Notes which times devices have to themselves, and what was leased when somebody got no time. */
export class LeaseWatch implements SeenLeases {
  readonly everLeased = new Set<string>();
  readonly keptFrom = new Map<EntityId, readonly string[]>();
  readonly #house: House;
  readonly #tenant: string;

  constructor(house: House, tenant: string) {
    this.#house = house;
    this.#tenant = tenant;
  }

  /** To be called after a device has taken times. */
  noteLease(desk: Desk): void {
    for (const time of desk.hb.leasedTimes()) this.everLeased.add(slotOf(time));
  }

  /**
   * To be called after a device has had a network, while the time stands still: nobody else's lease has changed since its requests were decided.
   * @param wouldDo whether a time would have done for what was asked, and was not the device's own
   */
  async noteRefusals(desk: Desk, wouldDo: (asked: Choice, time: Choice) => boolean): Promise<void> {
    const fresh = desk.withoutTime().filter(({ appointment }) => !this.keptFrom.has(appointment));
    if (fresh.length === 0) return;
    const leased = await this.#leasedNow();
    for (const { appointment, asked } of fresh) {
      const times = leased.filter((time) => wouldDo(asked, time));
      this.keptFrom.set(appointment, times.map(slotOf));
    }
  }

  /** Times that are ahead, and some device's own and not booked. */
  async #leasedNow(): Promise<readonly Choice[]> {
    const statement = "SELECT id, leased FROM day_sheet WHERE tenant_id = ? AND leased IS NOT NULL";
    const sheets = await read(this.#house.pool, (reader) =>
      reader.query<{ id: string; leased: string }>(statement, [this.#tenant]),
    );
    const now = this.#house.clock.now;
    return sheets.flatMap(({ id, leased }) => {
      const { doctor } = splitSheetId(id);
      const starts = (Sheet.shape.leased.parse(JSON.parse(leased)) ?? []).flatMap(([, , each]) => each);
      return starts
        .map((instant) => instant * MINUTE_MS)
        .filter((instant) => instant > now)
        .map((instant) => ({ doctor, start: startOf(minuteOf(instant)) }));
    });
  }
}
