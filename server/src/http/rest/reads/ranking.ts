import { asc, eq, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn, MySqlTable } from "drizzle-orm/mysql-core";
import type { ReadDrizzle } from "../../../database/statements.ts";
import { boxAround, inBox, metresFrom } from "./geography.ts";
import { afterName, afterNumber, endAt } from "./pages.ts";
import { positionOf } from "./parameters.ts";

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

/** Order, bounds and page ends of a search; the same for doctors and clinics. */
interface Ranking {
  /** whole metres from `near`; null where it was not asked for */
  readonly metres: SQL<number | null>;
  readonly conditions: readonly (SQL | undefined)[];
  readonly order: readonly SQL[];
  readonly endOf: (row: { readonly metres: number | null; readonly id: string }) => string;
}

export async function rank(db: ReadDrizzle, wanted: Wanted, by: Sortable): Promise<Ranking> {
  return wanted.near === undefined ? rankByName(db, wanted, by) : rankByDistance(wanted.near, wanted, by);
}

function rankByDistance(near: string, { withinKm, after }: Wanted, { table, lat, lng }: Sortable): Ranking {
  const here = positionOf(near);
  const metres = metresFrom(here, lat, lng);
  const reach = withinKm * 1_000;
  return {
    metres: metres.mapWith(Number),
    conditions: [
      inBox(lat, lng, boxAround(here, reach)),
      sql`${metres} <= ${reach}`,
      afterNumber(after, metres, table.id),
    ],
    order: [asc(metres), asc(table.id)],
    endOf: (row) => endAt(row.metres ?? 0, row.id),
  };
}

async function rankByName(
  db: ReadDrizzle,
  { after }: Wanted,
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
    endOf: ({ id }) => id,
  };
}
