import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { runInNewContext } from "node:vm";
import {
  epochMinutes,
  hasRoom,
  LARGEST_OPERATION_NUMBER,
  LIMITS,
  PROTOCOL_VERSION,
  type Sheet,
  sheetId,
  slotsOf,
} from "@healthbridge/schema";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../server/src/config/settings.ts";

const root = join(import.meta.dirname, "../..");
const guides = (await readdir(join(root, "docs"), { recursive: true })).filter((name) =>
  name.endsWith(".md"),
);
const documents = ["README.md", "CONTRIBUTING.md", ...guides.map((name) => join("docs", name))];

const read = (name: string): Promise<string> => readFile(join(root, name), "utf8");

describe("documents", () => {
  test("have tables that say what the code says", () => {
    const program = join(root, ".tools/protocol-tables.ts");
    const words = ["--conditions=@healthbridge/source", program, "--check"];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test("name limits in their text that are so", async () => {
    const text = await read("docs/protocol.md");
    const { least, most } = LIMITS.passwordCharacters;
    const said = [
      `This is protocol version ${String(PROTOCOL_VERSION)}.`,
      `list, up to ${String(LIMITS.operationsPerRequest)};`,
      `names of feeds to begin with, up to ${String(LIMITS.followsPerRequest)} `,
      `left out: ${String(LIMITS.answerBytes)}. 0: none now`,
      `must have been applied first, up to ${String(LIMITS.afterPerOperation)} `,
      `A password has ${String(least)} to ${String(most)} characters`,
      `${String(LIMITS.keyCharacters.least)} to ${String(LIMITS.keyCharacters.most)} characters of`,
      `up to ${String(LARGEST_OPERATION_NUMBER)}.`,
    ];
    expect(said.filter((words) => !text.includes(words))).toEqual([]);
  });

  test("link to what is there", async () => {
    const broken: string[] = [];
    for (const name of documents) {
      const text = (await read(name)).replaceAll(/^```[\s\S]*?^```$/gm, "");
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? name : relative(root, join(root, dirname(name), path));
        if (!existsSync(join(root, file)) || !(await hasHeading(file, anchor)))
          broken.push(`${name}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test("tell the operator of every setting", async () => {
    const guide = await read("docs/guides/run-a-server.md");
    expect(Object.values(SETTINGS).filter(({ name }) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  test("show tests that are run as they stand", async () => {
    const guide = await read("docs/guides/testing-your-app.md");
    const shown = [...guide.matchAll(/^```ts test\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
    const run = (await read("client-sdk/test/testing/example.test.ts")).split(
      /(?<=^\}\);\n)\n|(?<=^\);\n)\n/m,
    );
    expect(shown.toSorted()).toEqual(run.toSorted());
  });
});

describe("the guide's free times", () => {
  /** It is ten to four, by the server's clock; the device's is a day fast. */
  class Clock extends Date {
    static override now(): number {
      return Date.parse("2026-12-01T15:50+03:00");
    }
  }
  const status = { get: () => ({ ahead: -86_400_000 }) };
  const first = epochMinutes("2026-11-30T15:20+03:00");
  const doctor = { id: "doctordoctordoct.1" };
  const sheet: Sheet = {
    id: sheetId(doctor.id, "2026-11-30"),
    zone: "Africa/Nairobi",
    runs: [[first, 180, 20, 20, "fffbf"]],
  };

  /** What the block of the guide writes that has these words in it. */
  async function written(words: string, names: object): Promise<readonly unknown[][]> {
    const guide = await read("docs/guides/write-an-app.md");
    const block = [...guide.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].find(([, code = ""]) =>
      code.includes(words),
    );
    const code = (block?.[1] ?? "").replaceAll(/^import .*$/gm, "");
    const lines: unknown[][] = [];
    const console = { log: (...line: unknown[]) => lines.push(line) };
    runInNewContext(code, { doctor, console, Date: Clock, ...names });
    return lines;
  }

  test("are none that have passed", async () => {
    const hb = { get: () => sheet, status };
    const lines = await written("slotsOf(sheet)", { hb, sheetId, slotsOf, hasRoom });
    expect(lines.map(([start]) => start)).toEqual(["2026-11-30T16:00+03:00", "2026-11-30T16:40+03:00"]);
  });

  test("are counted in a week without those that have passed", async () => {
    const slots = slotsOf(sheet).map(({ start, state }) => ({
      start,
      state: state === "f" ? "free" : "busy",
    }));
    const doctorWeek = () => [{ date: "2026-11-30", slots, appointments: [] }];
    const lines = await written("of doctorWeek(", {
      hb: { status },
      doctorWeek,
      patientWeek: () => [],
      patient: {},
    });
    expect(lines).toEqual([["2026-11-30", 2, "free"]]);
  });
});

/** Whether a document has the heading an anchor names. */
async function hasHeading(file: string, anchor: string | undefined): Promise<boolean> {
  if (anchor === undefined) return true;
  const headings = [...(await read(file)).matchAll(/^#+ (.*)$/gm)].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
  return headings.includes(anchor);
}
