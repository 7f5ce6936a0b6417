import { expect, test } from "vitest";
import { DatabaseError } from "../../src/database/database-error.ts";
import { DatabaseRoom } from "../../src/database/room.ts";

function watched() {
  const time = { now: 0 };
  const said: boolean[] = [];
  const clock = { now: () => time.now, monotonic: () => time.now };
  const room = new DatabaseRoom(clock, (isThere) => said.push(isThere));
  return { room, said, time };
}

const full = new DatabaseError("no_room", "the disk is full");

test("room that is missing is said once, however much is refused, and however much goes on that needs none", () => {
  const { room, said, time } = watched();
  room.ended(undefined);
  expect([room.isThere, said]).toEqual([true, []]);
  for (let second = 0; second < 300; second += 10) {
    time.now = second * 1000;
    room.ended(full);
    time.now += 1;
    room.ended(undefined);
    expect(room.isThere).toBe(false);
  }
  expect(said).toEqual([false]);
});

test("it is there again once something is committed and nothing was refused for a minute", () => {
  const { room, said, time } = watched();
  room.ended(full);
  time.now = 60_000;
  room.ended(new DatabaseError("connection_lost", "gone"));
  expect(room.isThere).toBe(false);
  room.ended(undefined);
  expect([room.isThere, said]).toEqual([true, [false, true]]);
});

test("other errors say nothing of it", () => {
  const { room, said } = watched();
  for (const code of ["deadlock", "unavailable", "statement"] as const)
    room.ended(new DatabaseError(code, "no"));
  expect([room.isThere, said]).toEqual([true, []]);
});
