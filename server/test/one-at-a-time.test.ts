import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../src/main.ts");

test("what is done once is done one at a time: nothing is left undone without a word", () => {
  const args = ["--conditions=@healthbridge/source", MAIN, "--restored", "--settings"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect([status, stdout, stderr.trim()]).toEqual([1, "", "One at a time: --settings or --restored."]);
});
