import type { Flavour } from "./server-program.ts";

export const APPLICATION_ACCOUNT = "healthbridge";
export const APPLICATION_DATABASE = "healthbridge";

/** `own`: everything in its own database, nothing elsewhere. `all`: for test servers, whose tests make databases. */
export type Privileges = "own" | "all";

/**
 * SQL the server runs by itself at every start, before it takes connections: the account and the database exist and
 * the account's password is the one in the data folder, whatever state an earlier start was killed in.
 */
export function accountsSql(flavour: Flavour, password: string, privileges: Privileges): string {
  const account = `'${APPLICATION_ACCOUNT}'@'localhost'`;
  const scope = privileges === "all" ? "*.*" : `\`${APPLICATION_DATABASE}\`.*`;
  const lines = [
    `CREATE DATABASE IF NOT EXISTS \`${APPLICATION_DATABASE}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}';`,
    `ALTER USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON ${scope} TO ${account}${privileges === "all" ? " WITH GRANT OPTION" : ""};`,
    // MariaDB's root is whoever is root on this machine; MySQL's has no password until now.
    ...(flavour === "mysql" ? [`ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
