import { createHash } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createDatabase, type FreshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openWorld, verdict } from "../../../tests/setup/world.ts";
import { compare } from "../../src/backup/compare.ts";
import { type BackupParts, backupsIn, makeBackup, removeOld } from "../../src/backup/make-backup.ts";
import { readManifest } from "../../src/backup/manifest.ts";
import { openBackup, restoreBackup, type RestoreParts } from "../../src/backup/restore.ts";
import { namedScratch } from "../../src/backup/scratch.ts";
import { migrate } from "../../src/database/migrate.ts";
import { SingleConnection } from "../../src/database/single-connection.ts";

async function database(migrated = true): Promise<FreshDatabase> {
  const made = await createDatabase({ migrated });
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "hb-backup-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A world to back up, and a place for backups. */
async function scene() {
  const source = await database();
  const world = await openWorld(source.url);
  onTestFinished(() => world[Symbol.asyncDispose]());
  const [to, files] = await Promise.all([folder(), folder()]);
  const scratch = await database(false);
  const backUp = async (more: Partial<BackupParts> = {}) => {
    const [former = ""] = (await backupsIn(to)).slice(-1);
    // Backups are named by the second in which they began.
    await vi.waitUntil(() => new Date().toISOString().replaceAll(":", "-") > former, { timeout: 5_000 });
    return makeBackup({
      databaseUrl: source.url,
      files,
      to,
      openScratch: namedScratch(scratch.url),
      progress: () => undefined,
      ...more,
    });
  };
  return { source, world, to, files, scratch, backUp };
}

function restore(from: string, into: FreshDatabase, more: Partial<RestoreParts> = {}) {
  return openBackup(from).then((backup) =>
    restoreBackup({
      backup,
      databaseUrl: into.url,
      files: undefined,
      say: () => undefined,
      progress: () => undefined,
      ...more,
    }),
  );
}

async function sql<Row extends object>(url: string, statement: string): Promise<readonly Row[]> {
  await using connection = await SingleConnection.open(url);
  return await connection.rows<Row>(statement);
}

const register = (name: string, clinic: string) => ({ type: "patient.register", input: { name, clinic } });

async function patients(url: string): Promise<readonly string[]> {
  return (await sql<{ name: string }>(url, "SELECT name FROM patient ORDER BY name")).map(({ name }) => name);
}

describe("a backup", () => {
  test("holds what was there when it began, whatever is written meanwhile, and restored it goes on from there", async () => {
    const { source, world, backUp } = await scene();
    const person = await world.person("staff", { clinics: [world.clinic] });
    await world.submit(person, 1, [register("Amina", world.clinic)]);
    let meanwhile: Promise<unknown> | undefined;
    const { folder: made, manifest } = await backUp({
      progress: () => {
        meanwhile ??= world.submit(person, 2, [register("Baraka", world.clinic)]);
      },
    });
    await meanwhile;
    expect(manifest.verified).toBe(true);
    expect(await patients(source.url)).toEqual(["Amina", "Baraka"]);
    const into = await database(false);
    await restore(made, into);
    expect(await patients(into.url)).toEqual(["Amina"]);
    const [was] = await sql<{ value: string }>(
      source.url,
      "SELECT value FROM server_state WHERE name = 'epoch'",
    );
    const [now] = await sql<{ value: string }>(
      into.url,
      "SELECT value FROM server_state WHERE name = 'epoch'",
    );
    expect(Number(now?.value)).toBeGreaterThan(Number(was?.value));
    // The device offers again what the backup does not hold; what it holds is recognised.
    const restored = await openWorld(into.url, {}, "another");
    onTestFinished(() => restored[Symbol.asyncDispose]());
    const offered = await restored.submit(
      person,
      1,
      ["Amina", "Baraka"].map((name) => register(name, world.clinic)),
    );
    expect(offered.outcomes.map(verdict)).toEqual(["applied", "applied"]);
    expect(await patients(into.url)).toEqual(["Amina", "Baraka"]);
  });

  test("keeps every value as it is, whatever it is made of", async () => {
    const { source, backUp } = await scene();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const text = 'it\'s "so" \\ \u0000 \n \r \u2028 \u{1F9E1} \u202E -- ; NULL ? \u001A ';
    await using connection = await SingleConnection.open(source.url);
    await connection.run(
      "CREATE TABLE `odd ``one` (id int AUTO_INCREMENT PRIMARY KEY, big bigint, real_one double, exact decimal(30,10), words longtext, raw longblob, kept json, made bigint NOT NULL DEFAULT (1 + 1), twice int GENERATED ALWAYS AS (made * 2) STORED)",
    );
    const insert =
      "INSERT INTO `odd ``one` (id, big, real_one, exact, words, raw, kept, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    await connection.run("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'");
    await connection.run(insert, [
      0,
      "-9223372036854775808",
      0.1 + 0.2,
      "12345678901234567890.0123456789",
      text,
      bytes,
      '{"a": "\\u0000"}',
      7,
    ]);
    await connection.run(insert, [1, "9223372036854775807", 5e-324, null, "", Buffer.alloc(0), null, 0]);
    await connection.run(insert, [
      7,
      null,
      -1.7976931348623157e308,
      "0",
      "x".repeat(1_500_000),
      Buffer.alloc(900_000, 1),
      "[]",
      1,
    ]);
    const { folder: made } = await backUp();
    const into = await database(false);
    await restore(made, into);
    const read =
      "SELECT id, CAST(big AS CHAR) AS big, real_one, CAST(exact AS CHAR) AS exact, words, raw, CAST(kept AS CHAR) AS kept, twice, made FROM `odd ``one` ORDER BY id";
    const found = await sql<{ words: string; raw: Buffer }>(into.url, read);
    expect(found).toEqual(await sql(source.url, read));
    expect(found[0]).toMatchObject({
      id: 0,
      real_one: 0.1 + 0.2,
      words: text,
      raw: bytes,
      twice: 14,
      made: 7,
    });
  });

  test("that is not restored is not called verified", async () => {
    const { backUp } = await scene();
    const { folder: made, manifest } = await backUp({ openScratch: undefined });
    expect(manifest.verified).toBe(false);
    expect(await readManifest(made)).toEqual(manifest);
  });

  test("that cannot be restored here is kept, and not called verified", async () => {
    const { backUp } = await scene();
    const broken = () => Promise.reject(new Error("no room"));
    const { folder: made, manifest, why } = await backUp({ openScratch: broken });
    expect([why, manifest.verified]).toEqual(["no room", false]);
    await restore(made, await database(false));
  });

  test("leaves the database of its check empty, and takes none that is not", async () => {
    const { backUp, scratch } = await scene();
    await backUp();
    expect(await sql(scratch.url, "SHOW TABLES")).toEqual([]);
    await migrate({ url: scratch.url });
    expect((await backUp()).why).toContain("is not empty");
    expect(await sql(scratch.url, "SHOW TABLES LIKE 'operation'")).toHaveLength(1);
  });

  test("of something else than HealthBridge's database is refused", async () => {
    const { backUp } = await scene();
    const empty = await database(false);
    await expect(backUp({ databaseUrl: empty.url })).rejects.toThrow("no HealthBridge database");
  });

  test("that was broken off leaves nothing, and the next one removes what one left that was killed", async () => {
    const { backUp, to } = await scene();
    const stop = new AbortController();
    const progress = (step: string): void => {
      if (step.startsWith("Comparing")) stop.abort(new Error("Stopped."));
      stop.signal.throwIfAborted();
    };
    await expect(backUp({ progress, signal: stop.signal })).rejects.toThrow("Stopped.");
    expect(await backupsIn(to)).toEqual([]);
    expect(await readdir(to)).toEqual([]);
    await mkdir(join(to, "2026-11-30T02-00-00Z.part/check"), { recursive: true });
    await backUp();
    expect(await readdir(to)).toEqual(await backupsIn(to));
  });

  test("is removed once enough newer ones are there", async () => {
    const to = await folder();
    const names = ["2026-11-28T02-00-00Z", "2026-11-29T02-00-00Z", "2026-11-30T02-00-00Z"];
    for (const name of [...names, "mine"]) await mkdir(join(to, name));
    expect(await removeOld(to, 2)).toEqual([names[0]]);
    expect((await readdir(to)).toSorted()).toEqual([...names.slice(1), "mine"]);
    expect(await removeOld(to, 5)).toEqual([]);
  });

  test("is kept, however old, while it is the newest that was verified", async () => {
    const { backUp, to } = await scene();
    const { folder: verified } = await backUp();
    const { folder: newer } = await backUp({ openScratch: undefined });
    expect(await removeOld(to, 1)).toEqual([]);
    expect(await backupsIn(to)).toEqual([verified, newer].map((path) => basename(path)));
  });

  test("takes a database of its check that a killed one has left", async () => {
    const { backUp, scratch } = await scene();
    await namedScratch(scratch.url)({ flavour: "mariadb", folder: "", bytes: 0 });
    await sql(scratch.url, "CREATE TABLE half (id int)");
    expect((await backUp()).why).toBeUndefined();
    expect(await sql(scratch.url, "SHOW TABLES")).toEqual([]);
  });
});

describe("photos and voice notes", () => {
  const key = "demo/ab/abcdefghijklmnopqrstuv.1";

  async function withPhoto() {
    const at = await scene();
    await mkdir(join(at.files, "demo/ab"), { recursive: true });
    await writeFile(join(at.files, key), "a photo");
    await writeFile(join(at.files, `${key}.thumbnail`), "small");
    await writeFile(join(at.files, `${key}.x.part`), "half a ph");
    await sql(
      at.source.url,
      "INSERT INTO attachment (id, tenant_id, account_id, conversation_id, kind, type, size, thumbnail_size, received, status, checked, named, created_at) VALUES ('abcdefghijklmnopqrstuv.1', 'demo', 'a', 'c', 'photo', 'image/jpeg', 7, 5, 12, 'ready', 1, 1, 1)",
    );
    return at;
  }

  test("are in the backup and are put back", async () => {
    const { backUp } = await withPhoto();
    const { folder: made, manifest, missing } = await backUp();
    expect(manifest.files).toMatchObject({ count: 2, bytes: 12 });
    expect(missing).toEqual([]);
    const [into, files] = await Promise.all([database(false), folder()]);
    await restore(made, into, { files });
    expect(await readFile(join(files, key), "utf8")).toBe("a photo");
    expect(await readFile(join(files, `${key}.thumbnail`), "utf8")).toBe("small");
    expect(await readdir(join(files, "demo/ab"))).toHaveLength(2);
  });

  test("take no room a second time", async () => {
    const { backUp } = await withPhoto();
    const [former, later] = [await backUp(), await backUp()];
    const inode = async ({ folder: of }: { readonly folder: string }) =>
      (await stat(join(of, "files", key))).ino;
    expect(await inode(later)).toBe(await inode(former));
  });

  test("that a disk has spoilt in the backup before are copied anew", async () => {
    const { backUp } = await withPhoto();
    const former = await backUp();
    await writeFile(join(former.folder, "files", key), "a phoTo");
    const { folder: made } = await backUp();
    expect(await readFile(join(made, "files", key), "utf8")).toBe("a photo");
  });

  test("that are not in the backup any more as they were are named, and not put back", async () => {
    const { backUp } = await withPhoto();
    const { folder: made } = await backUp();
    const [into, files] = await Promise.all([database(false), folder()]);
    await writeFile(join(made, "files", key), "a phoTo");
    await rm(join(made, "files", `${key}.thumbnail`));
    expect(await restore(made, into, { files })).toEqual([key, `${key}.thumbnail`]);
    expect(await readdir(files)).toEqual([]);
    await writeFile(join(made, "files.sha256"), "");
    await expect(restore(made, into)).rejects.toThrow("files.sha256 is damaged");
  });

  test("that are spoilt at the server are told", async () => {
    const { source, backUp } = await withPhoto();
    const digest = createHash("sha256").update("a photo").digest("base64url");
    await sql(source.url, `UPDATE attachment SET digest = '${digest}'`);
    expect((await backUp()).missing).toEqual([]);
    await sql(source.url, `UPDATE attachment SET digest = REVERSE(digest)`);
    expect((await backUp()).missing).toEqual([key]);
  });

  test("are all that is taken: what else lies there is not theirs", async () => {
    const { files, backUp } = await withPhoto();
    await writeFile(join(files, "notes.txt"), "mine");
    expect((await backUp()).manifest.files).toMatchObject({ count: 2 });
  });

  test("that the database knows of and that are not there are told; what was cleared away meanwhile is not missed", async () => {
    const { source, files, backUp, scratch } = await withPhoto();
    await rm(join(files, key));
    expect((await backUp()).missing).toEqual([key]);
    const cleared = async () => {
      const opened = await namedScratch(scratch.url)({ flavour: "mariadb", folder: "", bytes: 0 });
      await sql(source.url, "DELETE FROM attachment");
      return opened;
    };
    expect((await backUp({ openScratch: cleared })).missing).toEqual([]);
  });
});

describe("a restore", () => {
  test("finds any row that is not as it was, too many and too few", async () => {
    const { source, backUp } = await scene();
    const { manifest } = await backUp();
    const check = () => compare(source.url, manifest, () => undefined);
    await check();
    await sql(source.url, "UPDATE clinic SET name = CONCAT(name, ' ')");
    await expect(check()).rejects.toThrow(
      "the table clinic has 1 rows, and in the backup it has 1 rows, with other content",
    );
    await sql(source.url, "UPDATE clinic SET name = TRIM(name)");
    await check();
    await sql(source.url, "DELETE FROM server_state WHERE name = 'epoch'");
    await expect(check()).rejects.toThrow("server_state");
    await sql(source.url, "DROP TABLE server_state");
    await expect(check()).rejects.toThrow("the table server_state is not there");
  });

  test("of a damaged backup changes nothing", async () => {
    const { backUp } = await scene();
    const { folder: made } = await backUp();
    const into = await database(false);
    const dump = join(made, "database.sql.gz");
    const whole = await readFile(dump);
    const damaged = Buffer.from(whole);
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
    for (const bytes of [damaged, whole.subarray(0, -9)]) {
      await writeFile(dump, bytes);
      await expect(restore(made, into)).rejects.toThrow("is damaged");
    }
    await writeFile(dump, whole);
    await appendFile(join(made, "backup.json"), "}");
    await expect(restore(made, into)).rejects.toThrow("backup.json is damaged, or of a newer version");
    await expect(restore(join(made, ".."), into)).rejects.toThrow("holds no backup");
    expect(await sql(into.url, "SHOW TABLES")).toEqual([]);
  });

  test("overwrites nothing", async () => {
    const { backUp, source } = await scene();
    const { folder: made } = await backUp();
    await expect(restore(made, source)).rejects.toThrow("is not empty");
  });

  test("that was broken off lets no server start, and is begun anew by the same call", async () => {
    const { backUp, source } = await scene();
    const { folder: made } = await backUp();
    const into = await database(false);
    const pulled = new Error("the plug was pulled");
    await expect(
      restore(made, into, {
        progress: (step) => {
          if (step.startsWith("Comparing")) throw pulled;
        },
      }),
    ).rejects.toBe(pulled);
    await expect(migrate({ url: into.url })).rejects.toThrow("Run the same restore again");
    const said: string[] = [];
    await restore(made, into, { say: (line) => void said.push(line) });
    expect(said).toEqual(["A restore was broken off here; it is begun anew."]);
    expect(await migrate({ url: into.url })).toEqual([]);
    expect(await patients(into.url)).toEqual(await patients(source.url));
  });
});
