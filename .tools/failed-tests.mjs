/**
 * Tells which tests of some vitest reports failed, and which passed only when they were tried again, each with what it said. `.ci/run` prints it last, where it is
 * seen: the output before it is long.
 *
 * Plain JavaScript, because the build machine calls it with whatever Node it has.
 */
import { readFileSync } from "node:fs";

/** Lines of a message: what a test says of its surroundings can be long. */
const MOST_LINES = 80;

/** @typedef {{ fullName: string, status: string, failureMessages: readonly string[] }} Result */
/** @typedef {{ name: string, message: string, status: string, assertionResults: readonly Result[] }} TestFile */

for (const report of process.argv.slice(2)) {
  const { testResults } = /** @type {{ testResults: readonly TestFile[] }} */ (
    JSON.parse(readFileSync(report, "utf8"))
  );
  for (const file of testResults) {
    if (file.message !== "") tell("FAILED", file.name, [file.message]);
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      if (status === "failed") tell("FAILED", fullName, failureMessages);
      else if (failureMessages.length > 0) tell("passed only when tried again", fullName, failureMessages);
    }
  }
}

/**
 * @param {string} what
 * @param {string} name
 * @param {readonly string[]} messages
 */
function tell(what, name, messages) {
  console.log(`\n${what}: ${name}`);
  for (const message of messages)
    for (const line of message.split("\n").slice(0, MOST_LINES)) console.log(`    ${line}`);
}
