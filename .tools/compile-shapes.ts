/**
 * Compiles the zod schemas that a phone checks into `schema/src/compiled/shapes.ts`, so that it need not carry zod. Run by `npm run shapes`;
 * with `--check` (part of `npm run check`) it writes nothing and fails where the file is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import * as schema from "@healthbridge/schema";
import { TOLD, TOLD_KINDS } from "../schema/src/shapes/told.ts";
import type * as z from "zod/mini";

const root = join(import.meta.dirname, "..");
const target = join(root, "schema/src/compiled/shapes.ts");

type Named = Readonly<Record<string, z.core.$ZodType>>;

/** What an app asks for, by the type of the operation. */
const asked: Named = Object.fromEntries(
  Object.keys(schema.QUEUEABLE)
    .filter(schema.isOperationType)
    .map((type) => [type, schema.CONTRACTS[type].input]),
);

/** What only a clinic's desk asks for, and what only the addition for chat does: the smallest bundle leaves it to the server to check. */
const DESK = /^(clinic|doctor|availability|lease|conversation|message)\.|^appointment\.walkIn$/;

function only(desk: boolean): Named {
  return Object.fromEntries(Object.entries(asked).filter(([type]) => DESK.test(type) === desk));
}

/** What a phone is told beside entities. */
const others: Named = Object.fromEntries(
  Object.entries(TOLD).filter(([name]) => !Object.hasOwn(TOLD_KINDS, name)),
);

const RULES = [
  schema.dateExists,
  schema.endsLater,
  schema.liesOnSteps,
  schema.saysDays,
  schema.saysPlace,
] as const;

/** How often each text occurs, in order of completion: what others are made of comes first. */
const uses = new Map<string, number>();
/** Shared parts by their text. */
const shared = new Map<string, string>();
const usedRules = new Set<string>();
/** Shared parts are called as the schema exports them, or after the first field that is one. */
const exported = new Map<unknown, string>(Object.entries(schema).map(([name, value]) => [value, name]));
const names = new Map([
  [list(`"t"`, 0, Infinity), "Text"],
  [list(`"i"`, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1), "Whole"],
]);

type Def = z.core.$ZodTypes["_zod"]["def"];

function defOf(type: z.core.$ZodType): Def {
  return (type as z.core.$ZodTypes)._zod.def;
}

/** The shape of a schema as source text, with shared parts by name once these are known. */
function textOf(type: z.core.$ZodType, field: string): string {
  const text = writtenOut(type, field);
  uses.set(text, (uses.get(text) ?? 0) + 1);
  const name = exported.get(type) ?? field.replace(/\W+(.)/g, (_, letter: string) => letter.toUpperCase());
  if (exported.has(type) || !names.has(text)) names.set(text, name);
  return shared.get(text) ?? text;
}

function writtenOut(type: z.core.$ZodType, field: string): string {
  const def = defOf(type);
  const { least, most, step, tests, rules } = checksOf(def);
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- every other kind stops the compilation
  switch (def.type) {
    case "string":
      return least === 0 && most === Infinity && tests.length === 1 && tests[0]?.startsWith("/") === true
        ? tests[0]
        : list(`"t"`, least, most, ...tests);
    case "number":
      return isInteger(def)
        ? list(`"i"`, Math.max(least, Number.MIN_SAFE_INTEGER), Math.min(most, Number.MAX_SAFE_INTEGER), step)
        : list(`"n"`, Math.max(least, -Number.MAX_VALUE), Math.min(most, Number.MAX_VALUE));
    case "boolean":
      return list(`"b"`);
    case "unknown":
      return list(`"*"`);
    case "enum":
      return list(`"e"`, JSON.stringify(wordsOf(def.entries).join(" ")));
    case "array":
      return list(`"a"`, Math.max(least, 0), most, textOf(def.element, `${field}Item`));
    case "tuple":
      return list(`"u"`, list(...def.items.map((item) => textOf(inner(item), field))), required(def.items));
    case "object":
      return list(
        `"o"`,
        def.catchall !== undefined && defOf(def.catchall).type === "never" ? 1 : 0,
        fieldsOf(def.shape),
        ...rules,
      );
    default:
      throw new Error(`no phone can check "${def.type}": teach compile-shapes.ts and compiled/check.ts`);
  }
}

/** An item of a tuple; the last ones may be left out. */
function inner(item: z.core.$ZodType): z.core.$ZodType {
  const def = defOf(item);
  return def.type === "optional" ? def.innerType : item;
}

function required(items: readonly z.core.$ZodType[]): number {
  return items.filter((item) => defOf(item).type !== "optional").length;
}

function fieldsOf(shape: Readonly<Record<string, z.core.$ZodType>>): string {
  const fields = Object.entries(shape).map(([key, type]) => {
    const def = defOf(type);
    if (/[$_]$/.test(key)) throw new Error(`"${key}" ends like a label: no phone can tell them apart`);
    if (def.type !== "optional") return `${JSON.stringify(key)}: ${textOf(type, key)}`;
    const exact = type._zod.traits.has("$ZodExactOptional");
    return `${JSON.stringify(`${key}${exact ? "_" : "$"}`)}: ${textOf(def.innerType, key)}`;
  });
  return `{ ${fields.join(", ")} }`;
}

