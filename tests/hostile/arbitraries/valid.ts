import * as fc from "fast-check";
import type { Node, NumberLimits, TextLimits } from "./schema-node.ts";

/** What the world under attack knows: ids that exist, dates with slots, names of feeds, the protocol's number. Where one fits, it is often taken. */
export type Words = readonly (string | number)[];

/** Values that a schema takes. */
export function valid(node: Node, words: Words = []): fc.Arbitrary<unknown> {
  return shaped(node, words).filter(node.fits);
}

function shaped(node: Node, words: Words): fc.Arbitrary<unknown> {
  switch (node.kind) {
    case "text":
      return oftenKnown(node, words, texts(node.text));
    case "number":
      return oftenKnown(node, words, numbers(node.number));
    case "switch":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...node.choices);
    case "object":
      return fc.record(
        Object.fromEntries(node.fields.map(({ name, node: field }) => [name, valid(field, words)])),
        {
          requiredKeys: node.fields.filter(({ needed }) => needed).map(({ name }) => name),
          noNullPrototype: true,
        },
      );
    case "list":
      return fc.array(valid(node.item, words), {
        minLength: node.list.least,
        ...(node.list.most === undefined ? { maxLength: 20 } : { maxLength: node.list.most }),
        size: "small",
      });
    case "row":
      return fc.tuple(...node.items.map((item) => valid(item, words)));
    case "either":
      return fc.oneof(...node.ways.map((way) => valid(way, words)));
    case "map":
      return fc.dictionary(plainKey, valid(node.value, words), { maxKeys: 4, noNullPrototype: true });
    case "anything":
      break;
  }
  return anything;
}

const plainKey = fc.stringMatching(/^[a-z]{1,8}$/);
const { value: anything } = fc.letrec((again) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(again("value"), { maxLength: 3 }),
    fc.dictionary(plainKey, again("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

function oftenKnown(node: Node, words: Words, drawn: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const known = words.filter(node.fits);
  return known.length === 0
    ? drawn
    : fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: drawn });
}

/** NUL is refused in any text, by the protocol. */
function texts({ patterns, least, most, digits }: TextLimits): fc.Arbitrary<string> {
  if (digits !== undefined) return fc.integer({ min: digits.least, max: digits.most }).map(String);
  const limits = most === undefined ? {} : { maxLength: most };
  const [first] = patterns;
  const drawn =
    first === undefined
      ? fc.string({ unit: "grapheme", minLength: least, ...limits })
      : fc.stringMatching(first, { size: "small", ...limits });
  return drawn.filter((text) => text.isWellFormed() && !text.includes("\0"));
}

function numbers({ whole, step, least, most }: NumberLimits): fc.Arbitrary<number> {
  if (!whole) return fc.double({ min: least ?? -1e9, max: most ?? 1e9, noNaN: true });
  const min = Math.ceil((least ?? Number.MIN_SAFE_INTEGER) / step);
  const max = Math.floor((most ?? Number.MAX_SAFE_INTEGER) / step);
  return fc.integer({ min, max }).map((count) => count * step);
}
