import * as fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import {
  LIMITS,
  OPERATIONS,
  QUEUEABLE,
  SyncResponse,
  WireOperation,
  type WireOutcome,
} from "@healthbridge/schema";
import { newStream } from "../setup/world.ts";
import { hostile } from "./arbitraries/hostile.ts";
import { nearlyValid } from "./arbitraries/nearly-valid.ts";
import { jsonOf } from "./arbitraries/raw-json.ts";
import { type Node, nodeOf } from "./arbitraries/schema-node.ts";
import { valid } from "./arbitraries/valid.ts";
import { ROUTES } from "./support/requests.ts";
import { faultsOfAnswer, faultsOfWords } from "./support/rules.ts";
import { runs } from "./support/seeds.ts";
import { authorization, JSON_TYPE, openTarget } from "./support/target.ts";

/** What a device's queue can carry: good operations among nearly good and hostile ones, in one request. */
const target = await openTarget();
const { words, world } = target;
const route = ROUTES.find(({ id }) => id === "sync");

/** One operation, and what must become of it. */
interface Queued {
  readonly operation: unknown;
  readonly must: "apply" | "be decided" | "be refused" | "be answered";
  /** where the fault is */
  readonly at?: string;
}

const madeAt = 1_795_375_200_000;
const wire = nodeOf(WireOperation);
const inputs: readonly (readonly [string, Node])[] = Object.values(OPERATIONS).flatMap(({ type, input }) =>
  Object.hasOwn(QUEUEABLE, type) ? [[type, nodeOf(input)] as const] : [],
);
const anyInput = fc.constantFrom(...inputs);

const good: fc.Arbitrary<Queued> = fc.stringMatching(/^[A-Z][a-z]{1,20}$/).map((name) => ({
  operation: { type: "patient.register", input: { name, clinic: world.clinic }, madeAt },
  must: "apply",
}));
const shaped: fc.Arbitrary<Queued> = anyInput.chain(([type, node]) =>
  valid(node, words).map((input) => ({ operation: { type, input, madeAt }, must: "be decided" })),
);
const wrongInput: fc.Arbitrary<Queued> = anyInput.chain(([type, node]) =>
  nearlyValid(node, words).map(({ value, path }) => ({
    operation: { type, input: value, madeAt },
    must: "be refused",
    // An input that is no object at all is a fault of the operation.
    at: path.length === 0 ? "operation.input" : ["input", ...path].join("."),
  })),
);
const wrongWire: fc.Arbitrary<Queued> = nearlyValid(wire, words).map(({ value, path }) => ({
  operation: value,
  must: "be refused",
  at: ["operation", ...path].join("."),
}));
const evil: fc.Arbitrary<Queued> = fc
  .oneof(
    hostile(wire, words),
    anyInput.chain(([type, node]) => hostile(node, words).map((input) => ({ type, input, madeAt }))),
    fc
      .constantFrom("__proto__", "constructor", "toString", "account.register", "device.revoke", "")
      .map((type) => ({
        type,
        input: {},
        madeAt,
      })),
  )
  .map((operation) => ({ operation, must: "be answered" }));

const batch = fc.array(fc.oneof({ weight: 3, arbitrary: good }, shaped, wrongInput, wrongWire, evil), {
  minLength: 1,
  maxLength: 14,
  size: "max",
});

interface Sent {
  readonly status: number;
  readonly faults: readonly string[];
  readonly settled: number;
  readonly outcomes: ReadonlyMap<number, WireOutcome>;
}

async function send(body: string, accept: string): Promise<Sent> {
  const headers = { ...JSON_TYPE, ...authorization(target.staff), accept };
  const answer = await target.ask({ method: "POST", path: "/v1/sync", headers, body });
  const first: unknown = JSON.parse(answer.text.split("\n")[0] ?? "");
  const { data } = SyncResponse.safeParse(first);
  const outcomes = data?.outcomes ?? [];
  const words = outcomes.flatMap(({ problem }) => faultsOfWords(JSON.stringify(problem ?? {})));
  return {
    status: answer.status,
    faults: [...faultsOfAnswer(answer, route), ...words],
    settled: data?.settled ?? -1,
    outcomes: new Map(outcomes.map((outcome) => [outcome.number, outcome])),
  };
}

/** What became of an operation, in the words of `Queued`. */
function fateOf(queued: Queued, outcome: WireOutcome | undefined): string {
  const problem = outcome?.problem;
  if (queued.must === "be answered") return queued.must;
  if (problem === undefined) return outcome === undefined ? "apply" : "be decided";
  const aboutShape =
    problem.code === "malformed" || problem.code === "unknown_field" || problem.code === "too_large";
  // What a decision calls malformed (staff who register a patient and name no clinic) has one thing to say, and no list.
  const byDecision = problem.code === "malformed" && problem.reasons === undefined;
  if (!aboutShape || byDecision) return "be decided";
  const { path = "" } = problem;
  const at = queued.at ?? "";
  const here =
    problem.code === "too_large" || `${path}.`.startsWith(`${at}.`) || `${at}.`.startsWith(`${path}.`);
  return here ? "be refused" : `be refused at ${path}`;
}

