/**
 * Everything that is checked before a change goes in, except the tests: each step named in plain words with its time.
 * All of them run, so that one failure does not hide another; the output of a step is shown only where it fails.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** What is checked, the npm script that does it, and the one that mends it, where there is one. */
const steps: readonly (readonly [what: string, script: string, mends?: string])[] = [
  ["The files are formatted", "format:check", "format"],
  ["The code keeps the house's rules", "lint"],
  ["The types fit", "types"],
  ["The rules refuse what they should", "check:checks"],
  ["The compiled shapes are those of the schema", "shapes -- --check", "shapes"],
  ["No file, export or dependency is unused", "unused"],
  ["The SDK is small enough for 2G", "size"],
  ["The packages install and work for a stranger", "packages"],
];

const failed: string[] = [];
for (const [what, script, mends] of steps) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", ...script.split(" ")], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    shell: process.platform === "win32",
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
  console.log(`${status === 0 ? "passed" : "FAILED"} ${seconds} s  ${what} (npm run ${script})`);
  if (status === 0) continue;
  failed.push(script);
  console.log(`${stdout}${stderr}`.replace(/^npm warn .*\n/gm, "").replace(/^(?=.)/gm, "    "));
  if (mends !== undefined) console.log(`    Mended by: npm run ${mends}\n`);
}

console.log(
  `${steps.length - failed.length} checks passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(", ")}` : ""}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
