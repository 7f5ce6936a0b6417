import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { openAdministrator } from "../../server/src/accounts/first-administrator.ts";
import { createPasswordHasher } from "../../server/src/accounts/password-hash.ts";
import { createOneByOne } from "../../server/src/accounts/submit-one.ts";
import { systemClock } from "../../server/src/adapters/clock.ts";
import { systemRandomness } from "../../server/src/adapters/randomness.ts";
import { readConfig } from "../../server/src/config/config.ts";
import { openPool } from "../../server/src/database/pool.ts";
import { createExecutor } from "../../server/src/operations/executor.ts";
import { type RunningServer, startServer } from "../../server/src/server.ts";
import { createDatabase } from "../setup/fresh-database.ts";
import { comparable, type Example, examplesOf, Namer, readable, runExamples } from "./document-examples.ts";

/**
 * docs/protocol.md is run as it is pasted: every `sh` block in one shell, in order, against a real server, and what each prints is compared with
 * what the document shows. `WRITE_DOCS=1` writes what was printed into the document instead.
 */
const file = join(import.meta.dirname, "../../docs/protocol.md");
export const document = await readFile(file, "utf8");
export const examples = examplesOf(document);

const folders = (process.env["PATH"] ?? "").split(delimiter);
export const realCurl = folders.some((folder) => existsSync(join(folder, "curl")));

/** What the document shows and what was printed, with the line and the script of each example. */
export async function run(by: "curl" | "fetch") {
  const outputs = await runOnce(by);
  if (process.env["WRITE_DOCS"] === "1") {
    await rewrite(outputs);
    return { shown: "rewritten", printed: "rewritten" };
  }
  const [namesShown, namesPrinted] = [new Namer(), new Namer()];
  const shown = examples.map(({ line, script, answer }) => [
    `line ${String(line)}`,
    script,
    namesShown.of(comparable(answer?.text ?? "")),
  ]);
  const printed = examples.map(({ line, script }, at) => [
    `line ${String(line)}`,
    script,
    namesPrinted.of(comparable(outputs[at] ?? "")),
  ]);
  return { shown, printed };
}

async function rewrite(printed: readonly string[]): Promise<void> {
  let fresh = document;
  const backwards = examples
    .map((example, at): [Example, string] => [example, printed[at] ?? ""])
    .toReversed();
  for (const [{ line, answer }, output] of backwards) {
    if (answer === undefined && output.trim() !== "")
      throw new Error(`line ${String(line)} prints: ${output}`);
    if (answer === undefined) continue;
    const told = answer.language === "json" ? readable(JSON.parse(output)) : output.trim();
    const plain = told.replaceAll(
      /eyJ[\w-]+\.[\w-]+\.[\w-]+/g,
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
    );
    fresh = `${fresh.slice(0, answer.from)}${plain}\n${fresh.slice(answer.to)}`;
  }
  await writeFile(file, fresh);
}

async function runOnce(by: "curl" | "fetch"): Promise<readonly string[]> {
  await using database = await createDatabase();
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-docs-"));
  const config = readConfig({
    HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_OPEN_REGISTRATION: "on",
    HEALTHBRIDGE_LOG: "silent",
    DATABASE_URL: database.url,
    PORT: "0",
  });
  const administrator = await addAdministrator(database.url, config.tenant);
  let server: RunningServer | undefined;
  try {
    server = await startServer(config, { say: () => undefined, write: () => undefined });
    const PATH =
      by === "curl" ? folders.join(delimiter) : [await folderWithCurl(folder), ...folders].join(delimiter);
    const environment = {
      PATH,
      URL: server.url,
      ADMIN: "admin",
      ADMIN_PASSWORD: administrator,
      HOME: folder,
      LC_ALL: "C",
    };
    return await runExamples(examples, { folder, environment });
  } finally {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `--add-administrator` does; answers the password. */
async function addAdministrator(url: string, tenant: string): Promise<string> {
  const pool = openPool({ url, size: 2 });
  const executor = createExecutor({ pool });
  const operations = createOneByOne(executor, systemClock, systemRandomness);
  const passwords = createPasswordHasher(systemRandomness);
  const { password } = await openAdministrator(
    { operations, passwords, randomness: systemRandomness },
    tenant,
    "admin",
  );
  await executor.close();
  await pool.close();
  return password;
}

/** A folder for the front of PATH in which `curl` is ours. */
async function folderWithCurl(folder: string): Promise<string> {
  const curl = join(folder, "curl");
  const program = join(import.meta.dirname, "../setup/curl.ts");
  await writeFile(
    curl,
    `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${program}' "$@"\n`,
  );
  await chmod(curl, 0o755);
  return folder;
}