interface Checks {
  least: number;
  most: number;
  step: number;
  readonly tests: string[];
  readonly rules: string[];
}

function checksOf(def: Def): Checks {
  const found: Checks = {
    least: def.type === "number" ? -Infinity : 0,
    most: Infinity,
    step: 1,
    tests: [],
    rules: [],
  };
  for (const each of def.checks ?? []) readCheck(each._zod.def, found);
  return found;
}

function readCheck(def: z.core.$ZodCheckDef, found: Checks): void {
  const check = def as z.core.$ZodChecks["_zod"]["def"] | z.core.$ZodCustomDef;
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- every other check stops the compilation
  switch (check.check) {
    case "min_length":
      found.least = Math.max(found.least, check.minimum);
      break;
    case "max_length":
      found.most = Math.min(found.most, check.maximum);
      break;
    case "greater_than":
      if (!check.inclusive) throw new Error("only inclusive bounds are compiled");
      found.least = Math.max(found.least, Number(check.value));
      break;
    case "less_than":
      if (!check.inclusive) throw new Error("only inclusive bounds are compiled");
      found.most = Math.min(found.most, Number(check.value));
      break;
    case "multiple_of":
      found.step = Number(check.value);
      break;
    case "number_format":
      break;
    case "string_format":
      if (check.pattern === undefined || check.pattern.global || check.pattern.sticky)
        throw new Error(`"${check.format}" is no plain pattern`);
      found.tests.push(String(check.pattern));
      break;
    case "custom":
      readRule(check, found);
      break;
    default:
      throw new Error(`no phone can check "${check.check}": teach compile-shapes.ts and compiled/check.ts`);
  }
}

function readRule(check: z.core.$ZodCustomDef, found: Checks): void {
  const rule = RULES.find((each) => Object.is(each, check.fn));
  if (rule === undefined)
    throw new Error("a refinement that is not in schema/src/rules.ts cannot be compiled");
  usedRules.add(rule.name);
  found.tests.push(rule.name);
  found.rules.push(list(rule.name, JSON.stringify(check.path?.join(".") ?? "")));
}

function isInteger(def: Def): boolean {
  return "format" in def && def.format === "safeint";
}

function wordsOf(entries: Readonly<Record<string, string | number>>): readonly string[] {
  const words = Object.values(entries).map(String);
  if (words.some((word) => word.includes(" "))) throw new Error("a word of an enum holds a space");
  return words;
}

function list(...parts: readonly (string | number)[]): string {
  return `[${parts.map(String).join(", ")}]`;
}

/** Names whatever is used twice and is worth a name; again and again, as naming a part changes the text of the whole. */
function share(): void {
  for (;;) {
    uses.clear();
    for (const [name, type] of Object.entries({ ...TOLD, ...asked })) textOf(type, name);
    const next = [...uses].find(([text, count]) => count > 1 && text.length > 5 && !shared.has(text));
    if (next === undefined) return;
    const [text] = next;
    shared.set(text, uniqueName(names.get(text) ?? "part"));
  }
}

function uniqueName(wanted: string): string {
  const taken = new Set(shared.values());
  let name = wanted;
  for (let at = 2; taken.has(name); at++) name = `${wanted}${at}`;
  return name;
}

function source(): string {
  share();
  const parts = [...shared].map(([text, name]) => `const ${name}: Shape = ${text};`);
  const text = [
    "// Made by `npm run shapes` from the zod schemas. Do not edit.",
    "/* oxlint-disable eslint/no-control-regex -- the patterns are those of schema/src/shapes */",
    `import { ${[...usedRules].toSorted((a, b) => (a < b ? -1 : 1)).join(", ")} } from "../rules.ts";`,
    `import type { Shape } from "./shape.ts";\n`,
    ...parts,
    table("KINDS", "Entities a phone is told of, by kind.", TOLD_KINDS),
    table("SHAPES", "What a phone is told, by name.", others, "  ...KINDS,\n"),
    table(
      "INPUTS",
      "Inputs of the operations a device can queue, by type: those that every phone checks.",
      only(false),
    ),
    table("DESK_INPUTS", "Inputs of what only a clinic's desk asks for, by type.", only(true)),
  ].join("\n");
  return formatted(text);
}

function table(name: string, what: string, shapes: Named, before = ""): string {
  const rows = Object.entries(shapes).map(([key, type]) => `  ${JSON.stringify(key)}: ${textOf(type, key)},`);
  const typed = "as const satisfies Readonly<Record<string, Shape>>";
  return `\n/** ${what} */\nexport const ${name} = {\n${before}${rows.join("\n")}\n} ${typed};\n`;
}

function formatted(text: string): string {
  const { status, stdout, stderr } = spawnSync("oxfmt", ["--stdin-filepath", target], {
    cwd: root,
    input: text,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const now = source();
if (!process.argv.includes("--check")) writeFileSync(target, now);
else if (readFileSync(target, "utf8") !== now) {
  console.error("schema/src/compiled/shapes.ts is stale: run npm run shapes");
  process.exitCode = 1;
}
