import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { type LocalServer, startLocalServer } from "../../src/database/local-server.ts";
import { withDatabase } from "../../src/database/database-url.ts";
import { findProcessWith } from "../../src/database/local/process-table.ts";
import { findServerProgram } from "../../src/database/local/server-program.ts";
import { openPool } from "../../src/database/pool.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { inTransaction } from "../../src/database/transaction.ts";

let folder: string;
let said: string[];
let servers: LocalServer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hb-local-"));
  said = [];
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  const pid = await findProcessWith(`--datadir=${join(folder, "mariadb")}`);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  await rm(folder, { recursive: true, force: true });
  if (pid !== undefined) throw new Error("A server was left running.");
});

async function start(dataFolder = folder): Promise<LocalServer> {
  const server = await startLocalServer({ dataFolder, say: (line) => said.push(line) });
  servers.push(server);
  return server;
}

async function write(server: LocalServer): Promise<void> {
  await using connection = await SingleConnection.open(server.url);
  await connection.run("CREATE TABLE IF NOT EXISTS kept (id INT PRIMARY KEY) ENGINE = InnoDB");
  await connection.run("INSERT INTO kept VALUES (1)");
}

async function count(server: LocalServer): Promise<number> {
  await using connection = await SingleConnection.open(server.url);
  return (await connection.rows("SELECT id FROM kept")).length;
}

async function gone(pid: number): Promise<void> {
  await expect
    .poll(() => findProcessWith(`--datadir=${join(folder, "mariadb")}`), { timeout: 10_000 })
    .not.toBe(pid);
}

test("it starts, keeps its data over a restart, and leaves nothing running", async () => {
  const first = await start();
  expect(said).toEqual([`Making a new database in ${folder}.`]);
  await write(first);
  await first.stop();
  await gone(first.pid);
  const second = await start();
  expect(await count(second)).toBe(1);
  expect(said).toHaveLength(1);
});

test("only our account gets in, only over the socket, and only to its own database", async () => {
  const server = await start();
  const modes = await Promise.all(["run", "mariadb", "secret"].map((name) => stat(join(folder, name))));
  expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(["700", "700", "600"]);
  expect(existsSync(join(folder, "run/init.sql"))).toBe(false);
  await using connection = await SingleConnection.open(server.url);
  await expect(connection.run("CREATE DATABASE other")).rejects.toMatchObject({ errno: 1044 });
  await expect(connection.run("SET GLOBAL innodb_flush_log_at_trx_commit = 0")).rejects.toMatchObject({
    errno: 1227,
  });
  await expect(SingleConnection.open(withDatabase(server.url, "mysql"))).rejects.toMatchObject({
    errno: 1044,
  });
  const [settings] = await connection.rows(
    `SELECT @@innodb_flush_log_at_trx_commit AS flush, @@skip_networking AS alone, @@character_set_server AS text`,
  );
  expect(settings).toEqual({ flush: 1, alone: 1, text: "utf8mb4" });
});

test("killed, it is started again by itself, and transactions go on", async () => {
  const server = await start();
  await write(server);
  const pool = openPool({ url: server.url });
  onTestFinished(() => pool.close());
  await inTransaction(pool, (transaction) => transaction.write("INSERT INTO kept VALUES (2)"));
  const before = server.pid;
  process.kill(before, "SIGKILL");
  await expect.poll(() => said.at(-1), { timeout: 20_000 }).toMatch(/^The database is back/);
  expect(server.pid).not.toBe(before);
  await inTransaction(pool, (transaction) => transaction.write("INSERT INTO kept VALUES (3)"));
  expect(await count(server)).toBe(3);
});

test("when our own process is killed the server stays, and the next start takes it over", async () => {
  const child = fork(join(import.meta.dirname, "local-server-child.ts"), [folder]);
  const [message] = (await once(child, "message")) as [{ pid: number }];
  child.kill("SIGKILL");
  await once(child, "exit");
  const server = await start();
  expect(server.pid).toBe(message.pid);
  expect(said).toEqual([`Took over the database that was still running (process ${String(message.pid)}).`]);
  await write(server);
  process.kill(server.pid, "SIGKILL");
  await expect.poll(() => said.at(-1), { timeout: 20_000 }).toMatch(/^The database is back/);
  expect(await count(server)).toBe(1);
});

test("when both are killed the next start recovers what was committed", async () => {
  const child = fork(join(import.meta.dirname, "local-server-child.ts"), [folder]);
  const [message] = (await once(child, "message")) as [{ pid: number }];
  child.kill("SIGKILL");
  await once(child, "exit");
  process.kill(message.pid, "SIGKILL");
  await gone(message.pid);
  expect(await readdir(join(folder, "run"))).toContain("db.sock");
  await write(await start());
});

test("two processes cannot run a server on one folder: the second is told who does", async () => {
  await start();
  await expect(start()).rejects.toMatchObject({
    code: "in_use",
    message: expect.stringContaining(`process ${String(process.pid)} already runs the database in ${folder}`),
  });
});

test("what a kill in the middle of the first start left behind is thrown away", async () => {
  await mkdir(join(folder, "mariadb.new-0badf00d/mysql"), { recursive: true });
  await writeFile(join(folder, "secret.new"), "half");
  const server = await start();
  await write(server);
  expect(await readdir(folder)).not.toContain("mariadb.new-0badf00d");
});

test("a server that cannot start says why, with the end of its log", async () => {
  const first = await start();
  await first.stop();
  await writeFile(join(folder, "mariadb/ibdata1"), "not a tablespace");
  await expect(start()).rejects.toMatchObject({
    code: "start_failed",
    message: expect.stringContaining("ibdata1"),
  });
});

test("a folder whose path is too long for a socket gets a short one of its own", async () => {
  const deep = join(folder, "x".repeat(120));
  const server = await start(deep);
  await write(server);
  expect(existsSync(join(deep, "run"))).toBe(false);
  await server.stop();
});

test("data made by a server that is not here are not touched by another", async () => {
  if ((await findServerProgram("mysql")) !== undefined) return;
  await mkdir(join(folder, "mysql"));
  await expect(start()).rejects.toMatchObject({
    code: "not_installed",
    message: expect.stringContaining("mysql"),
  });
});
