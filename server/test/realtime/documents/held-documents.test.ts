import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { GUARD_LIMITS, THREAD_LIMITS } from "../../../src/realtime/documents/limits.ts";
import type { Sending } from "../../../src/realtime/documents/thread/guard.ts";
import { HeldDocuments } from "../../../src/realtime/documents/thread/held-documents.ts";
import type { Verdict } from "../../../src/realtime/documents/thread/jobs.ts";
import {
  any,
  behind,
  crafted,
  deleted,
  gc,
  list,
  lists,
  skip,
  subdocument,
  written,
} from "./support/crafted.ts";

const DOCUMENT = "AAAAAAAAAAAAAAAA.1.intake";
const DOCTOR = 11;
const PATIENT = 22;
const STRANGE = 33;
const DAY_MS = 86_400_000;

/** A document in which the doctor wrote `no tablets`. */
function opened(limits: Partial<typeof GUARD_LIMITS> = {}) {
  const held = new HeldDocuments({ ...GUARD_LIMITS, ...THREAD_LIMITS, ...limits });
  const first = written(DOCTOR, (doc) => {
    doc.getText("text").insert(0, "no tablets");
  });
  held.run({
    type: "load",
    document: DOCUMENT,
    ask: { snapshot: undefined, updates: [first], owners: [[DOCTOR, "doctor", 0]] },
  });
  const judge = (
    update: Uint8Array,
    { account = "patient", via = "update", now = 1_000_000 }: Partial<Sending> = {},
  ): Verdict => {
    const verdict = held.run({ type: "judge", document: DOCUMENT, ask: { update, via, account, now } });
    if (!isVerdict(verdict)) throw new Error(verdict.status);
    return verdict;
  };
  const text = (): string => {
    const doc = new Y.Doc();
    const answer = held.run({
      type: "compare",
      document: DOCUMENT,
      ask: { vector: new Uint8Array([0]), written: "plain" },
    });
    if (answer.status !== "compared") throw new Error(answer.status);
    Y.applyUpdate(doc, answer.update);
    return doc.getText("text").toJSON();
  };
  const bytes = (): string => {
    const answer = held.run({ type: "snapshot", document: DOCUMENT, ask: {} });
    return answer.status === "taken" ? Buffer.from(answer.bytes).toString("base64") : answer.status;
  };
  return { held, first, judge, text, bytes };
}

function isVerdict(answer: { readonly status: string }): answer is Verdict {
  return ["applied", "nothing", "gap", "refused"].includes(answer.status);
}

const many = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

describe("a job that breaks", () => {
  it("has no answer, and takes its document with it and no other", () => {
    const { held } = opened();
    const other = "AAAAAAAAAAAAAAAA.2.intake";
    held.run({ type: "load", document: other, ask: { snapshot: undefined, updates: [], owners: [] } });
    const rows = [{ update: new Uint8Array([255]), account: "patient", since: 0 }];
    expect(held.attempt({ type: "learn", document: DOCUMENT, ask: { rows } })).toBeUndefined();
    const compare = (document: string) =>
      held.attempt({ type: "compare", document, ask: { vector: new Uint8Array([0]), written: "plain" } })
        ?.status;
    expect([compare(DOCUMENT), compare(other)]).toEqual(["unknown", "compared"]);
  });
});

describe("an update that is taken", () => {
  it("adds exactly what is new, whoever repeats what is known", () => {
    const { judge, first, text } = opened();
    const mine = written(PATIENT, (doc) => doc.getText("text").insert(0, "I take "), first);
    const all = Y.mergeUpdates([first, mine]);
    const verdict = judge(all, { via: "step" });
    expect(verdict).toMatchObject({ status: "applied", fresh: [PATIENT] });
    const added = verdict.status === "applied" ? verdict.added : [];
    expect(added.flatMap((each) => [...Y.parseUpdateMeta(each).to.keys()])).toEqual([PATIENT]);
    expect(text()).toBe("I take no tablets");
    expect(judge(all, { via: "step" })).toEqual({ status: "nothing" });
  });

  it("does not carry a forged copy of what is known to those who lack it", () => {
    const { judge, text } = opened();
    const forged = written(DOCTOR, (doc) => doc.getText("text").insert(0, "10 tablets"));
    expect(judge(forged, { via: "step" })).toEqual({ status: "nothing" });
    expect(text()).toBe("no tablets");
  });

  it("may be of a row that was added and taken away without a network, which leaves no items behind", () => {
    const { judge } = opened();
    const doc = new Y.Doc();
    doc.clientID = PATIENT;
    const row = new Y.Map<string>();
    doc.getArray<Y.Map<string>>("rows").push([row]);
    row.set("drug", "amoxicillin");
    doc.getArray("rows").delete(0);
    const update = Y.encodeStateAsUpdate(doc);
    expect(Y.decodeUpdate(update).structs.some((struct) => struct instanceof Y.GC)).toBe(true);
    expect(judge(update, { via: "step" }).status).toBe("applied");
  });

  it("may delete what others wrote", () => {
    const { judge, first, text } = opened();
    const update = written(PATIENT, (doc) => doc.getText("text").delete(0, 3), first);
    expect(judge(update)).toMatchObject({ status: "applied", fresh: [] });
    expect(text()).toBe("tablets");
  });

  it("of a few hundred kilobytes is taken as what was written without a network", () => {
    const { judge } = opened();
    const update = written(PATIENT, (doc) => doc.getText("text").insert(0, "x".repeat(300_000)));
    expect(judge(update, { via: "update" })).toEqual({ status: "refused", reason: "too_large" });
    expect(judge(update, { via: "step" }).status).toBe("applied");
  });
});

