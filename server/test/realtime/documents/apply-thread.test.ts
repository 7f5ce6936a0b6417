import { afterAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { systemTimers } from "../../../src/adapters/timers.ts";
import { startApplyThread } from "../../../src/realtime/documents/apply-thread.ts";
import { GUARD_LIMITS, THREAD_LIMITS } from "../../../src/realtime/documents/limits.ts";
import { HeldDocuments } from "../../../src/realtime/documents/thread/held-documents.ts";
import { any, crafted, written } from "./support/crafted.ts";

const thread = startApplyThread(systemTimers);
afterAll(() => thread.close());

const EMPTY = { snapshot: undefined, updates: [], owners: [] };
const many = (count: number, value: unknown) => Array.from({ length: count }, () => any(value));

describe("the thread of documents", () => {
  it("applies, and answers what was added and what it cost", async () => {
    await thread.ask("load", "a", EMPTY);
    const update = written(1, (doc) => doc.getText("text").insert(0, "fever"));
    const ask = { update, via: "update", account: "patient", now: 0 } as const;
    const { answer } = await thread.ask("judge", "a", ask);
    expect(answer).toMatchObject({ status: "applied", fresh: [1] });
    // One of these can be over before a machine's clock of processor time moves on.
    let spent = 0;
    for (let at = 0; at < 2_000 && spent === 0; at += 1) spent += (await thread.ask("judge", "a", ask)).cpuMs;
    expect(spent).toBeGreaterThan(0);
  });

  it(
    "is ended by what computes for too long, which alone is at fault, and begins anew",
    { timeout: 60_000 },
    async () => {
      const structs = 60_000;
      // Items that all stand at the beginning: each of another client's is compared with all of them.
      const first = crafted([{ client: 1, clock: 0, structs: many(structs, 1) }]);
      await thread.ask("load", "slow", { ...EMPTY, updates: [first], owners: [[1, "attacker", 0]] });
      const update = crafted([{ client: 2, clock: 0, structs: many(20_000, 2) }]);
      const guilty = thread.ask("judge", "slow", { update, via: "step", account: "attacker", now: 0 });
      const behind = thread.ask("snapshot", "slow", {});
      await expect(guilty).rejects.toMatchObject({ code: "too_slow" });
      await expect(behind).rejects.toMatchObject({ code: "restarted" });
      // The new one knows nothing yet.
      expect((await thread.ask("snapshot", "slow", {})).answer).toEqual({ status: "unknown" });
      expect((await thread.ask("load", "a", EMPTY)).answer).toEqual({ status: "loaded" });
    },
  );

  it("that is closed does nothing more", async () => {
    const other = startApplyThread(systemTimers);
    await other.ask("load", "a", EMPTY);
    await other.close();
    await expect(other.ask("load", "a", EMPTY)).rejects.toMatchObject({ code: "closed" });
  });
});

describe("documents that are held ready", () => {
  it("are let go, those used longest ago first, where they are too many or too large together", () => {
    const held = new HeldDocuments({
      ...GUARD_LIMITS,
      ...THREAD_LIMITS,
      readyDocuments: 3,
      readyBytes: 5_000,
    });
    const load = (document: string, bytes: number): void => {
      const doc = new Y.Doc();
      doc.getText("text").insert(0, "x".repeat(bytes));
      held.run({ type: "load", document, ask: { ...EMPTY, updates: [Y.encodeStateAsUpdate(doc)] } });
    };
    const isHeld = (document: string): boolean =>
      held.run({ type: "snapshot", document, ask: {} }).status === "taken";
    for (const document of ["a", "b", "c"]) load(document, 10);
    expect(isHeld("a")).toBe(true);
    load("d", 10);
    expect(["b", "c", "d", "a"].filter(isHeld)).toEqual(["c", "d", "a"]);
    load("large", 4_990);
    expect(["a", "c", "d", "large"].filter(isHeld)).toEqual(["large"]);
  });
});
