import { afterEach, describe, expect, it } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { FeedWakes } from "../../src/realtime/wakes.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { HandMovedTime } from "./hand-moved-time.ts";
import { joinedBuses } from "./joined-buses.ts";

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 4 });
const log: string[] = [];
const opened: FeedWakes[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((wakes) => wakes.close()));
});

function node(time = new HandMovedTime()): FeedWakes {
  const wakes = new FeedWakes({
    pool,
    timers: time.timers,
    log: createLog({ level: "info", format: "json", write: (line) => log.push(line) }),
  });
  opened.push(wakes);
  return wakes;
}

/** What a follower of feeds is told. */
function follow(wakes: FeedWakes, feeds: Readonly<Record<number, number>>) {
  const told: Array<readonly [feed: number, number: number]> = [];
  const known = new Map(Object.entries(feeds).map(([feed, number]) => [Number(feed), number]));
  const stop = wakes.subscribe(known, (feed, number) => told.push([feed, number]));
  return { told, stop };
}

const moved = (feed: number, number: number) =>
  new Map([[feed, { from: number - 1, number, at: 0, items: undefined }]]);

async function write(number: number): Promise<number> {
  return inTransaction(pool, async (tx) => {
    await tx.write(
      "INSERT INTO feed (tenant_id, name, number, horizon) VALUES ('t', 'directory', ?, 0) ON DUPLICATE KEY UPDATE number = VALUES(number)",
      [number],
    );
    const [row] = await tx.query<{ handle: number }>(
      "SELECT handle FROM feed WHERE tenant_id = 't' AND name = 'directory'",
    );
    return row?.handle ?? 0;
  });
}

describe("whoever follows a feed", () => {
  it("is told when it moves beyond what she knows, and not of others", () => {
    const wakes = node();
    const { told } = follow(wakes, { 1: 5, 2: 5 });
    wakes.moved(moved(1, 6));
    wakes.moved(moved(3, 9));
    wakes.moved(moved(1, 6));
    wakes.moved(moved(1, 5));
    expect(told).toEqual([[1, 6]]);
  });

  it("is told at once where it has moved already, and whoever knew less hears it from who knows more", () => {
    const wakes = node();
    const first = follow(wakes, { 1: 5 });
    const ahead = follow(wakes, { 1: 7 });
    const behind = follow(wakes, { 1: 2 });
    expect([first.told, ahead.told, behind.told]).toEqual([[[1, 7]], [], [[1, 7]]]);
  });

  it("is told nothing once she has stopped", () => {
    const wakes = node();
    const gone = follow(wakes, { 1: 5 });
    const stays = follow(wakes, { 1: 5 });
    gone.stop();
    wakes.moved(moved(1, 6));
    expect([gone.told, stays.told]).toEqual([[], [[1, 6]]]);
  });

  it("hears what another node wrote over the bus", () => {
    const [a, b] = [node(), node()];
    const [busA, busB] = joinedBuses();
    a.reach(busA);
    b.reach(busB);
    const { told } = follow(b, { 4: 10 });
    a.moved(moved(4, 11));
    expect(told).toEqual([[4, 11]]);
  });

  it("finds what another node wrote within a second without a bus", async () => {
    const time = new HandMovedTime();
    const handle = await write(3);
    const { told } = follow(node(time), { [handle]: 3 });
    await write(4);
    await expect
      .poll(async () => {
        await time.pass(1_000);
        return told;
      })
      .toEqual([[handle, 4]]);
  });

  it("and at once when the bus is there again", async () => {
    const wakes = node();
    const [bus] = joinedBuses();
    wakes.reach(bus);
    const handle = await write(20);
    const { told } = follow(wakes, { [handle]: 20 });
    await write(21);
    bus.comeBack();
    await expect.poll(() => told).toEqual([[handle, 21]]);
  });

  it("goes on being told after the database was away", async () => {
    const time = new HandMovedTime();
    const away = openPool({ url: "mysql://nobody:nothing@127.0.0.1:1/none", size: 1 });
    const lost = new FeedWakes({
      pool: away,
      timers: time.timers,
      log: createLog({ level: "info", format: "json", write: (line) => log.push(line) }),
    });
    opened.push(lost);
    const { told } = follow(lost, { 1: 1 });
    await expect
      .poll(async () => {
        await time.pass(1_000);
        return log.some((line) => line.includes("feeds were not looked at"));
      })
      .toBe(true);
    lost.moved(moved(1, 2));
    expect(told).toEqual([[1, 2]]);
    await away.close();
  });
});
