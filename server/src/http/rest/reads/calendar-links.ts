import { CalendarLink, EntityId } from "@healthbridge/schema";
import { calendarLink } from "@healthbridge/schema/tables";
import { and, asc, eq } from "drizzle-orm";
import * as z from "zod/mini";
import { calendarLinkOfRow } from "../../../operations/records/calendar-records.ts";
import type { Authenticated } from "../../context.ts";
import { exampleCalendarLink } from "../openapi/examples.ts";
import { After, afterNumber, endAt, pageOf, pageSchema } from "./pages.ts";
import { Limit } from "./parameters.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { inTenant } from "./visibility.ts";

/** A link without the digest of its secret: what somebody made, never how to open it. */
const ListedLink = z.omit(CalendarLink, { digest: true });
const { digest: _digest, ...exampleLink } = exampleCalendarLink;

/** `GET /v1/calendar-links` */
export const listCalendarLinks = defineRead({
  path: "/v1/calendar-links",
  summary: "The caller's own calendar links",
  description: "Oldest first, those that ended as well. What opens them is not known here.",
  params: NOTHING,
  query: z.strictObject({ limit: Limit, after: z.optional(After) }),
  answer: pageSchema(ListedLink),
  example: { items: [exampleLink] },
  async find({ who, query, db }) {
    const rows = await db
      .select()
      .from(calendarLink)
      .where(and(own(who), afterNumber(query.after, calendarLink.madeAt, calendarLink.id)))
      .orderBy(asc(calendarLink.madeAt), asc(calendarLink.id))
      .limit(query.limit + 1);
    return pageOf(rows, query.limit, calendarLinkOfRow, (row) => endAt([row.madeAt], row.id));
  },
});

/** `GET /v1/calendar-links/:link` */
export const readCalendarLink = defineRead({
  path: "/v1/calendar-links/:link",
  summary: "One of the caller's own calendar links",
  params: z.strictObject({ link: EntityId }),
  query: NOTHING,
  answer: ListedLink,
  example: exampleLink,
  async find({ who, params, db }) {
    const rows = await db
      .select()
      .from(calendarLink)
      .where(and(own(who), eq(calendarLink.id, params.link)));
    return rows[0] === undefined ? undefined : calendarLinkOfRow(rows[0]);
  },
});

function own(who: Authenticated) {
  return and(inTenant(who, calendarLink.tenantId), eq(calendarLink.accountId, who.account));
}