describe("an update that is refused leaves the document as it was", () => {
  const refusals: ReadonlyArray<readonly [what: string, update: Uint8Array, verdict: object]> = [
    [
      "a stretch of a million under the doctor's id, which would swallow her next messages",
      crafted([{ client: DOCTOR, clock: 10, structs: [gc(1_000_000)] }]),
      { status: "refused", reason: "foreign_client" },
    ],
    [
      "a message under the doctor's id",
      crafted([{ client: DOCTOR, clock: 10, structs: [any("operate", "text")] }]),
      { status: "refused", reason: "foreign_client" },
    ],
    [
      "a clock that jumps by a billion under an id of one's own",
      crafted([{ client: PATIENT, clock: 0, structs: [deleted(1_000_000_000)] }]),
      { status: "refused", reason: "too_many" },
    ],
    [
      "more structs than an update has",
      crafted([{ client: PATIENT, clock: 0, structs: many(2_001, () => gc(1)) }]),
      { status: "refused", reason: "too_many" },
    ],
    [
      "a claim of two billion structs",
      crafted([{ client: PATIENT, clock: 0, structs: [any(1)], claims: 2_000_000_000 }]),
      { status: "refused", reason: "malformed" },
    ],
    [
      "an update of version 2, which reads as an empty one with something behind it",
      Y.convertUpdateFormatV1ToV2(written(PATIENT, (doc) => doc.getMap("form").set("pulse", 72))),
      { status: "refused", reason: "malformed" },
    ],
    [
      "an update with something behind it",
      Buffer.concat([written(PATIENT, (doc) => doc.getText("text").insert(0, "I ")), Buffer.from("more")]),
      { status: "refused", reason: "malformed" },
    ],
    ["one byte behind nothing new", new Uint8Array([0, 0, 0]), { status: "refused", reason: "malformed" }],
    ["nothing at all", new Uint8Array(), { status: "refused", reason: "malformed" }],
    ["noise", new Uint8Array([255, 255, 255, 255, 7, 7]), { status: "refused", reason: "malformed" }],
    [
      "two runs of one client, of which only the second would be applied",
      crafted([
        { client: PATIENT, clock: 0, structs: [any(1)] },
        { client: STRANGE, clock: 0, structs: [any(1)] },
        { client: PATIENT, clock: 1, structs: [any(2)] },
      ]),
      { status: "refused", reason: "malformed" },
    ],
    [
      "a stretch of no length",
      crafted([{ client: PATIENT, clock: 0, structs: [gc(0)] }]),
      { status: "refused", reason: "malformed" },
    ],
    [
      "an item that stands behind itself",
      crafted([{ client: PATIENT, clock: 0, structs: [behind(PATIENT, 0)] }]),
      { status: "refused", reason: "malformed" },
    ],
    [
      "an id that Yjs would never draw",
      crafted([{ client: 2 ** 40, clock: 0, structs: [any(1)] }]),
      { status: "refused", reason: "malformed" },
    ],
    [
      "a document in the document",
      crafted([{ client: PATIENT, clock: 0, structs: [subdocument] }]),
      { status: "refused", reason: "content" },
    ],
    [
      "types in types, ten thousand deep",
      crafted([
        {
          client: PATIENT,
          clock: 0,
          structs: many(1_999, (at) => (at === 0 ? list() : list([PATIENT, at - 1]))),
        },
      ]),
      { status: "refused", reason: "too_deep" },
    ],
    [
      "values in values, a thousand deep",
      crafted([{ client: PATIENT, clock: 0, structs: [lists(1_000)] }]),
      { status: "refused", reason: "too_deep" },
    ],
    [
      "values in values, deeper than any stack",
      crafted([{ client: PATIENT, clock: 0, structs: [lists(30_000)] }]),
      { status: "refused", reason: "malformed" },
    ],
    [
      "a hundred names at the root",
      crafted([{ client: PATIENT, clock: 0, structs: many(100, (at) => any(1, `root ${String(at)}`)) }]),
      { status: "refused", reason: "content" },
    ],
    [
      "more than 64 kB",
      written(PATIENT, (doc) => doc.getText("text").insert(0, "x".repeat(65_600))),
      { status: "refused", reason: "too_large" },
    ],
    [
      "what follows an update that is withheld",
      crafted([{ client: PATIENT, clock: 5, structs: [any(1)] }]),
      { status: "gap" },
    ],
    ["a hole", crafted([{ client: PATIENT, clock: 0, structs: [skip(5), any(1)] }]), { status: "gap" }],
    [
      "an item behind one that nobody has",
      crafted([{ client: PATIENT, clock: 0, structs: [behind(STRANGE, 3)] }]),
      { status: "gap" },
    ],
    ["a delete of what nobody has", crafted([], [[DOCTOR, 5, 1_000]]), { status: "gap" }],
  ];

  it.each(refusals)("%s", (_, update, verdict) => {
    const { judge, bytes } = opened();
    const before = bytes();
    expect(judge(update)).toEqual(verdict);
    expect(bytes()).toBe(before);
  });

  it("an id that somebody else used first, also when its owner is away", () => {
    const { judge, bytes } = opened();
    judge(written(PATIENT, (doc) => doc.getText("text").insert(0, "mine ")));
    const before = bytes();
    const stolen = crafted([{ client: PATIENT, clock: 5, structs: [any("theirs")] }]);
    expect(judge(stolen, { account: "doctor" })).toEqual({ status: "refused", reason: "foreign_client" });
    expect(bytes()).toBe(before);
  });

  it("ids without end: so many of one account in a day, so many in a document", () => {
    const { judge } = opened({ clients: 60 });
    const one = (client: number) => crafted([{ client, clock: 0, structs: [any(1)] }]);
    for (let at = 0; at < 50; at += 1) expect(judge(one(100 + at)).status).toBe("applied");
    const tooMany = { status: "refused", reason: "too_many_clients" };
    expect(judge(one(200))).toEqual(tooMany);
    expect(judge(one(200), { account: "other" }).status).toBe("applied");
    const tomorrow = 1_000_000 + DAY_MS + 1;
    for (let at = 0; at < 8; at += 1) expect(judge(one(300 + at), { now: tomorrow }).status).toBe("applied");
    expect(judge(one(400), { now: tomorrow })).toEqual(tooMany);
  });

  it("a document that is full; deleting makes room", () => {
    const { judge } = opened({ documentBytes: 5_000 });
    const fill = written(PATIENT, (doc) => doc.getText("text").insert(0, "x".repeat(4_800)));
    expect(judge(fill).status).toBe("applied");
    const more = crafted([{ client: STRANGE, clock: 0, structs: [any("y".repeat(1_000))] }]);
    expect(judge(more)).toEqual({ status: "refused", reason: "document_full" });
    expect(judge(crafted([], [[PATIENT, 0, 4_800]])).status).toBe("applied");
    expect(judge(more).status).toBe("applied");
  });
});

