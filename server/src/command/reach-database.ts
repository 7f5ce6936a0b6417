import { join, resolve } from "node:path";
import { formatDatabaseUrl } from "../database/database-url.ts";
import { APPLICATION_ACCOUNT, APPLICATION_DATABASE } from "../database/local/accounts.ts";
import { flavourIn, openDataFolder } from "../database/local/data-folder.ts";
import { LocalServerError } from "../database/local/local-server-error.ts";
import { startLocalServer } from "../database/local-server.ts";

/** The database of a server that may run at this moment, or not. */
export interface ReachedDatabase extends AsyncDisposable {
  readonly url: string;
}

/** Finds the server's database: the one that is named, or the private one, whoever runs it. Started here, it is stopped at the end. */
export async function reachDatabase(
  databaseUrl: string | undefined,
  dataFolder: string,
  say: (line: string) => void,
): Promise<ReachedDatabase> {
  if (databaseUrl !== undefined) return { url: databaseUrl, [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = join(dataFolder, "database");
  try {
    const server = await startLocalServer({ dataFolder: folder, say });
    return { url: server.url, [Symbol.asyncDispose]: () => server.stop() };
  } catch (error) {
    if (!(error instanceof LocalServerError) || error.code !== "in_use") throw error;
    say("The server is running; its database is used beside it.");
    return { url: await runningUrl(folder), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

async function runningUrl(folder: string): Promise<string> {
  const root = resolve(folder);
  const { password, socket } = await openDataFolder(root, flavourIn(root) ?? "mariadb");
  return formatDatabaseUrl({
    user: APPLICATION_ACCOUNT,
    password,
    database: APPLICATION_DATABASE,
    host: "localhost",
    port: 3306,
    socketPath: socket,
    tls: false,
  });
}
