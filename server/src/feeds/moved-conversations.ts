import {
  accountFeed,
  conversationAudience,
  LIMITS,
  patientAudience,
  type StoredFeedName,
} from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { LoadedState } from "../operations/loaded-state.ts";
import { removedIn } from "../operations/records/removed-conversations.ts";
import type { Entry } from "./entry.ts";

/** A conversation that a batch showed to others than before: it was handed over or taken away, or the patient's card moved. */
interface Moved {
  readonly tenant: string;
  readonly id: string;
  readonly left: readonly StoredFeedName[];
  readonly joined: readonly StoredFeedName[];
}

/** What conversations that come to others do to feeds. */
export interface MovedConversations {
  readonly entries: readonly Entry[];
  /** feeds that are read anew, by whoever reads them: they showed more lines than can be named one by one */
  readonly anew: ReadonlyArray<{ readonly tenant: string; readonly feed: StoredFeedName }>;
}

/** Lines that stand in no feed any more and are said to be gone one by one; where there are more, it costs less to read the feed anew. */
const MOST_NAMED = 1_000;

/**
 * What a conversation takes along that comes to others: they are shown it with its newest messages, and who ceases to take part loses all of them. The conversations'
 * or the patients' rows are locked, so that a message comes before or after.
 */
export async function movedConversations(tx: Transaction, state: LoadedState): Promise<MovedConversations> {
  const moved = [...handedOver(state), ...takenAway(state), ...(await ofMovedCards(tx, state))];
  if (moved.length === 0) return { entries: [], anew: [] };
  const leaving = moved.filter(({ left }) => left.length > 0);
  const long = leaving.length > 0 ? await longConversations(tx, idsOf(leaving)) : new Set();
  const gone = [
    ...(leaving.length > 0 ? await heldMessages(tx, idsOf(leaving)) : []),
    ...(await trimmedMessages(tx, idsOf(leaving.filter(({ id }) => !long.has(id))))),
  ];
  const joining = moved.filter(({ joined }) => joined.length > 0);
  const shown = joining.length > 0 ? await newestMessages(tx, idsOf(joining)) : [];
  return {
    entries: [
      ...leaving.flatMap((each) => entriesOfLeft(each, gone)),
      ...joining.flatMap((each) => entriesOfJoined(each, shown)),
    ],
    anew: leaving.flatMap(({ tenant, id, left }) =>
      long.has(id) ? left.map((feed) => ({ tenant, feed })) : [],
    ),
  };
}

/** A message, and the feed that shows it; without one it may be held by devices that were shown it once. */
interface Line {
  readonly id: string;
  readonly conversation: string;
  readonly feed?: StoredFeedName;
}

function entriesOfLeft({ tenant, id, left }: Moved, gone: readonly Line[]): Entry[] {
  const entry = { tenant, gone: true, origin: undefined };
  const lines = gone.filter(({ conversation }) => conversation === id);
  return left.flatMap((feed) => [
    { ...entry, feed, kind: "conversation" as const, id },
    ...lines.flatMap((line) =>
      line.feed === undefined || line.feed === feed
        ? [{ ...entry, feed, kind: "message" as const, id: line.id }]
        : [],
    ),
  ]);
}

function entriesOfJoined({ tenant, id, joined }: Moved, shown: readonly Line[]): Entry[] {
  const entry = { tenant, gone: false, origin: undefined };
  const lines = shown.filter(({ conversation }) => conversation === id);
  return joined.flatMap((feed) => [
    { ...entry, feed, kind: "conversation" as const, id },
    ...lines.map((line) => ({ ...entry, feed, kind: "message" as const, id: line.id })),
  ]);
}

function idsOf(moved: readonly Moved[]): readonly string[] {
  return [...new Set(moved.map(({ id }) => id))].toSorted();
}

/** Conversations another doctor answers now. */
function handedOver(state: LoadedState): Moved[] {
  return state.changedOf("conversation").flatMap(({ tenant, before, after }) => {
    if (before === undefined || before.doctor === after.doctor || after.removed === true) return [];
    const was = conversationAudience(before, state.viewBefore(tenant));
    const is = conversationAudience(after, state.view(tenant, ""));
    return asMoved(tenant, after.id, was, is);
  });
}