describe("mutated updates", () => {
  it("never change the document where they are refused, and never break what holds it", () => {
    const { held, first, judge } = opened();
    const honest = written(
      PATIENT,
      (doc) => {
        const map = doc.getMap<unknown>("form");
        map.set("name", "Wanjiru");
        map.set("rows", new Y.Array());
        doc.getText("text").insert(3, "more ");
        doc.getText("text").delete(0, 2);
      },
      first,
    );
    let seed = 7;
    const random = (most: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
      return seed % most;
    };
    const verdicts = new Set<string>();
    const load = { snapshot: undefined, updates: [first], owners: [[DOCTOR, "doctor", 0]] } as const;
    for (let round = 0; round < 3_000; round += 1) {
      const mutated = Uint8Array.from(honest);
      for (let times = 0; times <= random(3); times += 1) mutated[random(mutated.length)] = random(256);
      held.run({ type: "load", document: DOCUMENT, ask: load });
      const before = held.run({ type: "snapshot", document: DOCUMENT, ask: {} });
      const verdict = judge(mutated, { via: random(2) === 0 ? "update" : "step" });
      verdicts.add(verdict.status === "refused" ? verdict.reason : verdict.status);
      const after = held.run({ type: "snapshot", document: DOCUMENT, ask: {} });
      // Where applying broke the document is gone, and is built anew out of what is stored.
      const broke = verdict.status === "refused" && verdict.reason === "broke";
      const changed = verdict.status === "applied";
      expect(after).toEqual(broke ? { status: "unknown" } : changed ? after : before);
    }
    expect([...verdicts]).toEqual(expect.arrayContaining(["malformed", "applied", "gap"]));
  });
});
