import type * as z from "zod/mini";

/**
 * What a zod schema asks for, in the few words the generators need. Zod's own description (`_zod.def`) is read here and nowhere else; a kind of schema
 * or check that is not known here throws, so that nothing new goes untested unseen.
 */
export type Node =
  | { readonly kind: "text"; readonly fits: Fits; readonly text: TextLimits }
  | { readonly kind: "number"; readonly fits: Fits; readonly number: NumberLimits }
  | { readonly kind: "switch"; readonly fits: Fits }
  | { readonly kind: "choice"; readonly fits: Fits; readonly choices: readonly unknown[] }
  | {
      readonly kind: "object";
      readonly fits: Fits;
      readonly fields: readonly Field[];
      readonly strict: boolean;
    }
  | { readonly kind: "list"; readonly fits: Fits; readonly item: Node; readonly list: Count }
  | { readonly kind: "row"; readonly fits: Fits; readonly items: readonly Node[] }
  | { readonly kind: "either"; readonly fits: Fits; readonly ways: readonly Node[] }
  | { readonly kind: "map"; readonly fits: Fits; readonly value: Node }
  | { readonly kind: "anything"; readonly fits: Fits };

export interface Field {
  readonly name: string;
  readonly needed: boolean;
  readonly node: Node;
}

/** Whether the schema itself takes a value: what limits and patterns do not say (no 30th of February) is asked here. */
type Fits = (value: unknown) => boolean;

export interface Count {
  readonly least: number;
  readonly most: number | undefined;
}

export interface TextLimits extends Count {
  readonly patterns: readonly RegExp[];
  /** the text is read as a number with these limits */
  readonly digits: { readonly least: number; readonly most: number } | undefined;
}

export interface NumberLimits {
  readonly whole: boolean;
  readonly step: number;
  readonly least: number | undefined;
  readonly most: number | undefined;
}

/** The parts of a definition that are looked at; each kind of schema has some of them. */
interface Definition {
  readonly type: string;
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[];
  readonly check?: string;
  readonly format?: string;
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
  readonly catchall?: z.ZodMiniType;
  readonly innerType?: z.ZodMiniType;
  readonly element?: z.ZodMiniType;
  readonly items?: readonly z.ZodMiniType[];
  readonly options?: readonly z.ZodMiniType[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
  readonly valueType?: z.ZodMiniType;
  readonly in?: z.ZodMiniType;
  readonly out?: z.ZodMiniType;
}

interface CheckDefinition {
  readonly check: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly pattern?: RegExp;
  readonly format?: string;
}

/** Reads a schema. Throws for a kind or check that is not understood. */
export function nodeOf(schema: z.ZodMiniType): Node {
  const definition = definitionOf(schema._zod);
  const fits: Fits = (value) => schema.safeParse(value).success;
  switch (definition.type) {
    case "string":
      return { kind: "text", fits, text: textLimits(definition) };
    case "number":
      return { kind: "number", fits, number: numberLimits(definition) };
    case "boolean":
      knownChecks(definition, []);
      return { kind: "switch", fits };
    case "enum":
      return { kind: "choice", fits, choices: Object.values(given(definition.entries)) };
    case "literal":
      return { kind: "choice", fits, choices: given(definition.values) };
    case "object":
      return objectNode(definition, fits);
    case "array":
      return { kind: "list", fits, item: nodeOf(given(definition.element)), list: countOf(definition) };
    case "tuple":
      return { kind: "row", fits, items: given(definition.items).map(nodeOf) };
    case "union":
      return { kind: "either", fits, ways: given(definition.options).map(nodeOf) };
    case "record":
      return { kind: "map", fits, value: nodeOf(given(definition.valueType)) };
    case "unknown":
    case "any":
      return { kind: "anything", fits };
    case "optional":
    case "default":
    case "readonly":
      return { ...nodeOf(given(definition.innerType)), fits };
    case "pipe":
      return pipeNode(definition, fits);
    default:
      throw new Error(
        `The generators do not know schemas of type "${definition.type}": teach schema-node.ts.`,
      );
  }
}

/** Zod types only what all kinds of schemas have. */
function definitionOf({ def }: { readonly def: object }): Definition {
  return def as Definition;
}

function objectNode(definition: Definition, fits: Fits): Node {
  knownChecks(definition, ["custom"]);
  const fields = Object.entries(given(definition.shape)).map(([name, field]) => ({
    name,
    needed: field._zod.optin !== "optional",
    node: nodeOf(field),
  }));
  const rest = definition.catchall?._zod.def.type;
  return { kind: "object", fits, fields, strict: rest === "never" };
}

/** Only one kind of pipe is in use: text that is read as a number. */
function pipeNode(definition: Definition, fits: Fits): Node {
  const from = nodeOf(given(definition.in));
  const to = nodeOf(given(definition.out));
  if (
    from.kind !== "text" ||
    to.kind !== "number" ||
    to.number.least === undefined ||
    to.number.most === undefined
  )
    throw new Error("The generators know only pipes from text to a bounded number: teach schema-node.ts.");
  return {
    kind: "text",
    fits,
    text: { ...from.text, digits: { least: to.number.least, most: to.number.most } },
  };
}

function textLimits(definition: Definition): TextLimits {
  if (definition.format !== undefined)
    throw new Error(
      `The generators do not know texts of format "${definition.format}": teach schema-node.ts.`,
    );
  const checks = knownChecks(definition, ["string_format", "custom", "min_length", "max_length"]);
  const patterns = checks.flatMap(({ check, format, pattern }) => {
    if (check !== "string_format") return [];
    if (format !== "regex" || pattern === undefined)
      throw new Error(`The generators do not know texts of format "${format}": teach schema-node.ts.`);
    return [pattern];
  });
  return { ...countOf(definition), patterns, digits: undefined };
}

function countOf(definition: Definition): Count {
  const checks = knownChecks(definition, ["string_format", "custom", "min_length", "max_length"]);
  return {
    least: Math.max(0, ...checks.map(({ minimum }) => minimum ?? 0)),
    most: checks.find(({ maximum }) => maximum !== undefined)?.maximum,
  };
}

function numberLimits(definition: Definition): NumberLimits {
  const checks = knownChecks(definition, [
    "number_format",
    "greater_than",
    "less_than",
    "multiple_of",
    "custom",
  ]);
  if (checks.some(({ inclusive }) => inclusive === false))
    throw new Error("The generators know only inclusive limits of numbers: teach schema-node.ts.");
  const limit = (name: string): number | undefined => checks.find(({ check }) => check === name)?.value;
  const whole = definition.format === "safeint" || checks.some(({ format }) => format === "safeint");
  return { whole, step: limit("multiple_of") ?? 1, least: limit("greater_than"), most: limit("less_than") };
}

function knownChecks(definition: Definition, known: readonly string[]): readonly CheckDefinition[] {
  const checks = (definition.checks ?? []).map((each) => each._zod.def);
  const strange = checks.find(({ check }) => !known.includes(check));
  if (strange !== undefined)
    throw new Error(
      `The generators do not know the check "${strange.check}" of a ${definition.type}: teach schema-node.ts.`,
    );
  return checks;
}

function given<T>(value: T | undefined): T {
  if (value === undefined)
    throw new Error("zod describes its schemas in another way by now: teach schema-node.ts.");
  return value;
}
