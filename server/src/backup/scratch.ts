import { rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { flavourIn, openDataFolder } from "../database/local/data-folder.ts";
import { obtainServerProgram } from "../database/local/install-server.ts";
import { logFor, machineMemory } from "../database/local/server-memory.ts";
import { findServer, stopServer } from "../database/local/server-process.ts";
import type { Flavour } from "../database/local/server-program.ts";
import { startLocalServer } from "../database/local-server.ts";
import { RESTORE_UNFINISHED } from "../database/migrate.ts";
import { SingleConnection } from "../database/single-connection.ts";
import { systemRuntime } from "../database/system-runtime.ts";
import { dropTables, requireEmpty, tableNames } from "./compare.ts";

/** An empty database for a while. */
export interface Scratch extends AsyncDisposable {
  readonly url: string;
}

/** What a place to restore into has to be. */
export interface Wanted {
  readonly flavour: Flavour;
  /** where it may keep what it has */
  readonly folder: string;
  /** about so much will be put into it */
  readonly bytes: number;
}

/** Opens an empty database to restore a backup into, on a server of the same kind. */
export type OpenScratch = (wanted: Wanted) => Promise<Scratch>;

/** Bytes of a private server that holds nothing yet, without its log. */
const EMPTY_SERVER = 200_000_000;

/** A private server of its own, in the folder, which goes with it. */
export function privateScratch(say: (line: string) => void): OpenScratch {
  return async ({ flavour, folder, bytes }) => {
    await requireRoom(dirname(folder), bytes + EMPTY_SERVER + logFor(machineMemory()));
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

/** A database says in many words, and not in these, that it has no room. */
async function requireRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const inMegabytes = (count: number): string => `${Math.ceil(count / 1_000_000).toLocaleString("en")} MB`;
  if (bavail * bsize < bytes)
    throw new CommandError(
      `there is no room to restore it beside: that takes about ${inMegabytes(bytes)}, and ${inMegabytes(bavail * bsize)} are free on that disk`,
    );
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
    // What a check left that was killed is ours.
    if ((await tableNames(connection)).includes(RESTORE_UNFINISHED)) await dropTables(connection);
    await requireEmpty(connection, "The database of --check-in");
    await connection.run(`CREATE TABLE ${RESTORE_UNFINISHED} (id int PRIMARY KEY)`);
    return {
      url,
      async [Symbol.asyncDispose]() {
        await using leaving = await SingleConnection.open(url);
        await dropTables(leaving);
      },
    };
  };
}
