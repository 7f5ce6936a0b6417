import {
  accountFeed,
  conversationAudience,
  LIMITS,
  patientAudience,
  type StoredFeedName,
} from "@healthbridge/schema";
import type { Transaction } from "../database/transaction.ts";
import type { LoadedState } from "../operations/loaded-state.ts";
import type { Entry } from "./entry.ts";

/** A conversation that a batch showed to others than before: it was handed over, or the patient's card moved. */
interface Moved {
  readonly tenant: string;
  readonly id: string;
  readonly is: readonly StoredFeedName[];
  readonly left: readonly StoredFeedName[];
  readonly joined: readonly StoredFeedName[];
}

/**
 * What a conversation takes along that comes to others: they are shown it with its newest messages, and who ceases to take part loses all of them. The conversations'
 * or the patients' rows are locked, so that a message comes before or after.
 */
export async function entriesOfMovedConversations(tx: Transaction, state: LoadedState): Promise<Entry[]> {
  const moved = [...handedOver(state), ...(await ofMovedCards(tx, state))];
  if (moved.length === 0) return [];
  const byId = Map.groupBy(moved, ({ id }) => id);
  const ids = [...byId.keys()].toSorted();
  const shown = await newestMessages(tx, ids);
  const held = moved.some(({ left }) => left.length > 0) ? await heldMessages(tx, ids) : [];
  const trimmed = held.length > 0 ? await trimmedMessages(tx, ids) : [];
  return moved.flatMap(({ tenant, id, is, left, joined }) => {
    const entry = { tenant, origin: undefined };
    const here = (feed: StoredFeedName) => !is.includes(feed);
    return [
      ...left.filter(here).map((feed) => ({ ...entry, feed, kind: "conversation" as const, id, gone: true })),
      ...held
        .filter((each) => each.conversation === id && left.includes(each.feed) && here(each.feed))
        .map((each) => ({ ...entry, feed: each.feed, kind: "message" as const, id: each.id, gone: true })),
      ...left
        .filter(here)
        .flatMap((feed) =>
          trimmed
            .filter((each) => each.conversation === id)
            .map((each) => ({ ...entry, feed, kind: "message" as const, id: each.id, gone: true })),
        ),
      ...joined.flatMap((feed) => [
        { ...entry, feed, kind: "conversation" as const, id, gone: false },
        ...shown
          .filter((each) => each.conversation === id)
          .map((each) => ({ ...entry, feed, kind: "message" as const, id: each.id, gone: false })),
      ]),
    ];
  });
}

/** Conversations another doctor answers now. */
function handedOver(state: LoadedState): Moved[] {
  return state.changedOf("conversation").flatMap(({ tenant, before, after }) => {
    if (before === undefined || before.doctor === after.doctor) return [];
    const was = conversationAudience(before, state.viewBefore(tenant));
    const is = conversationAudience(after, state.view(tenant, ""));
    return asMoved(tenant, after.id, was, is);
  });
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
  const told = new Set(handedOver(state).map(({ id }) => id));
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
  return left.length + joined.length === 0 ? [] : [{ tenant, id, is, left, joined }];
}

/** The newest messages of conversations; older ones are read over REST. What the batch itself wrote is told with it. */
export function newestMessages(
  tx: Transaction,
  conversations: readonly string[],
): Promise<readonly { readonly id: string; readonly conversation: string }[]> {
  return tx.query(
    `SELECT m.id, m.conversation_id AS conversation FROM message m JOIN conversation c ON c.id = m.conversation_id
     WHERE m.conversation_id IN (?) AND m.line_number > c.line_count - ${LIMITS.messagesShown} ORDER BY m.conversation_id, m.line_number`,
    [[...conversations]],
  );
}

/** The messages of conversations in every feed that shows them. */
function heldMessages(
  tx: Transaction,
  conversations: readonly string[],
): Promise<readonly { readonly id: string; readonly conversation: string; readonly feed: string }[]> {
  return tx.query(
    `SELECT m.id, m.conversation_id AS conversation, f.name AS feed FROM message m
     JOIN feed_entry e ON e.kind = 'message' AND e.entity_id = m.id AND e.gone = 0 JOIN feed f ON f.handle = e.feed
     WHERE m.conversation_id IN (?) ORDER BY m.conversation_id, m.line_number`,
    [[...conversations]],
  );
}

/** Messages that stand in no feed any more, and may still be held by devices that were shown them once. */
function trimmedMessages(
  tx: Transaction,
  conversations: readonly string[],
): Promise<readonly { readonly id: string; readonly conversation: string }[]> {
  return tx.query(
    `SELECT m.id, m.conversation_id AS conversation FROM message m JOIN conversation c ON c.id = m.conversation_id
     WHERE m.conversation_id IN (?) AND m.line_number <= c.trimmed_through ORDER BY m.conversation_id, m.line_number`,
    [[...conversations]],
  );
}
