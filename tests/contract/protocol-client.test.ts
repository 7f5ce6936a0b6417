import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { examplesOf, runExamples } from "./document-examples.ts";

/** The client of docs/protocol.md against answers that are made up here, in place of a server's. */
const document = await readFile(join(import.meta.dirname, "../../docs/protocol.md"), "utf8");
const client = examplesOf(document).find(({ script }) => script.includes("sync() {"));

const HELPERS = `random() { echo abcdefghijklmnop; }; field() { :; }; URL=; JSON=\n`;

/** What it keeps as cursors after each of the answers. */
async function cursorsAfter(answers: readonly (readonly object[])[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-client-"));
  const begun = { line: 1, script: `${HELPERS}${client?.script ?? ""}touch session\n`, answer: undefined };
  const synced = answers.map((lines) => {
    const answer = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const script = `ask() { printf '%s' '${answer}' > answer; }\nsync\ncat cursors`;
    return { line: 1, script, answer: undefined };
  });
  try {
    const printed = await runExamples([begun, ...synced], {
      folder,
      environment: { PATH: process.env["PATH"], LC_ALL: "C" },
    });
    return printed.slice(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("the protocol's client follows every feed it was given a handle of, also one that no page came of yet", async () => {
  const feeds = [
    { name: "me", handle: 5 },
    { name: "calendar:doctordoctordoct.1", handle: 3 },
    { name: "directory", handle: 12 },
  ];
  const head = { line: "head", settled: 0, serverTime: 1795382884214, epoch: 1 };
  const page = (feed: number, cursor: number, more = {}): object => ({
    line: "page",
    feed,
    items: [{ kind: "patient", gone: "patientpatientpa.1" }],
    cursor,
    ...more,
  });
  const kept = await cursorsAfter([
    [{ ...head, feeds }, page(5, 4), { line: "end", more: true }],
    [head, page(3, 9, { begun: 40 }), { line: "end", more: true }],
    [{ ...head, feeds: [{ name: "me", handle: 5 }] }], // given again, and cut behind it
    [head, page(3, 40), { line: "end", cursors: "12:7" }],
  ]);
  expect(kept).toEqual(["3:0,5:4,12:0", "3:9:40,5:4,12:0", "3:9:40,5:4,12:0", "3:40,5:4,12:7"]);
});
