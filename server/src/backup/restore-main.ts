import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { attachmentFolder, makeAttachmentFolder } from "../attachments/open-attachments.ts";
import { runCommand, say, setting } from "../command/command-line.ts";
import { SETTINGS } from "../config/settings.ts";
import { flavourIn, RESTORE_MARK } from "../database/local/data-folder.ts";
import { obtainServerProgram } from "../database/local/install-server.ts";
import type { Flavour } from "../database/local/server-program.ts";
import { startLocalServer } from "../database/local-server.ts";
import { readRestoreArguments, RESTORE_HELP } from "./arguments.ts";
import { untilStopped } from "./progress.ts";
import { openBackup, restoreBackup } from "./restore.ts";

/** The exit code where files were not put back. */
const INCOMPLETE = 3;

async function main(): Promise<number> {
  const asked = readRestoreArguments(process.argv.slice(2));
  if (asked === "help") {
    say(RESTORE_HELP);
    return 0;
  }
  const backup = await openBackup(resolve(asked.from));
  await using stack = new AsyncDisposableStack();
  const config = { attachments: setting(SETTINGS.attachments), dataFolder: setting(SETTINGS.dataFolder) };
  await makeAttachmentFolder(config);
  const into =
    setting(SETTINGS.databaseUrl) ??
    (await privateDatabase(config.dataFolder, backup.manifest.flavour, stack));
  const lost = await restoreBackup({
    backup,
    databaseUrl: typeof into === "string" ? into : into.url,
    files: attachmentFolder(config),
    say,
    progress: untilStopped("Stopped. The same command begins anew.").progress,
  });
  if (typeof into !== "string") await into.finish();
  say(`Restored, and every row compared: the database is as it was at ${backup.manifest.begunAt}.`);
  for (const name of lost)
    say(`Not put back: the photo or voice note ${name} is missing in the backup, or not as it was.`);
  say(
    "A new epoch begins: devices will offer again what they did after that. Start the server with the same HEALTHBRIDGE_KEYS as before.",
  );
  return lost.length === 0 ? 0 : INCOMPLETE;
}

/** A private server that is not running: one that runs would be writing meanwhile. */
async function privateDatabase(dataFolder: string, flavour: Flavour, stack: AsyncDisposableStack) {
  const folder = join(dataFolder, "database");
  const mark = join(folder, RESTORE_MARK);
  const program = await obtainServerProgram(flavour, say);
  const isNew = flavourIn(folder) === undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Before anything is made: whoever is impatient must not find an empty database, and take it for hers.
  if (isNew) await writeFile(mark, "", { flush: true });
  const server = await startLocalServer({ dataFolder: folder, say, program, restoring: true });
  stack.defer(() => server.stop());
  return { url: server.url, finish: () => rm(mark, { force: true }) };
}

await runCommand(main);