const isAsItMust = (queued: Queued, fate: string): boolean =>
  fate === queued.must || (queued.must === "be decided" && fate === "apply");

/** Nesting of a JSON text, counted by other means than the product's. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  for (const sign of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").replaceAll(/[^[\]{}]/g, "")) {
    depth += sign === "[" || sign === "{" ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}

afterEach(() => target.checkAlive());

it("each operation has the outcome it deserves, whatever stands beside it; and the same again", async () => {
  await fc.assert(
    fc.asyncProperty(batch, fc.boolean(), async (queue, lines) => {
      const operations = queue.map(({ operation }) => operation);
      const body = jsonOf({ protocol: 1, stream: newStream(), from: 1, operations });
      const accept = lines ? "application/x-ndjson" : "application/json";
      const sent = await send(body, accept);
      expect(sent.faults).toEqual([]);
      // What cannot be read safely cannot be read operation by operation.
      const readable = depthOf(body) <= LIMITS.jsonDepth && Buffer.byteLength(body) <= LIMITS.bodyBytes;
      const fates = readable ? queue.map((each, at) => fateOf(each, sent.outcomes.get(at + 1))) : [];
      const strange = fates.flatMap((fate, at) => {
        const queued = queue[at];
        return queued === undefined || isAsItMust(queued, fate)
          ? []
          : [{ number: at + 1, fate, queued, outcome: sent.outcomes.get(at + 1) }];
      });
      expect(strange).toEqual([]);
      const expected = readable ? { status: 200, settled: queue.length } : { settled: -1 };
      expect(sent).toMatchObject(expected);
      const again = await send(body, accept);
      expect([...again.outcomes]).toEqual([...sent.outcomes]);
    }),
    runs(60),
  );
});

it("five hundred broken operations in one request are five hundred outcomes", async () => {
  const broken = [null, 1, "x", [], {}, { type: "x" }, { type: "patient.register", input: [], madeAt: 0 }];
  const operations = Array.from(
    { length: LIMITS.operationsPerRequest },
    (_, at) => broken[at % broken.length],
  );
  const sent = await send(
    jsonOf({ protocol: 1, stream: newStream(), from: 1, operations }),
    "application/json",
  );
  expect(sent).toMatchObject({ status: 200, faults: [], settled: LIMITS.operationsPerRequest });
  expect(sent.outcomes.size).toBe(LIMITS.operationsPerRequest);
  const more = jsonOf({ protocol: 1, stream: newStream(), from: 1, operations: [...operations, null] });
  expect(await send(more, "application/json")).toMatchObject({ status: 400, faults: [] });
});

it("one operation that fills the request is refused, and the good one beside it applied", async () => {
  const operations = [
    { type: "patient.register", input: { name: "x".repeat(200_000) }, madeAt },
    { type: "patient.register", input: { name: "Njeri", clinic: world.clinic }, madeAt },
    { ["k".repeat(30_000)]: 1, type: "patient.register", input: {}, madeAt },
  ];
  const sent = await send(
    jsonOf({ protocol: 1, stream: newStream(), from: 1, operations }),
    "application/json",
  );
  expect(sent).toMatchObject({ status: 200, faults: [], settled: 3 });
  expect([...sent.outcomes.values()].map(({ number, problem }) => [number, problem?.code])).toEqual([
    [1, "too_large"],
    [3, "unknown_field"],
  ]);
});

it.each([
  ["numbers at the end of what there is", { from: 4_294_967_295, operations: [null, null] }],
  ["a number far ahead", { from: 4_294_967_295 }],
  ["more heard than was ever said", { heard: 9_007_199_254_740_991 }],
  ["an epoch from nowhere", { epoch: -9_007_199_254_740_991 }],
  ["cursors beyond every feed", { cursors: "1:999999999999999,999999999999:1,2:0" }],
  ["the same cursor many times", { cursors: Array.from({ length: 800 }, () => "1:1").join(",") }],
  [
    "cursors of hundreds of feeds",
    { cursors: Array.from({ length: 300 }, (_, at) => `${String(at + 1)}:1`).join(",") },
  ],
  [
    "feeds of others",
    { follow: words.map(String).filter((word) => /^(me|directory|clinic:|calendar:)/.test(word)) },
  ],
  ["the same feed fifty times", { follow: Array.from({ length: 50 }, () => "me") }],
  [
    "an operation that needs itself",
    {
      operations: [{ type: "patient.register", input: { name: "A" }, madeAt, after: ["SSSSSSSSSSSSSSSS.1"] }],
    },
  ],
])("a request with %s is answered", async (_, more) => {
  const { status, faults } = await send(
    jsonOf({ protocol: 1, stream: "SSSSSSSSSSSSSSSS", from: 1, ...more }),
    "application/json",
  );
  expect({ status: Math.floor(status / 100), faults }).toEqual({
    status: expect.toSatisfy((each) => each === 2 || each === 4),
    faults: [],
  });
});
