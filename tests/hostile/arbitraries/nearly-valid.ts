import * as fc from "fast-check";
import type { Node, NumberLimits, TextLimits } from "./schema-node.ts";
import { valid, type Words } from "./valid.ts";

/** A value with exactly one thing wrong with it, and where. */
export interface NearlyValid {
  readonly value: unknown;
  /** what is wrong, in words */
  readonly fault: string;
  readonly path: readonly (string | number)[];
  readonly code: "malformed" | "unknown_field";
}

/** Another value for one place of a valid one. `undefined` takes the field away. */
interface Fault extends Omit<NearlyValid, "value"> {
  readonly instead: unknown;
  /** a key that is added to the object at `path`, rather than a value that is replaced */
  readonly added?: string;
}

/** Values that a schema refuses for one reason, in one place. */
export function nearlyValid(node: Node, words: Words = []): fc.Arbitrary<NearlyValid> {
  return fc
    .tuple(valid(node, words), fc.nat())
    .map(([value, chance]) => broken(node, value, chance))
    .filter((made) => made !== undefined);
}

/** Takes the first fault from a place chosen by chance on that the schema really refuses. */
function broken(node: Node, value: unknown, chance: number): NearlyValid | undefined {
  const faults = faultsOf(node, value, []);
  // Else it would be drawn for ever.
  if (faults.length === 0) throw new Error(`Nothing can be wrong with what takes ${node.kind}.`);
  for (let tried = 0; tried < faults.length; tried += 1) {
    const fault = faults[(chance + tried) % faults.length];
    if (fault === undefined) continue;
    const made = withFault(value, fault);
    if (!node.fits(made)) return { value: made, fault: fault.fault, path: pathOf(fault), code: fault.code };
  }
  return undefined;
}

function pathOf({ path, added }: Fault): NearlyValid["path"] {
  return added === undefined ? path : [...path, added];
}

/** All that can be wrong with a value, one fault at a time. */
export function faultsOf(node: Node, value: unknown, path: NearlyValid["path"]): readonly Fault[] {
  const malformed = (fault: string, instead: unknown): Fault => ({ fault, instead, path, code: "malformed" });
  const wrong = wrongTypes(node).map((instead) => malformed("wrong type", instead));
  switch (node.kind) {
    case "text":
      return [
        ...wrong,
        ...wrongTexts(node.text, String(value)).map(([fault, text]) => malformed(fault, text)),
      ];
    case "number":
      return [...wrong, ...wrongNumbers(node.number).map(([fault, number]) => malformed(fault, number))];
    case "choice":
      return [
        ...wrong,
        malformed("wrong word", "nothing-like-it"),
        malformed("wrong case", String(value).toUpperCase()),
      ];
    case "object":
      return [...wrong, ...wrongFields(node, value, path)];
    case "list": {
      const items: readonly unknown[] = Array.isArray(value) ? value : [];
      const { least, most } = node.list;
      const first = items[0];
      return [
        ...wrong,
        ...(least > 0 ? [malformed("one too few", items.slice(0, least - 1))] : []),
        ...(most !== undefined && first !== undefined
          ? [
              malformed(
                "one too many",
                Array.from({ length: most + 1 }, (_, at) => items[at] ?? first),
              ),
            ]
          : []),
        ...items.flatMap((item, at) => faultsOf(node.item, item, [...path, at])),
      ];
    }
    case "anything":
      return [];
    case "switch":
    case "row":
    case "either":
    case "map":
      break;
  }
  return wrong;
}

function wrongFields(
  node: Node & { readonly kind: "object" },
  value: unknown,
  path: NearlyValid["path"],
): readonly Fault[] {
  const object = new Map(Object.entries(value ?? {}));
  const extra: Fault = { fault: "extra", instead: 1, added: "extra", path, code: "unknown_field" };
  // What only the server sets is an unknown field like any other.
  const assigned: Fault = { ...extra, fault: "mass assignment", added: "tenant_id", instead: "other" };
  return [
    ...(node.strict ? [extra, assigned] : []),
    ...node.fields.flatMap(({ name, needed, node: field }) => {
      const inner = [...path, name];
      const missing: Fault = { fault: "missing", instead: undefined, path: inner, code: "malformed" };
      return [
        ...(needed ? [missing] : []),
        ...(object.has(name) ? faultsOf(field, object.get(name), inner) : []),
      ];
    }),
  ];
}

function wrongTypes({ kind }: Node): readonly unknown[] {
  const values: Readonly<Record<string, unknown>> = {
    text: "text",
    number: 7,
    switch: true,
    list: [],
    object: {},
    nothing: null,
  };
  const same: Partial<Record<Node["kind"], string>> = { row: "list", map: "object", choice: "text" };
  return Object.entries(values).flatMap(([name, value]) => (name === (same[kind] ?? kind) ? [] : [value]));
}

function wrongTexts({ least, most, patterns, digits }: TextLimits, value: string): [string, string][] {
  const filler = value === "" ? "a" : value;
  const long = (length: number): string => filler.repeat(Math.ceil(length / filler.length)).slice(0, length);
  return [
    ...(most === undefined ? [] : [["one too long", long(most + 1)] as [string, string]]),
    ...(least === 0 ? [] : [["one too short", value.slice(0, least - 1)] as [string, string]]),
    ...(digits === undefined
      ? []
      : ([
          ["one over", String(digits.most + 1)],
          ["one under", String(digits.least - 1)],
          ["a number in another notation", "1e1"],
        ] as [string, string][])),
    ...(patterns.length === 0
      ? []
      : ([
          ["wrong format", `${value}\u0001`],
          ["wrong format", `\n${value}`],
          ["wrong format at the end", `${value}\n`],
          ["cut short", value.slice(0, -1)],
          ["said twice", `${value}${value}`],
        ] as [string, string][])),
  ];
}

function wrongNumbers({ whole, step, least, most }: NumberLimits): [string, number][] {
  return [
    ...(least === undefined ? [] : [["one under", least - step] as [string, number]]),
    ...(most === undefined ? [] : [["one over", most + step] as [string, number]]),
    ...(whole ? [["a fraction", 7.5] as [string, number]] : []),
    ...(step > 1 ? [["off the steps", (least ?? 0) + 1] as [string, number]] : []),
  ];
}

function withFault(value: unknown, fault: Fault): unknown {
  return replaceAt(value, pathOf(fault), fault.instead);
}

/** A copy with another value at a place; `undefined` takes a field away. */
export function replaceAt(value: unknown, path: NearlyValid["path"], instead: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return instead;
  if (Array.isArray(value))
    return value.map((item: unknown, at) => (at === step ? replaceAt(item, rest, instead) : item));
  const entries = Object.entries(value ?? {}).filter(([name]) => name !== step);
  const old: unknown = Reflect.get(Object(value), step);
  const made = replaceAt(old, rest, instead);
  return Object.fromEntries(made === undefined ? entries : [...entries, [step, made]]);
}
