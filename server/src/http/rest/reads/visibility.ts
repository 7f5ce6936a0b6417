import { accountFeed, clinicFeed, type Kind } from "@healthbridge/schema";
import { feed, feedEntry } from "@healthbridge/schema/tables";
import { and, type Column, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { ReadDrizzle } from "../../../database/statements.ts";
import type { Authenticated } from "../../context.ts";

/** A table whose rows belong to tenants. */
interface OfTenant {
  readonly id: MySqlColumn;
  readonly tenantId: MySqlColumn;
}

/**
 * The condition that somebody may read a row: it is her tenant's, and one of her feeds shows it. So REST and sync can never disagree about who sees what. Administrators
 * read all of their tenant.
 */
export function readable(db: ReadDrizzle, who: Authenticated, kind: Kind, table: OfTenant): SQL | undefined {
  const ofTenant = inTenant(who, table.tenantId);
  return who.role === "administrator" ? ofTenant : shownTo(db, who, kind, table);
}

/** The same for what administrators read no more of than others: only what one of somebody's own feeds shows. */
export function shownTo(db: ReadDrizzle, who: Authenticated, kind: Kind, table: OfTenant): SQL | undefined {
  const shown = db
    .select({ id: feedEntry.entityId })
    .from(feedEntry)
    .innerJoin(feed, eq(feed.handle, feedEntry.feed))
    .where(
      and(
        eq(feed.tenantId, who.tenant),
        inArray(feed.name, personalFeeds(who)),
        eq(feedEntry.kind, kind),
        eq(feedEntry.gone, 0),
      ),
    );
  return and(inTenant(who, table.tenantId), inArray(table.id, shown));
}

/**
 * The condition for what everybody in a tenant may read: its directory of doctors and clinics, and the doctors' calendars. Every row is in such a feed, so the tenant decides
 * alone, and the indexes on names and positions serve.
 */
export function inTenant(who: Authenticated, tenantId: Column): SQL {
  return sql`${tenantId} = ${who.tenant}`;
}

/** The feeds that hold what only some may see. */
function personalFeeds(who: Authenticated): string[] {
  return [accountFeed(who.account), ...who.clinics.map(clinicFeed)];
}
