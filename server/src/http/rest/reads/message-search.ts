import { EntityId, Message } from "@healthbridge/schema";
import { conversation, message } from "@healthbridge/schema/tables";
import { and, desc, eq, inArray, isNotNull, lt, or, sql } from "drizzle-orm";
import { Hono } from "hono";
import * as z from "zod/mini";
import { read } from "../../../database/read.ts";
import type { ReadDrizzle } from "../../../database/statements.ts";
import { messageOfRow } from "../../../operations/records/conversation-records.ts";
import { parseRequest } from "../../body.ts";
import type { Authenticated, RestDependencies, SignedInEnv } from "../../context.ts";
import type { DescribedRoute } from "../openapi/described-route.ts";
import { exampleMessage } from "../openapi/examples.ts";
import { AfterNumber, endAt, endOf, pageOf, pageSchema } from "./pages.ts";
import { shownTo } from "./visibility.ts";

const PATH = "/v1/messages/search";
/** Messages in one answer. */
const PAGE = 50;

/** What is searched for. It comes in a body: addresses end up in logs, and what people look for in a chat is theirs. */
const MessageSearch = z.strictObject({
  /** part of the text, upper and lower case alike */
  text: z.string().check(z.minLength(2), z.maxLength(100)),
  conversation: z.exactOptional(EntityId),
  /** `next` of the page before */
  after: z.exactOptional(AfterNumber),
});
type MessageSearch = z.infer<typeof MessageSearch>;

const Answer = pageSchema(Message);

/** `POST /v1/messages/search`: a read that takes a body. */
export function messageSearchRoute({
  pool,
  authenticate,
  turns,
  readJson,
}: RestDependencies): Hono<SignedInEnv> {
  const app = new Hono<SignedInEnv>();
  app.post(PATH, authenticate, async (c) => {
    const asked = parseRequest(MessageSearch, await readJson(c));
    const who = await c.get("whoNow")();
    const found = await turns.during(
      who.account,
      () => read(pool, (reader) => search(reader.drizzle, who, asked)),
      c.req.raw.signal,
    );
    return c.json(Answer.parse(found));
  });
  return app;
}

async function search(db: ReadDrizzle, who: Authenticated, { text, after, ...asked }: MessageSearch) {
  const theirs = db
    .select({ id: conversation.id })
    .from(conversation)
    .where(shownTo(db, who, "conversation", conversation));
  const rows = await db
    .select()
    .from(message)
    .where(
      and(
        inArray(message.conversationId, theirs),
        asked.conversation === undefined ? undefined : eq(message.conversationId, asked.conversation),
        isNotNull(message.text),
        sql`${message.text} LIKE ${`%${text.replaceAll(/[!%_]/g, "!$&")}%`} ESCAPE '!'`,
        beyond(after),
      ),
    )
    .orderBy(desc(message.at), desc(message.id))
    .limit(PAGE + 1);
  return pageOf(rows, PAGE, messageOfRow, ({ at, id }) => endAt([at], id));
}

function beyond(after: string | undefined) {
  if (after === undefined) return undefined;
  const { numbers, id } = endOf(after, 1);
  return or(lt(message.at, numbers[0]), and(eq(message.at, numbers[0]), lt(message.id, id)));
}

/** What the document says of it. */
export const MESSAGE_SEARCH: DescribedRoute = {
  method: "post",
  path: PATH,
  id: "searchMessages",
  tag: "messages",
  summary: "Search what was written in one's conversations",
  description: "The newest first. The text is in the body, so that it ends up in no log.",
  signedIn: true,
  body: { schema: MessageSearch, example: { text: "fever" } },
  answer: {
    status: 200,
    description: "Found.",
    content: { "application/json": { schema: Answer, example: { items: [exampleMessage] } } },
  },
  problems: ["malformed", "unknown_field", "too_large", "unsupported_media"],
};
