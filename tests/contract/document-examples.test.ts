import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { comparable, examplesOf, Namer, readable, runExamples } from "./document-examples.ts";

const curl = join(import.meta.dirname, "../setup/curl.ts");

function runCurl(...words: readonly string[]) {
  const { status, stdout } = spawnSync(process.execPath, [curl, ...words], { encoding: "utf8" });
  return { status, stdout };
}

describe("examples of a document", () => {
  test("are its sh blocks, each with the answer right behind it", () => {
    const document = "```sh\nA=1\n```\ntext\n```sh\necho $A\n```\n\n```json answer\n1\n```\n```ts\nno\n```\n";
    expect(examplesOf(document)).toMatchObject([
      { line: 1, script: "A=1\n", answer: undefined },
      { line: 5, script: "echo $A\n", answer: { language: "json", text: "1\n" } },
    ]);
    expect(() => examplesOf("```json answer\n1\n```\n")).toThrow("stands right behind");
    expect(() => examplesOf("```sh\nA=1\n```\nmore\n```json answer\n1\n```\n")).toThrow(
      "stands right behind",
    );
  });

  test("run in one shell, and say nothing on the side", async () => {
    const examples = examplesOf("```sh\nA=1\n```\n```sh\necho $A\n```\n```sh\nnothing-of-the-kind\n```\n");
    const where = { folder: import.meta.dirname, environment: { PATH: process.env["PATH"] } };
    expect(await runExamples(examples.slice(0, 2), where)).toEqual(["", "1\n"]);
    await expect(runExamples(examples, where)).rejects.toThrow("nothing-of-the-kind");
  });

  test("are equal where only ids, dates, times and tokens differ, each in its place", () => {
    const shown =
      '{ "id": "AAAAAAAAAAAAAAAA.1", "of": "AAAAAAAAAAAAAAAA.2", "on": "2026-11-29", "at": 1795379868898, "day": 1 }';
    const named = (text: string) => new Namer().of(comparable(text));
    expect(named(shown)).toBe(
      named(
        '{"id":"zz-ZZZZZZZZZZZZ_.1","of":"zz-ZZZZZZZZZZZZ_.2","on":"2030-01-01","at":1805379868898,"day":7}',
      ),
    );
    for (const other of [
      shown.replace("AAAAAAAAAAAAAAAA.2", "BBBBBBBBBBBBBBBB.2"),
      shown.replace("A.2", "A.3"),
      shown.replace("1795379868898", "17"),
      shown.replace("on", "off"),
    ])
      expect(named(other)).not.toBe(named(shown));
  });

  test("are written so that they can be read, and say the same", () => {
    const value = {
      items: Array.from({ length: 9 }, (_, at) => ({ at, text: "some words to fill the line" })),
    };
    expect(readable(value).split("\n").length).toBeGreaterThan(9);
    expect(comparable(readable(value))).toBe(JSON.stringify(value));
  });
});

describe("the stand-in for curl", () => {
  test("refuses what it does not understand, so that every example was run", () => {
    expect(runCurl("-s", "--retry", "3", "http://127.0.0.1:9/").stdout).toContain(
      "--retry is not understood",
    );
    expect(runCurl("-s", "http://127.0.0.1:9/", "-d", "{}").stdout).toContain("a body needs a content-type");
    expect(runCurl("-s", "http://127.0.0.1:9/", "-H", "nonsense").stdout).toContain("not a header");
  });

  test("ends as curl does where nobody listens", () => {
    expect(runCurl("-s", "http://127.0.0.1:9/")).toEqual({ status: 7, stdout: "" });
  });
});
