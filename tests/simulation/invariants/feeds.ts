import type { World } from "../world/world.ts";

/** Numbers of a feed are given once, and none is above the feed's own. */
export function checkFeeds(world: World): void {
  const feeds = new Map(
    world.database.rows("feed").map((row) => [Number(row["handle"]), Number(row["number"])]),
  );
  const given = new Set<string>();
  for (const row of world.database.rows("feed_entry")) {
    const feed = Number(row["feed"]);
    const number = Number(row["number"]);
    const top = feeds.get(feed);
    if (top === undefined || number > top)
      world.violated("I12", `feed ${feed} ends at ${top ?? "nothing"} and shows ${number}`);
    const key = `${feed} ${number}`;
    if (given.has(key)) world.violated("I12", `feed ${feed} gave number ${number} twice`);
    given.add(key);
  }
}
