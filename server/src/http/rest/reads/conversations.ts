import { Conversation, EntityId, Message } from "@healthbridge/schema";
import { conversation, message } from "@healthbridge/schema/tables";
import { and, asc, desc, eq, gt, isNull, lt } from "drizzle-orm";
import * as z from "zod/mini";
import { conversationOfRow, messageOfRow } from "../../../operations/records/conversation-records.ts";
import { exampleConversation, exampleMessage } from "../openapi/examples.ts";
import { After, pageOf, pageSchema } from "./pages.ts";
import { count, Limit } from "./parameters.ts";
import { defineRead, NOTHING } from "./read-route.ts";
import { shownTo } from "./visibility.ts";

/** A conversation, with how many messages it has. */
const CountedConversation = z.extend(Conversation, {
  /** number of its newest message */
  lines: z.int(),
});

/** `GET /v1/conversations` */
export const listConversations = defineRead({
  path: "/v1/conversations",
  summary: "Conversations the caller takes part in",
  description: "`patient`, `doctor`: only hers. `open=true`: only those that are not closed.",
  params: NOTHING,
  query: z.strictObject({
    patient: z.optional(EntityId),
    doctor: z.optional(EntityId),
    open: z.optional(z.literal("true")),
    limit: Limit,
    after: z.optional(After),
  }),
  answer: pageSchema(CountedConversation),
  example: { items: [{ ...exampleConversation, lines: 2 }] },
  async find({ who, query, db }) {
    const { patient, doctor, open, after, limit } = query;
    const rows = await db
      .select()
      .from(conversation)
      .where(
        and(
          shownTo(db, who, "conversation", conversation),
          patient === undefined ? undefined : eq(conversation.patientId, patient),
          doctor === undefined ? undefined : eq(conversation.doctorId, doctor),
          open === undefined ? undefined : isNull(conversation.closed),
          after === undefined ? undefined : gt(conversation.id, after),
        ),
      )
      .orderBy(asc(conversation.id))
      .limit(limit + 1);
    return pageOf(rows, limit, countedConversationOfRow, ({ id }) => id);
  },
});

/** `GET /v1/conversations/:conversation` */
export const readConversation = defineRead({
  path: "/v1/conversations/:conversation",
  summary: "A conversation",
  description: "Its id is the appointment's. Before its first message there is none.",
  params: z.strictObject({ conversation: EntityId }),
  query: NOTHING,
  answer: CountedConversation,
  example: { ...exampleConversation, lines: 2 },
  async find({ who, params, db }) {
    const rows = await db
      .select()
      .from(conversation)
      .where(and(shownTo(db, who, "conversation", conversation), eq(conversation.id, params.conversation)));
    return rows[0] === undefined ? undefined : countedConversationOfRow(rows[0]);
  },
});

/** `GET /v1/conversations/:conversation/messages` */
export const listMessages = defineRead({
  path: "/v1/conversations/:conversation/messages",
  summary: "Messages of a conversation, the newest first",
  description:
    "`before`: only those before this number; `earlier` in the answer is the next one to ask with, where there are more.",
  params: z.strictObject({ conversation: EntityId }),
  query: z.strictObject({ before: z.optional(count(1, Number.MAX_SAFE_INTEGER)), limit: Limit }),
  answer: z.object({ items: z.array(Message), earlier: z.optional(z.int()) }),
  example: { items: [exampleMessage] },
  async find({ who, params, query, db }) {
    const found = await db
      .select({ id: conversation.id })
      .from(conversation)
      .where(and(shownTo(db, who, "conversation", conversation), eq(conversation.id, params.conversation)));
    if (found.length === 0) return undefined;
    const rows = await db
      .select()
      .from(message)
      .where(
        and(
          eq(message.conversationId, params.conversation),
          query.before === undefined ? undefined : lt(message.number, query.before),
        ),
      )
      .orderBy(desc(message.number))
      .limit(query.limit);
    const items = rows.map(messageOfRow);
    const last = items.at(-1)?.number ?? 1;
    return { items, ...(last > 1 && { earlier: last }) };
  },
});

function countedConversationOfRow(
  row: typeof conversation.$inferSelect,
): z.infer<typeof CountedConversation> {
  return { ...conversationOfRow(row), lines: row.lines };
}
