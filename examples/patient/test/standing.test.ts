import { expect, test } from "vitest";
import { standingOf } from "../src/intake/standing.ts";

const waits = (problem?: string) => standingOf({ waiting: true, may: "write", problem });

test("what waits is kept on this phone, unless there was no room for it", () => {
  expect(waits()).toBe("kept");
  expect(waits("offline")).toBe("kept");
  expect(waits("store_full")).toBe("full");
  expect(waits("store_failed")).toBe("unkept");
});

test("what the server does not take is said to be refused for as long as it waits", () => {
  expect(waits("forbidden")).toBe("refused");
  expect(waits("malformed")).toBe("refused");
  expect(standingOf({ waiting: false, may: "read", problem: "forbidden" })).toBe("sent");
});

test("the doctor can read it where the server has it, and nobody says so before it was asked", () => {
  expect(standingOf({ waiting: false, may: "write", problem: undefined })).toBe("sent");
  expect(standingOf({ waiting: false, may: undefined, problem: "offline" })).toBeUndefined();
});
