import { asc, eq, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn, MySqlTable } from "drizzle-orm/mysql-core";
import type { ReadDrizzle } from "../../../database/statements.ts";
import { boxAround, inBox, metresFrom } from "../../../geography.ts";
import { afterName, afterNumber, endAt, endOf } from "./pages.ts";
import { positionOf } from "./parameters.ts";
import { nearest } from "./widening.ts";

/** How a search of the directory is asked to sort. */
interface Wanted {
  /** nearest first, and nobody further than `withinKm`; else by name */
  readonly near?: string | undefined;
  readonly withinKm: number;
  readonly after?: string | undefined;
}

/** Where the things that are sorted have what they are sorted by. */
interface Sortable {
  readonly table: MySqlTable & { readonly id: MySqlColumn; readonly name: MySqlColumn };
  readonly lat: MySqlColumn;
  readonly lng: MySqlColumn;
  /** what the caller may see of the table */
  readonly visible: SQL;
}

/** What every row of a search says, beside what it is. */
interface Ranked {
  readonly id: string;
  /** whole metres from `near`; null where it was not asked for */
  readonly metres: number | null;
}

/** Order and bounds of one statement of a search; the same for doctors and clinics. */
export interface Ranking {
  readonly metres: SQL<number | null>;
  readonly conditions: readonly (SQL | undefined)[];
  readonly order: readonly SQL[];
}

/** The first rows of a search behind where the last page ended, at most `enough`; `select` runs the statement for an order and its bounds. */
export async function ranked<Row extends Ranked>(
  db: ReadDrizzle,
  wanted: Wanted,
  by: Sortable,
  enough: number,
  select: (ranking: Ranking) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const { near, withinKm, after } = wanted;
  if (near === undefined) return select(await byName(db, after, by));
  return nearest({
    reach: withinKm * 1_000,
    from: after === undefined ? 0 : endOf(after, 1).numbers[0],
    enough,
    ask: (reach) => select(byDistance(near, reach, after, by)),
  });
}

/** Where a page ends after such a row. */
export function endOfRanked({ metres, id }: Ranked): string {
  return metres === null ? id : endAt([metres], id);
}

function byDistance(near: string, reach: number, after: string | undefined, by: Sortable): Ranking {
  const { table, lat, lng } = by;
  const here = positionOf(near);
  const metres = metresFrom(here, lat, lng);
  return {
    metres: metres.mapWith(Number),
    conditions: [
      inBox(lat, lng, boxAround(here, reach)),
      sql`${metres} <= ${reach}`,
      afterNumber(after, metres, table.id),
    ],
    order: [asc(metres), asc(table.id)],
  };
}

async function byName(
  db: ReadDrizzle,
  after: string | undefined,
  { table, visible }: Sortable,
): Promise<Ranking> {
  const nameOf = async (id: string): Promise<string | undefined> => {
    const rows = await db
      .select({ name: sql<string>`${table.name}` })
      .from(table)
      .where(sql`${visible} AND ${eq(table.id, id)}`);
    return rows[0]?.name;
  };
  return {
    metres: sql<null>`NULL`,
    conditions: [await afterName(after, table.name, table.id, nameOf)],
    order: [asc(table.name), asc(table.id)],
  };
}
