import type { ConnectionOptions } from "mysql2/promise";
import type { DatabaseAddress } from "./database-url.ts";

const KEEP_ALIVE_AFTER_MILLISECONDS = 10_000;

/**
 * Numbers: BIGINT arrives as a number while it is exact (all our times and counters are below 2^53) and as text
 * beyond that, never rounded. DECIMAL, so also SUM(), stays text. JSON stays text: MariaDB has no JSON type, and
 * the two servers must answer alike.
 */
export function driverOptions(address: DatabaseAddress, connectTimeout: number): ConnectionOptions {
  return {
    user: address.user,
    password: address.password,
    host: address.host,
    port: address.port,
    ...(address.database === undefined ? {} : { database: address.database }),
    ...(address.socketPath === undefined ? {} : { socketPath: address.socketPath }),
    ...(address.tls ? { ssl: { rejectUnauthorized: true, verifyIdentity: true } } : {}),
    charset: "UTF8MB4_UNICODE_CI",
    timezone: "Z",
    supportBigNumbers: true,
    bigNumberStrings: false,
    decimalNumbers: false,
    jsonStrings: true,
    // An object as a value would turn into `column = value` pairs: a classic way in.
    stringifyObjects: true,
    multipleStatements: false,
    // Without FOUND_ROWS an UPDATE counts what it changed. LOCAL_FILES would let a server ask for our files.
    flags: ["-FOUND_ROWS", "-LOCAL_FILES"],
    connectTimeout,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MILLISECONDS,
    // A stack trace per statement costs more than many statements do; our errors carry the statement's text.
    trace: false,
  };
}
