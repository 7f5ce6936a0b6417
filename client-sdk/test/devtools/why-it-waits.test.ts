import { describe, expect, test } from "vitest";
import { type Standing, whyItWaits } from "../../src/devtools/why-it-waits.ts";
import type { Waiting } from "../../src/index.ts";

const operation = (id: string, more: Partial<Waiting> = {}): Waiting => ({
  id,
  type: "patient.register",
  input: {},
  lane: "normal",
  madeAt: 0,
  forecast: "applied",
  ...more,
});

const first = operation("a.1");
const second = operation("a.2");
const ONLINE: Standing["status"] = {
  state: "online",
  started: true,
  lastProblem: undefined,
  nextAttempt: undefined,
};

const why = (status: Partial<Standing["status"]>, more: Partial<Standing> = {}, which = first): string =>
  whyItWaits(
    which,
    { status: { ...ONLINE, ...status }, after: undefined, queue: [first, second], ...more },
    String,
  );

describe("an operation waits", () => {
  test("for what the whole device waits for", () => {
    expect(why({})).toBe("goes with the next exchange");
    expect(why({ state: "sending" })).toBe("an exchange is under way");
    expect(why({ state: "needs-sign-in" })).toBe("somebody has to sign in");
    expect(why({ state: "upgrade-needed" })).toBe("the server wants a newer app");
    expect(why({ state: "offline" })).toBe("no connection");
    expect(why({ state: "offline", lastProblem: { code: "rate_limited", at: 0 }, nextAttempt: 5 })).toBe(
      "no connection (rate_limited), next attempt at 5",
    );
    expect(why({ state: "offline", started: false })).toBe(
      "syncing in the background is off: `hb.sync()` sends it",
    );
  });

  test("for those before it in its lane, and not for others", () => {
    expect(why({}, {}, second)).toBe("goes with the next exchange; 1 before it in its lane");
    const urgent = operation("b.1", { lane: "urgent" });
    expect(why({}, { queue: [first, urgent] }, urgent)).toBe("goes with the next exchange");
  });

  test("for what it needs, as long as that waits itself", () => {
    expect(why({}, { after: ["a.2", "z.9"] })).toBe(
      "goes with the next exchange; needs a.2 to be applied first",
    );
  });

  test("and is said to be refused where that is foreseen", () => {
    const refused = operation("a.1", {
      forecast: "rejected",
      problem: { code: "slot_taken" },
    });
    expect(why({}, { queue: [refused] }, refused)).toContain("will probably be refused (slot_taken)");
  });
});
