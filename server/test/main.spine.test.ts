import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { SingleConnection } from "../src/database/single-connection.ts";
import { rawRequest } from "./http/raw-request.ts";
import { freshDatabase } from "../../tests/setup/fresh-database.ts";

const UNFINISHED =
  "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
const MAIN = join(import.meta.dirname, "../src/main.ts");
const database = await freshDatabase();
const folder = await mkdtemp(join(tmpdir(), "hb-main-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const KEYS = `k1:${randomBytes(32).toString("base64url")}`;
const GOOD = { DATABASE_URL: database.url, HEALTHBRIDGE_KEYS: KEYS };

interface Run {
  readonly child: ChildProcess;
  readonly text: () => string;
  readonly ended: Promise<number | null>;
}

function run(args: readonly string[], environment: Record<string, string>): Run {
  const env = { PATH: process.env["PATH"], PORT: "0", HEALTHBRIDGE_DATA: folder, ...environment };
  const child = spawn(process.execPath, ["--conditions=@healthbridge/source", MAIN, ...args], { env });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, text: () => text, ended };
}

describe("the server's command", () => {
  it("tells its settings with --help and needs none of them for it", async () => {
    const { text, ended } = run(["--help"], {});
    expect(await ended).toBe(0);
    expect(text()).toContain("HEALTHBRIDGE_KEYS");
  });

  it("names what is wrong with its settings, all at once, and ends", async () => {
    const { text, ended } = run([], { PORT: "canary", HEALTHBRIDGE_KEYS: "k1:canary-canary" });
    expect(await ended).toBe(1);
    expect(text()).toContain("PORT: expected a whole number");
    expect(text()).toContain("HEALTHBRIDGE_KEYS: expected");
    expect(text()).not.toMatch(/canary|\n\s+at /);
  });

  it("does not start with an option that it does not know", async () => {
    const { text, ended } = run(["--demmo"], GOOD);
    expect(await ended).toBe(1);
    expect(text()).toContain("See --help.");
  });

  it("opens the first administrator, who can sign in", async () => {
    const made = run(["--add-administrator", "first.boss"], GOOD);
    expect(await made.ended).toBe(0);
    const [, password = ""] = /told only now: (\S+)/.exec(made.text()) ?? [];
    const again = run(["--add-administrator", "first.boss"], GOOD);
    expect(await again.ended).toBe(1);
    expect(again.text()).toContain("login_taken");
    const server = run([], GOOD);
    await expect.poll(server.text, { timeout: 15_000 }).toContain("Ready at");
    const [url = ""] = /http:\/\/[\d.:]+/.exec(server.text()) ?? [];
    const signedIn = await fetch(`${url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ login: "first.boss", password, device: "x", nonce: "n".repeat(43) }),
    });
    expect(signedIn.status).toBe(201);
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
    expect(server.text()).toContain("Stopped.");
    expect(server.text()).not.toContain(password);
    expect(server.text()).not.toContain(KEYS.slice(3));
  });

  it("does not open an administrator in the demo's database, whose passwords everybody knows", async () => {
    const other = await freshDatabase();
    const settings = { ...GOOD, DATABASE_URL: other.url };
    const made = run(["--add-administrator", "first.boss"], settings);
    expect(await made.ended).toBe(0);
    await using connection = await SingleConnection.open(other.url);
    await connection.run("INSERT INTO server_state (name, value) VALUES ('demo', 'filled')");
    const again = run(["--add-administrator", "second.boss"], settings);
    expect(await again.ended).toBe(1);
    expect(again.text()).toContain("filled by the demo");
    expect(again.text()).not.toContain("Password");
  });

  it("notes a backup and opens an administrator beside the server that runs, but restores nothing under it", async () => {
    const own = await mkdtemp(join(tmpdir(), "hb-main-"));
    const settings = { HEALTHBRIDGE_KEYS: KEYS, HEALTHBRIDGE_DATA: own };
    const server = run([], settings);
    onTestFinished(async () => {
      server.child.kill("SIGTERM");
      await server.ended;
      await rm(own, { recursive: true, force: true });
    });
    await expect.poll(server.text, { timeout: 60_000 }).toContain("Ready at");
    const noted = run(["--backup-verified", "2026-11-22T01:00:00Z"], settings);
    expect([await noted.ended, noted.text()]).toEqual([0, expect.stringContaining("Noted: 0 streams")]);
    const made = run(["--add-administrator", "first.boss"], settings);
    expect([await made.ended, made.text()]).toEqual([0, expect.stringContaining("first.boss")]);
    const restored = run(["--restored"], settings);
    expect([await restored.ended, restored.text()]).toEqual([1, expect.stringContaining("Stop it first")]);
  });

  it("that is stopped while it starts stops what it had started", async () => {
    const server = run([], { HEALTHBRIDGE_KEYS: KEYS });
    await expect.poll(server.text, { timeout: 15_000, interval: 10 }).toContain("Making a new database");
    server.child.kill("SIGINT");
    expect(await server.ended).toBe(0);
    expect(server.text()).toContain("Stopped.");
    expect(server.text()).not.toContain("Ready at");
  });

  it("ends at once on a second signal, but not on the same one that npm passes on", async () => {
    const server = run([], GOOD);
    await expect.poll(server.text, { timeout: 15_000 }).toContain("Ready at");
    const [url = ""] = /http:\/\/[\d.:]+/.exec(server.text()) ?? [];
    // A request that never ends.
    const hanging = rawRequest(url, UNFINISHED, 20_000);
    // One that came later was answered, so the server has the first.
    expect((await fetch(new URL("/healthz", url))).ok).toBe(true);
    server.child.kill("SIGINT");
    await expect.poll(server.text, { interval: 5 }).toContain("Stopping");
    server.child.kill("SIGINT");
    const asked = performance.now();
    await expect
      .poll(() => {
        if (performance.now() - asked > 600) server.child.kill("SIGINT");
        return server.child.exitCode;
      })
      .toBe(1);
    expect(performance.now() - asked).toBeGreaterThan(400);
    expect((await hanging).head).toBe("");
  });
});
