import { type FeedPage, parseCursors, type SyncHead, type SyncTail } from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import { type EntityRow, OWN } from "../mirror.ts";
import { followed } from "../sync/batch.ts";

/**
 * What a feed shows is held; an entity is held while any feed holds it. What this device moved into the base itself is held as `OWN` until a feed shows it
 * or takes it away.
 */

/**
 * Notes what the head says of feeds.
 * @returns whether the pages that follow can be used: not where everything has to be read anew
 */
export function applyFeeds(
  writer: Writer,
  { feeds = [], refused = [], dropped = [], reset = [] }: SyncHead,
): boolean {
  const { meta, feeds: known, entities } = writer.mirror;
  for (const { name, handle } of feeds) {
    const old = writer.mirror.feedNamed(name);
    // Unfollowed while this was on its way, it is not read on for ever.
    if (old === `${handle}` || !followed(writer.mirror).includes(name)) continue;
    if (old) release(writer, old);
    writer.put("feed", `${handle}`, { name, cursor: 0 });
  }
  // Whose feed shows our own is not known here: where one is lost, even before it was ever read, all are read anew, lest something is kept that may be seen
  // no more.
  let anew = reset.some((handle) => known.has(`${handle}`));
  for (const handle of dropped.map(String)) {
    if (!known.has(handle)) continue;
    release(writer, handle);
    anew = true;
  }
  if (refused.length > 0) {
    // Asked for in vain; asked again when the account changes, and after the next sign-in.
    writer.put("meta", "denied", [...(meta.get("denied") ?? []), ...refused]);
    for (const [, row] of entities) anew ||= row.feeds.includes(OWN);
  }
  if (anew) readAnew(writer, false);
  return !anew;
}

/** Keeps a page and its cursor. */
export function applyPage(writer: Writer, { feed, items, cursor, begun }: FeedPage): number {
  const { feeds, entities } = writer.mirror;
  const row = feeds.get(`${feed}`);
  if (!row) return 0; // not followed any more
  for (const { kind, entity, gone } of items) {
    const key = `${kind}:${entity?.id ?? gone}`;
    const known = entities.get(key);
    const others = known?.feeds.filter((each) => each !== feed && each !== OWN) ?? [];
    // Whoever may see more, or less, asks for all of it again.
    if (kind === "account") writer.delete("meta", "denied");
    if (entity) writer.put("entity", key, { entity, feeds: [...others, feed] });
    // While all is read anew another feed may still show it; what none does goes at the end.
    else if (known?.feeds.length) hold(writer, key, { ...known, feeds: others });
  }
  // Until the answer's end: one that is cut here is read on as a feed that is read for the first time.
  writer.put("feed", `${feed}`, { name: row.name, cursor, begun });
  return items.length;
}

/** Notes where quiet feeds stand, and at the end of everything forgets what no feed holds any more. */
export function applyEnd(writer: Writer, { cursors = "", more }: SyncTail): void {
  const { meta, feeds, entities } = writer.mirror;
  for (const [handle, cursor] of parseCursors(cursors)) {
    const feed = feeds.get(`${handle}`);
    if (feed) writer.put("feed", `${handle}`, { ...feed, ...cursor });
  }
  // Where no feed has a handle yet, this is the end of nothing.
  if (more || feeds.size === 0) return;
  for (const [handle, feed] of feeds) writer.put("feed", handle, { ...feed, complete: true });
  if (!meta.get("sync")?.refreshing) return;
  for (const [key, row] of entities) hold(writer, key, row);
  refreshing(writer, false);
}

/**
 * Reads every feed from its beginning. What is held stays in sight until that is done.
 * @param handlesToo also forget the feeds' handles (a restored server may have given them to others)
 */
export function readAnew(writer: Writer, handlesToo: boolean): void {
  const { entities, feeds } = writer.mirror;
  for (const [key, row] of entities) writer.put("entity", key, { ...row, feeds: [] });
  if (handlesToo) writer.clear("feed");
  else for (const [handle, { name }] of feeds) writer.put("feed", handle, { name, cursor: 0 });
  refreshing(writer, true);
}

/** Forgets a feed and what only it held. */
export function release(writer: Writer, handle: string): void {
  for (const [key, row] of writer.mirror.entities) {
    const rest = row.feeds.filter((each) => each !== Number(handle));
    if (rest.length < row.feeds.length) hold(writer, key, { ...row, feeds: rest });
  }
  writer.delete("feed", handle);
}

/** Keeps an entity while some feed holds it. */
function hold(writer: Writer, key: string, row: EntityRow): void {
  if (row.feeds.length > 0) writer.put("entity", key, row);
  else writer.delete("entity", key);
}

/** Notes that everything is being read anew, or has been. What no feed holds by then goes. */
export function refreshing(writer: Writer, on: boolean): void {
  writer.put("meta", "sync", {
    epoch: 0,
    ahead: 0,
    ...writer.mirror.meta.get("sync"),
    refreshing: on || undefined,
  });
}
