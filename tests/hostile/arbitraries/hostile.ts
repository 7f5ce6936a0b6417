import * as fc from "fast-check";
import { replaceAt } from "./nearly-valid.ts";
import { RawJson } from "./raw-json.ts";
import type { Node } from "./schema-node.ts";
import { valid, type Words } from "./valid.ts";

const nested = (depth: number): RawJson => new RawJson("[".repeat(depth) + "]".repeat(depth));
const pairs = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${String(at)}`, at]));

/** Keys that reach for what is not the client's. */
export const HOSTILE_KEYS: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "then",
  "toJSON",
  "length",
  "secrets",
  "id",
  "tenant",
  "role",
  "__proto__.admin",
  "",
  " ",
  "a\0b",
  "\ud800",
  "\u202eevil",
  "$where",
  "' OR 1=1 --",
  "<script>alert(1)</script>",
  "k".repeat(5_000),
];

/** Texts from the end of the world. */
const HOSTILE_TEXTS: readonly string[] = [
  "",
  " ",
  "\0",
  "a\0b",
  "\u0001\u001b[31m\u007f\r\nSet-Cookie: a=b",
  "\ud800",
  "\udc00\ud800",
  "\ufeff",
  "\u202etxt.exe",
  "\u2028\u2029",
  "\u200d".repeat(50),
  "e\u0301",
  "\u00e9",
  "\ufdfa".repeat(100),
  "I\u0307\u0131ſK",
  "💩".repeat(60),
  "a\u0300".repeat(500),
  "'; DROP TABLE patient; --",
  "\\'; SELECT SLEEP(5); --",
  "%' OR '1'='1",
  "1 UNION SELECT password FROM account",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "${7*7}{{7*7}}<%= 7*7 %>",
  "../../../../etc/passwd",
  "file:///etc/passwd",
  "http://169.254.169.254/",
  "%00%0d%0a",
  "NaN",
  "Infinity",
  "-0",
  "1e400",
  "0x10",
  "undefined",
  "[object Object]",
  "0000-01-01",
  "9999-12-31",
  "2026-02-30",
  "0000-01-01T00:00+14:59",
  "9999-12-31T23:59-14:59",
  "-271821-04-20",
  "+275760-09-13",
  "24:00",
  "AAAAAAAAAAAAAAAA.0",
  "AAAAAAAAAAAAAAAA.4294967296",
  "AAAAAAAAAAAAAAAA.9999999999",
  "----------------.1",
  "AAAAAAAAAAAAAAAA.1\n",
  "AAAAAAAAAAAAAAAA.1/2026-01-01",
  "x".repeat(20_000),
  "é".repeat(8_000),
];

/** Numbers at the edges, as JSON writes them. */
const HOSTILE_NUMBERS: readonly string[] = [
  "-0",
  "0.0",
  "1e308",
  "-1e308",
  "1e400",
  "-1e400",
  "1e-320",
  "5e-324",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "-9007199254740993",
  "18446744073709551616",
  "4294967295",
  "4294967296",
  "2147483648",
  "-2147483649",
  "0.1",
  "1E+2",
  "8640000000000000",
  "8640000000000001",
  "9".repeat(2_000),
  `0.${"0".repeat(2_000)}1`,
];

const shapes: readonly unknown[] = [
  null,
  true,
  [],
  {},
  [[]],
  [null],
  nested(10),
  nested(17),
  Array.from({ length: 3_000 }, () => 0),
  pairs(500),
  new RawJson('{"__proto__":{"admin":true}}'),
  new RawJson('{"constructor":{"prototype":{"admin":true}}}'),
  new RawJson('{"toString":1,"valueOf":2}'),
  new RawJson('{"length":4294967295}'),
  new RawJson('{"$ref":"#/etc/passwd"}'),
  new RawJson('{"a":1,"a":2}'),
  new RawJson('"\\ud83d"'),
  new RawJson('"\\u0000"'),
];

const hostileNumber = fc.constantFrom(...HOSTILE_NUMBERS.map((text) => new RawJson(text)));

/** Texts an attacker would send; `words` are ids and names that exist, mostly not hers. */
export function hostileText(words: Words): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
    { weight: 2, arbitrary: fc.constantFrom("x", ...words).map(String) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  );
}

/** Any value an attacker would send. */
export function hostileValue(words: Words): fc.Arbitrary<unknown> {
  return fc.oneof(hostileText(words), hostileNumber, fc.constantFrom(...shapes));
}

/** A value as a schema wants it, with something evil in some place of it; sometimes nothing but the evil. */
export function hostile(node: Node, words: Words = []): fc.Arbitrary<unknown> {
  const evil = fc.tuple(fc.nat(), hostileValue(words), fc.constantFrom(...HOSTILE_KEYS));
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(valid(node, words), evil).map(([value, [at, bad]]) => put(value, at, bad)),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(valid(node, words), evil).map(([value, [, bad, key]]) => add(value, key, bad)),
    },
    { weight: 1, arbitrary: hostileValue(words) },
  );
}

function put(value: unknown, chance: number, bad: unknown): unknown {
  const places = placesOf(value, []);
  return replaceAt(value, places[chance % places.length] ?? [], bad);
}

/** `defineProperty`, because an assignment to `__proto__` would not add a key. */
function add(value: unknown, key: string, bad: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return bad;
  const options = { value: bad, enumerable: true, configurable: true, writable: true };
  return Object.defineProperty({ ...value }, key, options);
}

function placesOf(
  value: unknown,
  path: readonly (string | number)[],
): readonly (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, at) => [at, item] as const)
    : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => placesOf(item, [...path, key]))];
}
