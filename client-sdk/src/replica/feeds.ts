import { type FeedPage, parseCursors, type SyncHead, type SyncTail } from "@healthbridge/schema/client";
import type { Writer } from "../keeper.ts";
import { type Mirror, OWN } from "../mirror.ts";
import { namesIn } from "../sync/batch.ts";
import { syncRow } from "../sync/clock.ts";

/**
 * What a feed shows is held; an entity is held while any feed holds it. What this device moved into the base itself is held as `OWN` until a feed shows it
 * or takes it away.
 */

/**
 * Notes what the head says of feeds.
 * @returns whether the pages that follow can be used: not where everything has to be read anew
 */
export function applyFeeds(writer: Writer, mirror: Mirror, head: SyncHead): boolean {
  for (const { name, handle } of head.feeds ?? []) {
    const old = mirror.feedNamed(name);
    if (old === handle) continue;
    if (old !== undefined) release(writer, mirror, old, true);
    writer.put("feed", String(handle), { name, cursor: 0 });
  }
  const vain = head.refused ?? [];
  // Asked for in vain; asked again after the next sign-in.
  if (vain.length > 0) writer.put("meta", "denied", [...namesIn(mirror, "denied"), ...vain]);
  const dropped = (head.dropped ?? []).filter((handle) => mirror.feeds.has(handle));
  for (const handle of dropped) release(writer, mirror, handle, true);
  const reset = (head.reset ?? []).filter((handle) => mirror.feeds.has(handle));
  for (const handle of reset) release(writer, mirror, handle, false);
  if (reset.length > 0) refreshing(writer, mirror, true);
  // Whose feed shows our own is not known here: where one is lost, all are read anew, lest something is kept that may be seen no more.
  const ownOnly = [...mirror.entities.values()].some(({ feeds }) => feeds.length === 1 && feeds[0] === OWN);
  if (!ownOnly || dropped.length + reset.length === 0) return true;
  readAnew(writer, mirror, false);
  return false;
}

/** Keeps a page and its cursor. */
export function applyPage(writer: Writer, mirror: Mirror, page: FeedPage): number {
  const feed = mirror.feeds.get(page.feed);
  if (feed === undefined) return 0; // not followed any more
  for (const { kind, entity, gone } of page.items) {
    const id = entity?.id ?? gone;
    if (id === undefined) continue;
    const feeds = (mirror.entities.get(`${kind}:${id}`)?.feeds ?? []).filter(
      (each) => each !== page.feed && each !== OWN,
    );
    if (entity !== undefined) writer.put("entity", `${kind}:${id}`, { entity, feeds: [...feeds, page.feed] });
    else if (feeds.length > 0)
      writer.put("entity", `${kind}:${id}`, {
        entity: mirror.entities.get(`${kind}:${id}`)?.entity ?? { id },
        feeds,
      });
    else if (mirror.entities.has(`${kind}:${id}`)) writer.delete("entity", `${kind}:${id}`);
  }
  // Until the answer's end: one that is cut here is read on as a feed that is read for the first time.
  const { complete: _until, ...rest } = feed;
  writer.put("feed", String(page.feed), { ...rest, cursor: page.cursor });
  return page.items.length;
}

/** Notes where quiet feeds stand, and at the end of everything forgets what no feed holds any more. */
export function applyEnd(writer: Writer, mirror: Mirror, { cursors, more }: SyncTail): void {
  for (const [handle, cursor] of parseCursors(cursors ?? "")) {
    const feed = mirror.feeds.get(handle);
    if (feed !== undefined && feed.cursor !== cursor) writer.put("feed", String(handle), { ...feed, cursor });
  }
  if (more === true) return;
  for (const [handle, feed] of mirror.feeds) {
    if (feed.complete !== true) writer.put("feed", String(handle), { ...feed, complete: true });
  }
  if (syncRow(mirror)?.refreshing !== true) return;
  for (const [key, { feeds }] of mirror.entities) if (feeds.length === 0) writer.delete("entity", key);
  refreshing(writer, mirror, false);
}

/**
 * Reads every feed from its beginning. What is held stays in sight until that is done.
 * @param handlesToo also forget the feeds' handles (a restored server may have given them to others)
 */
export function readAnew(writer: Writer, mirror: Mirror, handlesToo: boolean): void {
  for (const [key, { entity }] of mirror.entities) writer.put("entity", key, { entity, feeds: [] });
  if (handlesToo) writer.clear("feed");
  else for (const [handle, { name }] of mirror.feeds) writer.put("feed", String(handle), { name, cursor: 0 });
  refreshing(writer, mirror, true);
}

/** Takes a feed's hold off everything; `drop`: and forgets the feed and what only it held. */
export function release(writer: Writer, mirror: Mirror, handle: number, drop: boolean): void {
  for (const [key, { entity, feeds }] of mirror.entities) {
    if (!feeds.includes(handle)) continue;
    const rest = feeds.filter((each) => each !== handle);
    if (drop && rest.length === 0) writer.delete("entity", key);
    else writer.put("entity", key, { entity, feeds: rest });
  }
  const feed = mirror.feeds.get(handle);
  if (drop) writer.delete("feed", String(handle));
  else if (feed !== undefined) writer.put("feed", String(handle), { name: feed.name, cursor: 0 });
}

function refreshing(writer: Writer, mirror: Mirror, on: boolean): void {
  const { refreshing: _was, ...row } = syncRow(mirror) ?? { epoch: 0, ahead: 0 };
  writer.put("meta", "sync", on ? { ...row, refreshing: true } : row);
}
