/**
 * Prints "passed failed" from a report of vitest, for `.ci/run`. A run that failed although no test did
 * (a file that cannot be loaded, an error outside of tests) counts as one failure.
 *
 * Plain JavaScript, because the build machine calls it with whatever Node it has.
 */
import { readFileSync } from "node:fs";

const [report = "", status = "0"] = process.argv.slice(2);
const { numPassedTests, numFailedTests } = /** @type {{ numPassedTests: number, numFailedTests: number }} */ (
  JSON.parse(readFileSync(report, "utf8"))
);
const failed = numFailedTests === 0 && status !== "0" ? 1 : numFailedTests;
console.log(`${numPassedTests} ${failed}`);
