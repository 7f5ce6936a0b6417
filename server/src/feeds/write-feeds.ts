import { accountFeed, audience, NotLoaded, type StoredFeedName } from "@healthbridge/schema";
import type { SqlValue } from "../database/lease.ts";
import type { Transaction } from "../database/transaction.ts";
import type { TenantTouch } from "../operations/tenant-touch.ts";
import { asChange, type Changed, type LoadedState } from "../operations/loaded-state.ts";
import { MoreKeys } from "../operations/more-keys.ts";
import type { Entry } from "./entry.ts";
import { expectedIn } from "./expected.ts";
import { itemsOf, type MovedFeed } from "./moved-feed.ts";
import { entriesOfMovedCards } from "./moved-cards.ts";
import { entriesOfLeftBehind } from "./left-behind.ts";
import { movedConversations } from "./moved-conversations.ts";
import { entriesOfNewDoctorAccounts } from "./new-doctor-accounts.ts";

/**
 * Writes what a batch changed to the feeds of those who may see it. Each feed's row is locked and bumped once and stays locked to the commit: numbers are
 * gapless and appear in the order of commits. Feeds come last in the order of locks, since many batches share them.
 * @returns the feeds that moved, by handle
 */
export async function writeFeeds(
  tx: Transaction,
  state: LoadedState,
  now: number,
): Promise<ReadonlyMap<number, MovedFeed>> {
  // Everything that has to be looked up for them is asked for by these.
  const changes = entriesOf(state);
  const expecting = newlyExpecting(state);
  const holders = await holdersOf(tx, [
    ...state.changedOf("patient").map(({ after }) => after.id),
    ...expecting.map(({ patient }) => patient),
  ]);
  const conversations = await movedConversations(tx, state);
  const entries = [
    ...(await entriesOfMovedCards(tx, state)),
    ...(await entriesOfLeftBehind(tx, state)),
    ...conversations.entries,
    ...(await entriesOfNewDoctorAccounts(tx, state)),
    ...changes,
    ...entriesOfHolders(holders, state),
    ...entriesOfExpected(expecting, holders),
  ];
  const byFeed = groupByFeed(entries);
  if (byFeed.size === 0) return new Map();
  const handles = await lockFeeds(tx, [...byFeed.keys()]);
  const rows: SqlValue[][] = [];
  const moved = new Map<number, MovedFeed>();
  for (const [key, wanted] of byFeed) {
    const feed = handles.get(key);
    if (feed === undefined) throw new Error(`the feed ${key} was not made`);
    let number = feed.number;
    for (const { kind, id, gone, origin } of wanted.values()) {
      number += 1;
      rows.push([feed.handle, kind, id, number, gone ? 1 : 0, origin ?? null, 0, now]);
    }
    moved.set(feed.handle, { number, from: feed.number, at: now, items: itemsOf(wanted.values(), state) });
  }
  await bumpFeeds(tx, new Map([...moved].map(([handle, { number }]) => [handle, number])));
  await readAnew(
    tx,
    conversations.anew.flatMap(({ tenant, feed }) => handles.get(feedKey(tenant, feed))?.handle ?? []),
  );
  // VALUES() is the one spelling both servers know. `other_number` is set before what it looks at.
  await tx.write(
    `INSERT INTO feed_entry (feed, kind, entity_id, number, gone, origin, other_number, changed_at) VALUES ?
     ON DUPLICATE KEY UPDATE other_number = IF(origin <=> VALUES(origin), other_number, number),
       number = VALUES(number), gone = VALUES(gone), origin = VALUES(origin), changed_at = VALUES(changed_at)`,
    [rows],
  );
  return moved;
}

/** What all changes add to feeds. Everything that has to be looked up for it is asked for at once. */
function entriesOf(state: LoadedState): Entry[] {
  const missing: TenantTouch[] = [];
  const entries = state.changed().flatMap((changed) => {
    try {
      return entriesOfChange(changed, state);
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      missing.push({ ...error.touch, tenant: changed.tenant });
      return [];
    }
  });
  if (missing.length > 0) throw new MoreKeys(missing);
  return entries;
}

/** Everybody who may see an entity now is shown it; everybody who might before and may not now is shown that it is gone. */
function entriesOfChange(changed: Changed, state: LoadedState): Entry[] {
  if (onlyCounted(changed)) return [];
  const { tenant, kind } = changed;
  const after = audience(asChange(kind, changed.after), state.view(tenant, ""));
  const isNew = changed.before === undefined;
  // Who foresaw what is new saw it where it would have stood before the batch.
  const before = audience(asChange(kind, changed.before ?? changed.after), state.viewBefore(tenant));
  const gone = before.filter((feed) => !after.includes(feed));
  // A device foresees what an entity becomes, not who comes to see it or ceases to.
  const sameFeeds = gone.length === 0 && (isNew || after.every((feed) => before.includes(feed)));
  const origin = sameFeeds ? changed.origin : undefined;
  const entry = { tenant, kind, id: changed.after.id, origin };
  return [
    ...gone.map((feed) => ({ ...entry, feed, gone: true })),
    ...after.map((feed) => ({ ...entry, feed, gone: false })),
  ];
}

/** Whether a conversation has one message more and is else as it was: its message says so. */
function onlyCounted({ kind, before, after }: Changed): boolean {
  if (kind !== "conversation" || before === undefined || !("lines" in before)) return false;
  return JSON.stringify({ ...after, lines: 0 }) === JSON.stringify({ ...before, lines: 0 });
}

/** A feed that shows a patient. */
interface Holder {
  readonly id: string;
  readonly tenant: string;
  readonly feed: string;
}

