import type { ShownMessage } from "@healthbridge/client-sdk/chat";
import { describe, expect, it } from "vitest";
import { missingInWords, placed } from "../src/lines.ts";

const line = (number: number | undefined, id = `line ${String(number)}`): ShownMessage => ({
  id,
  number,
  conversation: "AAAAAAAAAAAAAAAA.1",
  mine: false,
  state: "received",
  at: 0,
});

describe("lines of a conversation", () => {
  it("are each there once, in their order, what waits last", () => {
    const held = [line(5), line(6), line(undefined, "waits"), line(undefined, "waits too")];
    const all = placed(held, [line(4), line(5), line(3)]);
    expect(all.map(({ id }) => id)).toEqual(["line 3", "line 4", "line 5", "line 6", "waits", "waits too"]);
  });

  it("say which are missing before them, also in the middle", () => {
    const all = placed([line(4), line(9), line(undefined, "waits")], [line(3)]);
    expect(all.map(({ missing }) => missing)).toEqual([
      { from: 1, through: 2 },
      undefined,
      { from: 5, through: 8 },
      undefined,
    ]);
    expect(missingInWords({ from: 5, through: 8 })).toBe("lines 5 to 8 are at the server");
    expect(missingInWords({ from: 1, through: 1 })).toBe("line 1 is at the server");
  });
});
