/** The commands as an operator types them, on a private database and a server that runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "../../src");
const folder = await mkdtemp(join(tmpdir(), "hb-backups-"));
const running = new Set<Run>();
// A test that failed in the middle leaves nothing running: a server that is told to stop stops its database as well.
afterAll(async () => {
  for (const { child, ended } of running) {
    child.kill("SIGTERM");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});
const HEALTHBRIDGE_KEYS = `k1:${randomBytes(32).toString("base64url")}`;

interface Run {
  readonly child: ChildProcess;
  readonly text: () => string;
  readonly ended: Promise<number | null>;
}

function run(script: string, args: readonly string[], dataFolder: string): Run {
  const env = { PATH: process.env["PATH"], PORT: "0", HEALTHBRIDGE_DATA: dataFolder, HEALTHBRIDGE_KEYS };
  const command = ["--conditions=@healthbridge/source", join(SOURCE, script), ...args];
  const child = spawn(process.execPath, command, { env });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const begun = { child, text: () => text, ended };
  running.add(begun);
  return begun;
}

async function serving(dataFolder: string) {
  const server = run("main.ts", [], dataFolder);
  await expect.poll(server.text, { timeout: 30_000 }).toContain("Ready at");
  const [url = ""] = /http:\/\/[\d.:]+/.exec(server.text()) ?? [];
  return {
    text: server.text,
    signIn: async (login: string, password: string): Promise<number> => {
      const body = JSON.stringify({ login, password, device: "x", nonce: "n".repeat(43) });
      const headers = { "content-type": "application/json" };
      return (await fetch(`${url}/v1/sessions`, { method: "POST", headers, body })).status;
    },
    stop: async (): Promise<void> => {
      server.child.kill("SIGTERM");
      expect(await server.ended).toBe(0);
    },
  };
}

test("a server that runs is backed up, and a copy of it is restored elsewhere and serves", async ({
  task,
}) => {
  const home = join(folder, `try-${task.result?.retryCount ?? 0}`);
  const [data, restored, backups] = [join(home, "data"), join(home, "restored"), join(home, "backups")];
  const made = run("main.ts", ["--add-administrator", "boss"], data);
  expect(await made.ended).toBe(0);
  const [, password = ""] = /told only now: (\S+)/.exec(made.text()) ?? [];
  const server = await serving(data);

  const unchecked = run("backup/main.ts", ["--to", backups, "--no-check", "--keep", "1"], data);
  expect(await unchecked.ended).toBe(3);
  expect(unchecked.text()).toContain("devices are told nothing");
  const backup = run("backup/main.ts", ["--to", backups, "--keep", "1"], data);
  expect(await backup.ended).toBe(0);
  expect(backup.text()).toContain("It was restored and every row compared");
  expect(backup.text()).toContain("Removed the backup of");
  const [name = "", ...others] = (await readdir(backups)).filter((each) => each.startsWith("2"));
  expect(others).toEqual([]);
  const from = ["--from", join(backups, name)];

  const over = run("backup/restore-main.ts", from, data);
  expect(await over.ended).toBe(1);
  expect(over.text()).toContain("already runs the database");
  await server.stop();
  const full = run("backup/restore-main.ts", from, data);
  expect(await full.ended).toBe(1);
  expect(full.text()).toContain("is not empty");

  // Killed as soon as it has begun, it lets no server start there, and is begun anew.
  const killed = run("backup/restore-main.ts", from, restored);
  await expect.poll(killed.text, { timeout: 30_000 }).toContain("Making a new database");
  killed.child.kill("SIGKILL");
  await killed.ended;
  const early = run("main.ts", [], restored);
  expect(await early.ended).toBe(1);
  expect(early.text()).toContain("Run the same restore again");

  const restore = run("backup/restore-main.ts", from, restored);
  expect(await restore.ended).toBe(0);
  const copy = await serving(restored);
  expect(await copy.signIn("boss", password)).toBe(201);
  await copy.stop();
});

test.each([
  ["backup/main.ts", ["--to", "/dev/null/x"], "cannot be used"],
  ["backup/main.ts", ["--to", join(folder, "elsewhere")], "There is no database in"],
  ["backup/restore-main.ts", ["--from", "/nowhere"], "holds no backup"],
])("%s %j says what is wrong, and makes nothing", async (script, args, text) => {
  const asked = run(script, args, join(folder, "none"));
  expect(await asked.ended).toBe(1);
  expect(asked.text()).toContain(text);
  expect(asked.text()).not.toMatch(/\n\s+at /);
  expect(await readdir(folder)).not.toContain("none");
});