/** The feeds that show these patients by now. */
async function holdersOf(tx: Transaction, patients: readonly string[]): Promise<readonly Holder[]> {
  if (patients.length === 0) return [];
  return tx.query<Holder>(
    `SELECT e.entity_id AS id, f.tenant_id AS tenant, f.name AS feed FROM feed_entry e JOIN feed f ON f.handle = e.feed
     WHERE e.kind = 'patient' AND e.gone = 0 AND e.entity_id IN (?)`,
    [[...new Set(patients)]],
  );
}

/** A patient that changed is shown anew wherever she is shown, also where she is expected. */
function entriesOfHolders(holders: readonly Holder[], state: LoadedState): Entry[] {
  const origins = new Map(state.changedOf("patient").map(({ after, origin }) => [after.id, origin]));
  return holders
    .filter(({ id }) => origins.has(id))
    .map((holder) => ({ ...holder, kind: "patient", gone: false, origin: origins.get(holder.id) }));
}

/** A patient, and the feeds that have a reason to show her which they had not before the batch. */
interface Expecting {
  readonly tenant: string;
  readonly patient: string;
  readonly feeds: readonly StoredFeedName[];
}

/** By appointments that were made, or came to another doctor, and conversations that began, or that another doctor answers. */
function newlyExpecting(state: LoadedState): Expecting[] {
  const accountOf = (tenant: string, doctor: string) =>
    state.view(tenant, "").get("doctorAccount", doctor) ?? null;
  return [
    ...state.changedOf("appointment").flatMap(({ tenant, before, after }) => {
      const { patient, clinic, doctor, archived } = after;
      if (archived === true || before?.doctor === doctor) return [];
      return [{ tenant, patient, feeds: expectedIn({ clinic, account: accountOf(tenant, doctor) }) }];
    }),
    ...state.changedOf("conversation").flatMap(({ tenant, before, after: { patient, doctor } }) => {
      const account = before?.doctor === doctor ? null : accountOf(tenant, doctor);
      return account === null ? [] : [{ tenant, patient, feeds: [accountFeed(account)] }];
    }),
  ];
}

/** Who expects a patient, or answers her, is shown her beside her own audience, as the batch leaves it; where she is shown already nothing is said again. */
function entriesOfExpected(expecting: readonly Expecting[], holders: readonly Holder[]): Entry[] {
  const shown = new Set(holders.map(({ id, tenant, feed }) => `${id} ${feedKey(tenant, feed)}`));
  return expecting.flatMap(({ tenant, patient: id, feeds }) =>
    feeds
      .filter((feed) => !shown.has(`${id} ${feedKey(tenant, feed)}`))
      .map((feed) => ({ tenant, feed, kind: "patient" as const, id, gone: false, origin: undefined })),
  );
}

/** One entry for each entity in each feed. The first that speaks of it counts: who goes on seeing it, then what its own audience says, before holders and who expects her. */
function groupByFeed(entries: readonly Entry[]): Map<string, Map<string, Entry>> {
  const feeds = new Map<string, Map<string, Entry>>();
  for (const entry of entries) {
    const key = feedKey(entry.tenant, entry.feed);
    const feed = feeds.get(key) ?? new Map<string, Entry>();
    feeds.set(key, feed);
    const place = `${entry.kind} ${entry.id}`;
    if (!feed.has(place)) feed.set(place, entry);
  }
  return feeds;
}

interface FeedRow {
  readonly handle: number;
  readonly tenant: string;
  readonly name: string;
  readonly number: number;
}

/** Locks feeds in the order of their handles, making those that do not exist yet. */
async function lockFeeds(tx: Transaction, keys: readonly string[]): Promise<Map<string, FeedRow>> {
  const found = await selectFeeds(tx, keys);
  const missing = keys.filter((key) => !found.has(key));
  if (missing.length === 0) return found;
  await tx.write(
    "INSERT INTO feed (tenant_id, name, number, horizon) VALUES ? ON DUPLICATE KEY UPDATE number = number",
    [missing.toSorted().map((key) => [...splitFeedKey(key), 0, 0])],
  );
  return selectFeeds(tx, keys);
}

async function selectFeeds(tx: Transaction, keys: readonly string[]): Promise<Map<string, FeedRow>> {
  const pairs = keys.map(splitFeedKey);
  const rows = await tx.query<FeedRow>(
    "SELECT handle, tenant_id AS tenant, name, number FROM feed WHERE (tenant_id, name) IN (?) ORDER BY handle FOR UPDATE",
    [pairs],
  );
  return new Map(rows.map((row) => [feedKey(row.tenant, row.name), row]));
}

/** The bump is written, not only locked: clusters check writes. */
async function bumpFeeds(tx: Transaction, numbers: ReadonlyMap<number, number>): Promise<void> {
  const cases = [...numbers].map(() => "WHEN ? THEN ?").join(" ");
  await tx.write(`UPDATE feed SET number = CASE handle ${cases} END WHERE handle IN (?)`, [
    ...[...numbers].flat(),
    [...numbers.keys()],
  ]);
}

/** Whoever reads these feeds has to read them anew, as where tombstones were cleared away that she had not read. */
async function readAnew(tx: Transaction, feeds: readonly number[]): Promise<void> {
  if (feeds.length === 0) return;
  await tx.write("UPDATE feed SET horizon = number WHERE handle IN (?)", [[...new Set(feeds)]]);
}

function feedKey(tenant: string, name: string): string {
  return `${tenant}/${name}`;
}

function splitFeedKey(key: string): [tenant: string, name: string] {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
}
