import * as fc from "fast-check";
import type { Shape } from "../../src/compiled/shape.ts";

type Of<K> = Extract<Shape, readonly [K, ...unknown[]]>;

/** Values that a shape accepts (nearly all of them: rules that need luck are left to chance). */
export function valid(shape: Shape): fc.Arbitrary<unknown> {
  if (shape instanceof RegExp) return fc.stringMatching(shape);
  switch (shape[0]) {
    case "t":
      return text(shape);
    case "i":
      return fc
        .integer({ min: Math.ceil(shape[1] / shape[3]), max: Math.floor(shape[2] / shape[3]) })
        .map((times) => times * shape[3]);
    case "n":
      return fc.double({ min: shape[1], max: shape[2], noNaN: true });
    case "b":
      return fc.boolean();
    case "*":
      return fc.jsonValue();
    case "e":
      return fc.constantFrom(...shape[1].split(" "));
    case "a":
      return fc.array(valid(shape[3]), { minLength: shape[1], maxLength: Math.min(shape[2], 3) });
    case "u":
      return fc.tuple(...shape[1].map(valid));
    case "o":
      return object(shape);
    default:
      throw new Error("a shape of no known kind");
  }
}

function text([, least, most, ...tests]: Of<"t">): fc.Arbitrary<string> {
  const pattern = tests.find(
    (test) => test instanceof RegExp && test.source.startsWith("^") && !test.unicode,
  );
  const some =
    pattern instanceof RegExp
      ? fc.stringMatching(pattern)
      : fc.string({ minLength: least, maxLength: Math.min(most, 300), unit: "grapheme" });
  return fc.oneof(
    { weight: 9, arbitrary: some },
    { weight: 1, arbitrary: fc.constantFrom("2026-02-29", "2024-02-29T08:00Z", "2026-02-30T08:00+03:00") },
  );
}

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 11 }))
  .map(([hour, step]) => `${String(hour).padStart(2, "0")}:${String(step * 5).padStart(2, "0")}`);

function object([, , fields]: Of<"o">): fc.Arbitrary<unknown> {
  const hours = "from" in fields;
  const entries = Object.entries(fields).map(([label, shape]) => [
    label.replace(/[$_]$/, ""),
    hours ? clock : valid(shape),
  ]);
  const required = Object.keys(fields).filter((label) => !/[$_]$/.test(label));
  return fc.record(Object.fromEntries(entries) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: required,
  });
}

/** What nobody should send. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    Number.NaN,
    Infinity,
    -Infinity,
    Number("1e400"),
    -0,
    2 ** 53,
    -(2 ** 53),
    0.5,
    1e-7,
    "",
    " ",
    "\ud800",
    "a\udfffb",
    "\u0000",
    "x".repeat(7_000),
    "constructor",
    "__proto__",
    "2026-02-30",
    "2026-11-23T09:20+03:00\n",
    "24:05",
    null,
    undefined,
    true,
    10n,
    Symbol.iterator,
  ),
  fc
    .constantFrom<() => unknown>(
      () => ({}),
      () => [],
      () => JSON.parse('{"__proto__":{"admin":true}}') as unknown,
      () => JSON.parse('{"constructor":{"prototype":{}},"hasOwnProperty":1}') as unknown,
      () => Object.create(null) as unknown,
      () => new Date(0),
      () => new Map([["id", 1]]),
      () => Array.from({ length: 300 }),
      () => () => 1,
    )
    .map((make) => make()),
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, maxDepth: 2 }),
);

/** What is nearly right: a valid value of which one part was replaced, left out, or joined by another. */
export function nearlyValid(shape: Shape): fc.Arbitrary<unknown> {
  return fc
    .tuple(valid(shape), fc.nat(), fc.constantFrom("replace", "drop", "add", "undefine"), hostile, key)
    .map(([value, seed, how, other, name]) => spoiled(value, seed, how, other, name));
}

const key = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "toString", "id", "extra", "0", "length"),
  fc.string({ maxLength: 6 }),
);

function spoiled(value: unknown, seed: number, how: string, other: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return other;
  const keys = Object.keys(value);
  const at = keys[seed % Math.max(keys.length, 1)];
  if (how === "add" && !Array.isArray(value)) return define({ ...value }, name, other);
  if (at === undefined) return other;
  const copy: object = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  // No list on a wire has a hole, or nothing at a place.
  if (how === "drop" && Array.isArray(copy)) copy.splice(Number(at), 1);
  else if (how === "drop") Reflect.deleteProperty(copy, at);
  else if (how === "undefine") define(copy, at, undefined);
  else
    define(
      copy,
      at,
      seed % 3 === 0 ? other : spoiled(Reflect.get(copy, at), Math.floor(seed / 7), how, other, name),
    );
  return copy;
}

function define(target: object, key: string, given: unknown): object {
  const value = Array.isArray(target) ? (given ?? null) : given;
  return Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
