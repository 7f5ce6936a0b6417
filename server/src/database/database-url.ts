import { DatabaseError } from "./database-error.ts";

/** Where a database is and who asks. */
export interface DatabaseAddress {
  readonly user: string;
  readonly password: string;
  readonly database: string | undefined;
  readonly host: string;
  readonly port: number;
  /** When given, host and port are of no matter. */
  readonly socketPath: string | undefined;
  /** Encrypt, and check the server's certificate against the machine's authorities. */
  readonly tls: boolean;
}

const DEFAULT_PORT = 3306;
const PARAMETERS: ReadonlySet<string> = new Set(["socketPath", "tls"]);

/**
 * Reads `mysql://user:password@host:port/database`, with `?socketPath=/…` for a local socket and
 * `?tls=on` for an encrypted line. What it does not know it refuses: a misspelt option must not be ignored.
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "mysql:" && url.protocol !== "mariadb:")) {
    throw badUrl("it must look like mysql://user:password@host:3306/database");
  }
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.has(name)) throw badUrl(`the parameter ${name} is not known (known: socketPath, tls)`);
  }
  const tls = url.searchParams.get("tls") ?? "off";
  if (tls !== "on" && tls !== "off") throw badUrl("tls is either on or off");
  const database = decodeURIComponent(url.pathname.slice(1));
  return {
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: database === "" ? undefined : database,
    host: url.hostname === "" ? "localhost" : url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    socketPath: url.searchParams.get("socketPath") ?? undefined,
    tls: tls === "on",
  };
}

/** The inverse of {@link parseDatabaseUrl}. */
export function formatDatabaseUrl(address: DatabaseAddress): string {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const parameters = new URLSearchParams();
  if (address.socketPath !== undefined) parameters.set("socketPath", address.socketPath);
  if (address.tls) parameters.set("tls", "on");
  const query = parameters.size === 0 ? "" : `?${parameters.toString()}`;
  const who = `${encodeURIComponent(address.user)}:${encodeURIComponent(address.password)}`;
  const database = encodeURIComponent(address.database ?? "");
  return `mysql://${who}@${host}:${String(address.port)}/${database}${query}`;
}

/** The same server and account, another database. */
export function withDatabase(url: string, database: string): string {
  return formatDatabaseUrl({ ...parseDatabaseUrl(url), database });
}

function badUrl(why: string): DatabaseError {
  return new DatabaseError("misuse", `The database address cannot be used: ${why}.`);
}