/** Conversations that nobody is shown any longer. */
function takenAway(state: LoadedState): Moved[] {
  return removedIn(state).flatMap(({ tenant, before }) =>
    before === undefined
      ? []
      : asMoved(tenant, before.id, conversationAudience(before, state.viewBefore(tenant)), []),
  );
}

/** Conversations of patients whose own audience is another now. */
async function ofMovedCards(tx: Transaction, state: LoadedState): Promise<Moved[]> {
  const cards = state.changedOf("patient").flatMap(({ tenant, before, after }) => {
    if (before === undefined) return [];
    const was = patientAudience(before);
    const is = patientAudience(after);
    return was.join() === is.join() ? [] : [{ tenant, id: after.id, was, is }];
  });
  if (cards.length === 0) return [];
  const rows = await tx.query<{ id: string; patient: string; account: string | null }>(
    `SELECT c.id, c.patient_id AS patient, a.id AS account FROM conversation c LEFT JOIN account a ON a.doctor_id = c.doctor_id
     WHERE c.patient_id IN (?) ORDER BY c.id`,
    [cards.map(({ id }) => id)],
  );
  const told = new Set([...handedOver(state), ...takenAway(state)].map(({ id }) => id));
  return cards.flatMap((card) =>
    rows
      .filter(({ id, patient }) => patient === card.id && !told.has(id))
      .flatMap(({ id, account }) => {
        const doctor = account === null ? [] : [accountFeed(account)];
        return asMoved(card.tenant, id, [...card.was, ...doctor], [...card.is, ...doctor]);
      }),
  );
}

function asMoved(
  tenant: string,
  id: string,
  was: readonly StoredFeedName[],
  is: readonly StoredFeedName[],
): Moved[] {
  const left = was.filter((feed) => !is.includes(feed));
  const joined = is.filter((feed) => !was.includes(feed));
  return left.length + joined.length === 0 ? [] : [{ tenant, id, left, joined }];
}

/** The newest messages of conversations; older ones are read over REST. What the batch itself wrote is told with it. */
export function newestMessages(tx: Transaction, conversations: readonly string[]): Promise<readonly Line[]> {
  return tx.query(
    `SELECT m.id, m.conversation_id AS conversation FROM message m JOIN conversation c ON c.id = m.conversation_id
     WHERE m.conversation_id IN (?) AND m.line_number > c.line_count - ${LIMITS.messagesShown} ORDER BY m.conversation_id, m.line_number`,
    [[...conversations]],
  );
}

/** The messages of conversations in every feed that shows them. What has left the feeds comes back where it is withdrawn, or where an attachment arrives late. */
function heldMessages(tx: Transaction, conversations: readonly string[]): Promise<readonly Line[]> {
  return tx.query(
    `SELECT m.id, m.conversation_id AS conversation, f.name AS feed FROM message m JOIN conversation c ON c.id = m.conversation_id
     JOIN feed_entry e ON e.kind = 'message' AND e.entity_id = m.id AND e.gone = 0 JOIN feed f ON f.handle = e.feed
     WHERE m.conversation_id IN (?) AND (m.line_number > c.trimmed_through OR m.withdrawn = 1 OR m.attachments IS NOT NULL)
     ORDER BY m.conversation_id, m.line_number`,
    [[...conversations]],
  );
}

/** Conversations of which more has left the feeds than is named line by line. */
async function longConversations(
  tx: Transaction,
  conversations: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM conversation WHERE id IN (?) AND trimmed_through > ${MOST_NAMED}`,
    [[...conversations]],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Messages that stand in no feed any more, and may still be held by devices that were shown them once. */
async function trimmedMessages(tx: Transaction, conversations: readonly string[]): Promise<readonly Line[]> {
  if (conversations.length === 0) return [];
  return tx.query(
    `SELECT m.id, m.conversation_id AS conversation FROM message m JOIN conversation c ON c.id = m.conversation_id
     WHERE m.conversation_id IN (?) AND m.line_number <= c.trimmed_through ORDER BY m.conversation_id, m.line_number`,
    [[...conversations]],
  );
}
