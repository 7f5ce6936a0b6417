import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FolderLock } from "../../server/src/database/local/folder-lock.ts";
import { findProcessWith } from "../../server/src/database/local/process-table.ts";
import type { ServerProgram } from "../../server/src/database/local/server-program.ts";
import { type LocalServer, startLocalServer } from "../../server/src/database/local-server.ts";
import { testFolder } from "./test-folder.ts";

const PREFIX = "healthbridge-test-";

/** A private server in a folder of its own, thrown away when it stops. Same settings as in real use. */
export async function startTestServer(program?: ServerProgram): Promise<LocalServer> {
  const folder = await testFolder();
  await removeLeftBehind(folder);
  const dataFolder = await mkdtemp(join(folder, PREFIX));
  const server = await startLocalServer({
    dataFolder,
    privileges: "all",
    say: (line) => {
      console.log(line);
    },
    ...(program === undefined ? {} : { program }),
  });
  return {
    url: server.url,
    flavour: server.flavour,
    version: server.version,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** What a killed test run could not clear away: nobody holds the lock of its folder any more. */
async function removeLeftBehind(inFolder: string): Promise<void> {
  const names = (await readdir(inFolder)).filter((name) => name.startsWith(PREFIX));
  for (const folder of names.map((name) => join(inFolder, name))) {
    // A folder without a data folder may be that of a run which starts this moment.
    const held = (await readdir(folder)).some((name) => name === "lock") ? tryLock(folder) : undefined;
    if (held === undefined) continue;
    try {
      for (const flavour of ["mariadb", "mysql"]) {
        const pid = await findProcessWith(`--datadir=${join(folder, flavour)}`);
        if (pid !== undefined) process.kill(pid, "SIGKILL");
      }
    } finally {
      held[Symbol.dispose]();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

function tryLock(folder: string): FolderLock | undefined {
  try {
    return FolderLock.take(folder);
  } catch {
    return undefined;
  }
}
