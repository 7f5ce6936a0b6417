import type { EntityId } from "@healthbridge/schema";
import { and, eq, gt, or, sql, type SQL, type SQLWrapper } from "drizzle-orm";
import * as z from "zod/mini";
import { httpProblem } from "../../problem.ts";

/**
 * Where a page ends, for `after`: the numbers it is sorted by, if any, and the last id, as `1234:<id>`, `50000:1234:<id>` or `<id>`. Never a name: addresses end up in logs. It grants nothing, so it needs
 * no signature: whoever makes one up moves within what she may read anyway.
 */
export const After = z.string().check(z.regex(/^(\d{1,15}:){0,2}[A-Za-z0-9_-]{16}\.[1-9][0-9]{0,9}$/));

/** The same, of what is sorted by one number and then by id. */
export const AfterNumber = After.check(z.regex(/^\d+:[^:]+$/));

/** Some of many, and where to go on. */
export function pageSchema<Item extends z.ZodMiniType>(item: Item) {
  return z.object({ items: z.array(item), next: z.optional(After) });
}

/** What a page is made of. */
export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** Cuts off the row that was asked for beyond the limit; its presence says that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  endOf: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(itemOf),
    ...(rows.length > limit && last !== undefined ? { next: endOf(last) } : {}),
  };
}

/** The end of a page that is sorted by numbers and then by id. */
export function endAt(numbers: readonly number[], id: string): string {
  return [...numbers.map(String), id].join(":");
}

/** Reads the end of a page that is sorted by one number or two. */
export function endOf(after: string, count: 1): { readonly numbers: readonly [number]; readonly id: string };
export function endOf(
  after: string,
  count: 2,
): { readonly numbers: readonly [number, number]; readonly id: string };
export function endOf(
  after: string,
  count: number,
): { readonly numbers: readonly number[]; readonly id: string } {
  const parts = after.split(":");
  const id = parts.pop();
  if (id === undefined || parts.length !== count) throw wrongEnd();
  return { numbers: parts.map(Number), id };
}

/** The condition that a row comes after the end of a page sorted by a number and then by id. */
export function afterNumber(after: string | undefined, number: SQLWrapper, id: SQLWrapper): SQL | undefined {
  if (after === undefined) return undefined;
  const { numbers, id: lastId } = endOf(after, 1);
  return beyond(number, numbers[0], id, lastId);
}

/** The condition that a row comes after the end of a page sorted by name and then by id; `nameOf` finds the name of the last row. */
export async function afterName(
  after: string | undefined,
  name: SQLWrapper,
  id: SQLWrapper,
  nameOf: (id: EntityId) => Promise<string | undefined>,
): Promise<SQL | undefined> {
  if (after === undefined) return undefined;
  const last = after.includes(":") ? undefined : await nameOf(after);
  if (last === undefined) throw wrongEnd();
  return beyond(name, last, id, after);
}

function beyond(sorted: SQLWrapper, last: string | number, id: SQLWrapper, lastId: string): SQL | undefined {
  return or(gt(sql`${sorted}`, last), and(eq(sql`${sorted}`, last), gt(sql`${id}`, lastId)));
}

function wrongEnd(): Error {
  return httpProblem("malformed", "query.after", "not the end of such a page");
}
