import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPERATIONS, SyncRequest, WireOperation } from "@healthbridge/schema";
import * as z from "zod/mini";
import { hostile } from "./arbitraries/hostile.ts";
import { nearlyValid } from "./arbitraries/nearly-valid.ts";
import { jsonOf, RawJson } from "./arbitraries/raw-json.ts";
import { nodeOf, type Node } from "./arbitraries/schema-node.ts";
import { valid } from "./arbitraries/valid.ts";
import { ROUTES } from "./support/requests.ts";
import { runs } from "./support/seeds.ts";

/** Everything that comes from outside, by name. */
const SCHEMAS: readonly (readonly [string, z.ZodMiniType])[] = [
  ["sync request", SyncRequest],
  ["operation on the wire", WireOperation],
  ...Object.values(OPERATIONS).map(({ type, input }) => [type, input] as const),
  ...ROUTES.flatMap(({ method, path, params, query, body }) => {
    const parts = { params, query, body: body?.schema };
    return Object.entries(parts).flatMap(([place, schema]) =>
      schema === undefined ? [] : [[`${method} ${path} (${place})`, schema] as const],
    );
  }),
];

/** Bytes and an object without fields take whatever comes: nothing nearly valid can be drawn, however long one tries. */
const canBeWrong = (node: Node): boolean =>
  node.kind === "object" ? node.fields.length > 0 || node.strict : node.kind !== "anything";

describe.each(SCHEMAS)("what is drawn for %s", (_, schema) => {
  const node = nodeOf(schema);

  it("as valid is taken by the schema", () => {
    fc.assert(
      fc.property(valid(node), (value) => {
        expect(schema.safeParse(value)).toMatchObject({ success: true });
      }),
      runs(8),
    );
  });

  it.runIf(canBeWrong(node))("as nearly valid is refused for one reason, at the place it names", () => {
    fc.assert(
      fc.property(nearlyValid(node), ({ value, path, code }) => {
        const issues = schema.safeParse(value).error?.issues ?? [];
        const places = issues.map((issue) =>
          issue.code === "unrecognized_keys" ? [...issue.path, ...issue.keys] : issue.path,
        );
        expect(places.map(String)).toContainEqual(expect.stringContaining(path.slice(0, -1).join(",")));
        expect(
          issues.some((issue) => (issue.code === "unrecognized_keys") === (code === "unknown_field")),
        ).toBe(true);
      }),
      runs(12),
    );
  });

  it("as hostile can be written as JSON", () => {
    fc.assert(
      fc.property(hostile(node), (value) => {
        expect(() => JSON.parse(jsonOf(value)) as unknown).not.toThrow();
      }),
      runs(12),
    );
  });
});

it("every kind of fault is drawn", () => {
  const drawn = SCHEMAS.filter(([, schema]) => schema !== undefined).flatMap(([, schema]) => {
    const node = nodeOf(schema);
    if (!canBeWrong(node)) return [];
    return fc.sample(nearlyValid(node), { numRuns: 60, seed: 1 }).map(({ fault }) => fault);
  });
  expect([...new Set(drawn)].toSorted()).toEqual([
    "a fraction",
    "a number in another notation",
    "cut short",
    "extra",
    "mass assignment",
    "missing",
    "off the steps",
    "one over",
    "one too few",
    "one too long",
    "one too many",
    "one too short",
    "one under",
    "said twice",
    "wrong case",
    "wrong format",
    "wrong format at the end",
    "wrong type",
    "wrong word",
  ]);
});

it.each([
  ["a kind of schema", z.date()],
  ["a check of a text", z.string().check(z.startsWith("a"))],
  ["a format of a text", z.email()],
  ["a limit of a number", z.number().check(z.gt(1))],
  ["a pipe", z.pipe(z.string(), z.transform(Number))],
])("%s that the generators do not know is told, not passed over", (_, schema) => {
  expect(() => nodeOf(schema)).toThrow("teach schema-node.ts");
});

it("raw pieces stand in the JSON as they are", () => {
  expect(jsonOf({ a: [new RawJson("1e400"), undefined], b: undefined })).toBe('{"a":[1e400,null]}');
});
