import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Node, nodeOf } from "./arbitraries/schema-node.ts";
import { ROUTES } from "./support/requests.ts";

/**
 * Regular expressions that take quadratic or exponential time. Each is held against long texts that nearly match: parts of what it matches, repeated, with an
 * end that never fits. At this length a linear one needs under a millisecond, a quadratic one many seconds, an exponential one for ever.
 */
const LENGTH = 200_000;
const ROOT = join(import.meta.dirname, "../..");

interface Pattern {
  readonly source: string;
  readonly flags: string;
  readonly where: string;
}

const LITERAL =
  /(?<=(?:[(,=:!&|?[{};]|=>|return|^)\s*)\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=\s*[.,);\]}:]|\s*$)/gm;

async function sourceFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true });
  return entries.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}

/** Every literal in a file, comments left out. */
async function literalsIn(file: string): Promise<readonly Pattern[]> {
  const text = await readFile(join(ROOT, file), "utf8");
  const code = text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, "");
  return [...code.matchAll(LITERAL)].map(([, source = "", flags = ""]) => ({ source, flags, where: file }));
}

function patternsOf(node: Node): readonly RegExp[] {
  switch (node.kind) {
    case "text":
      return node.text.patterns;
    case "object":
      return node.fields.flatMap((field) => patternsOf(field.node));
    case "list":
      return patternsOf(node.item);
    case "row":
      return node.items.flatMap(patternsOf);
    case "either":
      return node.ways.flatMap(patternsOf);
    case "map":
      return patternsOf(node.value);
    case "number":
    case "switch":
    case "choice":
    case "anything":
      break;
  }
  return [];
}

/** Those that are put together while the program runs stand in schemas. */
const fromSchemas: readonly Pattern[] = ROUTES.flatMap(({ params, query, body }) =>
  [params, query, body?.schema].flatMap((schema) => (schema === undefined ? [] : patternsOf(nodeOf(schema)))),
).map(({ source, flags }) => ({ source, flags, where: "a schema" }));

/** Texts that nearly match: what the pattern can begin with, then a part of a match again and again, then what never fits. */
function attacksOn({ source, flags }: Pattern): readonly string[] {
  const samples = [...matches(source, flags), " ", "a", "0", "a0", "\t\n", ",", ";", "-", "=", "/"];
  const parts = new Set(
    samples.flatMap((text) => [text, text.slice(0, 1), text.slice(-1), text.slice(1, 3)]),
  );
  const heads = new Set(samples.flatMap((text) => ["", text, text.slice(0, Math.ceil(text.length / 2))]));
  const pumps = [...parts].filter((part) => part !== "" && part.length <= 40).slice(0, 12);
  return pumps.flatMap((part) => {
    const body = part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH);
    return [...heads]
      .filter((head) => head.length <= 80)
      .slice(0, 5)
      .map((head) => `${head}${body}\u0000\n!`);
  });
}

/** Some texts that match; none where fast-check does not know the pattern's means (looking ahead or behind). */
function matches(source: string, flags: string): readonly string[] {
  try {
    const pattern = new RegExp(source.replaceAll(/\(\?<?[=!][^)]*\)/g, ""), flags.replaceAll(/[gy]/g, ""));
    return fc.sample(fc.stringMatching(pattern, { size: "xsmall" }), { numRuns: 6, seed: 7 });
  } catch {
    return [];
  }
}

const WORKER = `
  const { parentPort, workerData } = require("node:worker_threads");
  for (const [at, { source, flags, attacks }] of workerData.entries()) {
    for (const text of attacks) {
      parentPort.postMessage({ at, text: text.slice(0, 60) });
      const pattern = new RegExp(source, flags);
      pattern.test(text);
      pattern.lastIndex = 0;
      if (flags.includes("g")) text.replaceAll(pattern, "");
    }
  }
  parentPort.postMessage("done");
`;

/** Without a word for so long, on however busy a machine, is no linear time. */
const SILENCE_MS = 5_000;

/** Runs patterns apart from this process; answers the one that did not come back. */
function stuckOn(patterns: readonly Pattern[]): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const workerData = patterns.map((pattern) => ({ ...pattern, attacks: attacksOn(pattern) }));
  const worker = new Worker(WORKER, { eval: true, workerData });
  let last = "nothing yet";
  const giveUp = (): void => {
    void worker.terminate();
    resolve(last);
  };
  let timer = setTimeout(giveUp, SILENCE_MS * 4);
  worker.on("message", (message: "done" | { readonly at: number; readonly text: string }) => {
    clearTimeout(timer);
    if (message === "done") resolve(undefined);
    else {
      const pattern = patterns[message.at];
      last = `${pattern?.where ?? ""}: /${pattern?.source ?? ""}/ on ${JSON.stringify(message.text)}…`;
      timer = setTimeout(giveUp, SILENCE_MS);
    }
  });
  worker.on("error", (error) => {
    clearTimeout(timer);
    resolve(`${last}: ${error.message}`);
  });
  return promise;
}

const files = [...(await sourceFiles("schema/src")), ...(await sourceFiles("server/src"))];
const found = (await Promise.all(files.map(literalsIn))).flat();
const all = [
  ...new Map([...found, ...fromSchemas].map((each) => [`${each.source}/${each.flags}`, each])).values(),
];

it("the regular expressions are found", async () => {
  // More than half of those there are today; and those put together at run time are known: two, both in schemas or anchored classes.
  expect(found.length).toBeGreaterThan(40);
  const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), "utf8")));
  expect(texts.join("\n").match(/new RegExp\(/g)).toHaveLength(2);
});

it("a quadratic and an exponential one are caught: the controls", async () => {
  const control = (source: string): Pattern => ({ source, flags: "", where: "control" });
  const controls = ["\\s+$", "^(a+)+$", "^[a-z]+$"].map((source) => stuckOn([control(source)]));
  expect(await Promise.all(controls)).toEqual([
    expect.stringContaining("control"),
    expect.stringContaining("control"),
    undefined,
  ]);
});

it("none takes more than linear time", async () => {
  expect(await stuckOn(all)).toBeUndefined();
});
