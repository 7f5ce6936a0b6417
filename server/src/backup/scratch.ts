import { rm } from "node:fs/promises";
import { flavourIn, openDataFolder } from "../database/local/data-folder.ts";
import { obtainServerProgram } from "../database/local/install-server.ts";
import { findServer, stopServer } from "../database/local/server-process.ts";
import type { Flavour } from "../database/local/server-program.ts";
import { startLocalServer } from "../database/local-server.ts";
import { SingleConnection } from "../database/single-connection.ts";
import { systemRuntime } from "../database/system-runtime.ts";
import { dropTables, requireEmpty } from "./compare.ts";

/** An empty database for a while. */
export interface Scratch extends AsyncDisposable {
  readonly url: string;
}

/** Opens an empty database to restore a backup into, on a server of the same kind. The folder is for what it keeps. */
export type OpenScratch = (flavour: Flavour, folder: string) => Promise<Scratch>;

/** A private server of its own, in the folder, which goes with it. */
export function privateScratch(say: (line: string) => void): OpenScratch {
  return async (flavour, folder) => {
    const program = await obtainServerProgram(flavour, say);
    const server = await startLocalServer({ dataFolder: folder, say: () => undefined, program });
    return {
      url: server.url,
      async [Symbol.asyncDispose]() {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}

/** Removes what a private server left that was killed with whoever ran it, and stops it where it still runs. */
export async function clearScratch(folder: string): Promise<void> {
  const flavour = flavourIn(folder);
  if (flavour !== undefined) {
    const data = await openDataFolder(folder, flavour);
    const left = await findServer(data, systemRuntime);
    if (left !== undefined) await stopServer(left, data);
  }
  await rm(folder, { recursive: true, force: true });
}

/** A database that the operator names. It must be empty, and is left so. */
export function namedScratch(url: string): OpenScratch {
  return async () => {
    await using connection = await SingleConnection.open(url);
    await requireEmpty(connection, "The database of --check-in");
    return {
      url,
      async [Symbol.asyncDispose]() {
        await using leaving = await SingleConnection.open(url);
        await dropTables(leaving);
      },
    };
  };
}
