import { resolve } from "node:path";
import { attachmentFolder, makeAttachmentFolder } from "../attachments/open-attachments.ts";
import { runCommand, say, setting } from "../command/command-line.ts";
import { SETTINGS } from "../config/settings.ts";
import { startLocalServer } from "../database/local-server.ts";
import { readRestoreArguments, RESTORE_HELP } from "./arguments.ts";
import { untilStopped } from "./progress.ts";
import { openBackup, restoreBackup } from "./restore.ts";

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
  await restoreBackup({
    backup,
    databaseUrl: setting(SETTINGS.databaseUrl) ?? (await privateUrl(config.dataFolder, stack)),
    files: attachmentFolder(config),
    say,
    progress: untilStopped("Stopped. The same command begins anew.").progress,
  });
  say(`Restored, and every row compared: everything is as it was at ${backup.manifest.begunAt}.`);
  say(
    "A new epoch begins: devices will offer again what they did after that. Start the server with the same HEALTHBRIDGE_KEYS as before.",
  );
  return 0;
}

/** A private server that is not running: one that runs would be writing meanwhile. */
async function privateUrl(dataFolder: string, stack: AsyncDisposableStack): Promise<string> {
  const server = await startLocalServer({ dataFolder: `${dataFolder}/database`, say });
  stack.defer(() => server.stop());
  return server.url;
}

await runCommand(main);
