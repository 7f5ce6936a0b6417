import { seededRandom } from "@healthbridge/client-sdk/testing";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../tests/setup/process.ts";
import { type Line, openLine } from "./support/line.ts";
import { type Running, startProgram } from "./support/process.ts";
import { type ClinicServer, clinicServer } from "./support/server.ts";

const PASSWORD = "a walk along the wide river";
const EACH = 25;
const CUTS = 10;
const PUSHED = 5;
/** Lines that are said at once. */
const PAGE = 20;
const PATIENCE_MS = 25_000;

const stack = new AsyncDisposableStack();
let folder: string;
let server: ClinicServer;
let line: Line;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chat-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  server = stack.use(await clinicServer(PASSWORD));
  line = stack.use(await openLine(server.url));
});
afterAll(() => stack.disposeAsync());

/** Starts a terminal, with the conversation open where nothing else is said. */
function start(login: string, more: readonly string[] = ["--with", "wanjiru"]): Running {
  const running = startProgram(
    PASSWORD,
    "--url",
    line.url,
    "--login",
    login,
    "--folder",
    join(folder, login),
    ...more,
  );
  stack.defer(() => running.kill());
  return running;
}

async function heard(terminal: Running, words: string): Promise<void> {
  try {
    await until(`“${words}”`, () => terminal.said().includes(words) || undefined, PATIENCE_MS);
  } catch (error) {
    throw new Error(`It was only said:\n${terminal.said()}`, { cause: error });
  }
}

/** Texts of a transcript in their order, without those that were only waiting. */
function transcript(terminal: Running): readonly string[] {
  return [...terminal.said().matchAll(/^\d+ {2}\d\d:\d\d {2}[^:]*: (\w+ \d+)/gm)].map(
    ([, text]) => text ?? "",
  );
}

/** Lines that were written while the line was whole: "hello", and those that are pushed. */
let linesBefore = 1;

describe("two terminals over a line that breaks all the time", () => {
  it("begin to talk while it is whole", async () => {
    const desk = start("desk");
    const doctor = start("doctor");
    for (const terminal of [desk, doctor]) await heard(terminal, "-- Wanjiru Kamau with ");
    desk.type("hello 0");
    await heard(doctor, "the clinic: hello 0");
    await heard(desk, "1  “hello 0”: read");
    for (const terminal of [desk, doctor]) await heard(terminal, "connected, lines arrive at once");
    // One ends with its input, one by itself.
    doctor.type("/quit");
    expect([await desk.leave(), await doctor.ended]).toEqual([0, 0]);
  });

  it("hear of each other at once while a socket stands, without asking", async () => {
    const desk = start("desk");
    const doctor = start("doctor");
    try {
      for (const terminal of [desk, doctor]) await heard(terminal, "connected, lines arrive at once");
      const before = line.syncs;
      for (let at = 1; at <= PUSHED; at++) {
        const text = `pushed ${String((linesBefore += 1))}`;
        desk.type(text);
        await heard(doctor, `the clinic: ${text}`);
        await heard(desk, `“${text}”: read`);
      }
      expect(line.syncs).toBe(before);
      expect([await desk.leave(), await doctor.leave()]).toEqual([0, 0]);
    } catch (error) {
      const report = await server.report();
      // It is tried once more, beside nobody.
      await Promise.all([desk.kill(), doctor.kill()]);
      throw new Error(`${String(error)}\nThe doctor's said:\n${doctor.said()}\nThe server:\n${report}`, {
        cause: error,
      });
    }
  });

  it("lose nothing and say nothing twice, though both are killed in the middle", async () => {
    line.fray(seededRandom(7));
    const running = new Map([
      ["desk", start("desk")],
      ["doctor", start("doctor")],
    ]);
    for (let at = 1; at <= EACH; at++) {
      for (const [login, terminal] of running) {
        const text = `${login} ${String(at)}`;
        terminal.type(text);
        await heard(terminal, `you: ${text} `); // from here on it is kept
        if (at % 7 !== 0) continue;
        await terminal.kill();
        running.set(login, start(login));
      }
    }
    await until("the line to have been cut often", () => line.cuts >= CUTS || undefined);
    line.down();
    for (const terminal of running.values()) await heard(terminal, "no network: what you write is kept here");
    line.mend();
    await until(
      "all lines to be at the server",
      async () => (await server.lines()).length === 2 * EACH + linesBefore || undefined,
    );
    const kept = await server.lines();
    expect(kept.map(({ number }) => number)).toEqual(
      Array.from({ length: 2 * EACH + linesBefore }, (_, at) => at + 1),
    );
    for (const login of ["desk", "doctor"]) {
      const own = kept
        .filter((each) => each.login === login && each.number > linesBefore)
        .map(({ text }) => text);
      expect(own).toEqual(Array.from({ length: EACH }, (_, at) => `${login} ${String(at + 1)}`));
    }
    for (const terminal of running.values()) {
      await heard(
        terminal,
        `the ${terminal === running.get("desk") ? "doctor: doctor" : "clinic: desk"} ${String(EACH)}`,
      );
      expect(await terminal.leave()).toBe(0);
    }
  }, 120_000);

  it("show both the same lines in the same order", async () => {
    const all = (await server.lines()).map(({ text }) => text ?? "");
    for (const login of ["desk", "doctor"]) {
      const terminal = start(login);
      await heard(terminal, "-- connected");
      for (let seen = 0; seen < all.length; seen += PAGE) terminal.type("/older");
      await heard(terminal, "This is where it begins.");
      expect(await terminal.leave()).toBe(0);
      const shown = transcript(terminal);
      expect(shown.toSorted()).toEqual([...all].toSorted()); // each once
      expect(shown.slice(0, PAGE)).toEqual(all.slice(-PAGE)); // the page that is said first
    }
  });

  it("hand over to a doctor who is shown the newest lines, and reads the others page by page", async () => {
    const desk = start("desk");
    desk.type("/hand-over otieno");
    await heard(desk, "Dr Mary Otieno answers from now on");
    await heard(desk, "Wanjiru Kamau with Dr ");
    expect(await desk.leave()).toBe(0);
    const second = start("second", []);
    await heard(second, "new lines in 1  Wanjiru Kamau with you");
    second.type("1");
    for (let page = 0; page < 5; page++) second.type("/older");
    await heard(second, "This is where it begins.");
    expect(second.said()).toMatch(/-- lines? 1 .*at the server: \/older/);
    expect(await second.leave()).toBe(0);
    const all = (await server.lines()).map(({ text }) => text ?? "");
    expect(transcript(second).toSorted()).toEqual(all.toSorted());
  });
});
