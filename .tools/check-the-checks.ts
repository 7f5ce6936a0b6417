/**
 * A rule that never bites looks like a rule that holds. This seeds one fault after another into a copy of the
 * configuration, and fails unless each is refused by the rule that is meant to, and what is innocent is let through.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { clean, declarationFaults, faults, typeFaults } from "./seeded-faults.ts";

const root = join(import.meta.dirname, "..");
const copied = [
  ".gitignore",
  ".oxlintrc.json",
  ".tools/lint",
  ".tools/tsconfig",
  "package.json",
  "schema/package.json",
  "schema/tsconfig.json",
  "schema/tsconfig.src.json",
  "server/package.json",
  "server/tsconfig.json",
  "server/tsconfig.src.json",
  "client-sdk/package.json",
  "client-sdk/tsconfig.json",
  "client-sdk/tsconfig.src.json",
  "client-sdk/tsconfig.node.json",
  "examples/clinic-batch/package.json",
  "examples/clinic-batch/tsconfig.json",
  "examples/clinic-batch/tsconfig.src.json",
];

/** Projects that run without Node. */
const withoutNode = ["schema/tsconfig.src.json", "client-sdk/tsconfig.src.json"];

interface LintReport {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

const place = mkdtempSync(join(tmpdir(), "healthbridge-checks-"));
try {
  prepare();
  const misses = [
    ...checkLint(),
    ...checkTypes(typeFaults),
    // The compiler judges declarations only where nothing else is wrong, so they are tried by themselves.
    ...checkTypes(declarationFaults),
    ...checkVisible(),
  ];
  for (const miss of misses) console.error(`- ${miss}`);
  if (misses.length > 0) process.exitCode = 1;
  const seeded = faults.length + typeFaults.length + declarationFaults.length;
  console.log(
    misses.length > 0
      ? `${misses.length} of ${seeded + clean.length + withoutNode.length} checks do not do their work.`
      : `${seeded} seeded faults refused, ${clean.length} innocent files let through, no types of Node in ${withoutNode.length} projects without it.`,
  );
} finally {
  rmSync(place, { recursive: true, force: true });
}

function prepare(): void {
  for (const path of copied) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    cpSync(join(root, path), join(place, path), { recursive: true });
  }
  for (const folder of ["schema", "server", "client-sdk", "examples/clinic-batch"]) {
    write(`${folder}/test/tsconfig.json`, `{ "files": [], "references": [] }`);
  }
  symlinkSync(join(root, "node_modules"), join(place, "node_modules"));
  for (const [path, source] of [...faults, ...clean]) write(path, source);
}

function write(path: string, source: string): void {
  mkdirSync(dirname(join(place, path)), { recursive: true });
  writeFileSync(join(place, path), source);
}

function checkLint(): string[] {
  const { stdout } = run("oxlint", ["--type-aware", "--format=json"]);
  const { diagnostics } = JSON.parse(stdout) as LintReport;
  const found = (path: string): string[] =>
    diagnostics
      .filter(({ filename }) => filename === path)
      .map(({ code }) => code.replace(/^(.*)\((.*)\)$/, "$1/$2"));
  const missed = faults
    .filter(([path, , rule]) => !found(path).includes(rule))
    .map(([path, , rule]) => `${rule} let ${path} pass (found: ${found(path).join(", ") || "nothing"})`);
  const wronged = clean
    .filter(([path]) => found(path).length > 0)
    .map(([path]) => `${path} is innocent but was refused by ${found(path).join(", ")}`);
  return [...missed, ...wronged];
}

/**
 * Faults of types are tried without the others: one of those imports the server from the schema, and with it the types of Node would
 * come into the projects that must not see them.
 */
function checkTypes(seeded: typeof typeFaults): string[] {
  const folders = ["schema", "client-sdk", "server"];
  for (const folder of folders) {
    rmSync(join(place, folder, "src"), { recursive: true, force: true });
    write(`${folder}/src/index.ts`, "export const a = 1;");
  }
  for (const [path, source] of seeded) write(path, source);
  const projects = folders.map((folder) => `${folder}/tsconfig.src.json`);
  const { stdout } = run("tsc", ["-b", ...projects, "--pretty", "false"]);
  return seeded
    .filter(
      ([path, , code]) =>
        !stdout.split("\n").some((line) => line.startsWith(`${path}(`) && line.includes(code)),
    )
    .map(([path, , code]) => `the compiler (${code}) let ${path} pass`);
}

/** Nothing that the real sources import may bring the types of Node to where there is no Node. */
function checkVisible(): string[] {
  return withoutNode.flatMap((project) => {
    const { stdout } = run("tsc", ["-p", project, "--listFilesOnly"], root);
    const files = stdout.split("\n");
    if (!files.some((file) => file.includes("/src/"))) return [`the compiler names no file of ${project}`];
    return files.some((file) => file.includes("/@types/node/"))
      ? [`${project} sees the types of Node (tsc -p ${project} --explainFiles says why)`]
      : [];
  });
}

function run(tool: string, args: readonly string[], cwd = place): { readonly stdout: string } {
  const bin = join(root, "node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };
  const { stdout, error } = spawnSync(tool, args, { cwd, env, encoding: "utf8", maxBuffer: 64 << 20 });
  if (error !== undefined) throw error;
  return { stdout };
}
