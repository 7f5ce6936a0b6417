import type { TestProject } from "vitest/node";
import { obtainServerProgram } from "../../../server/src/database/local/install-server.ts";
import type { Flavour } from "../../../server/src/database/local/server-program.ts";
import type { LocalServer } from "../../../server/src/database/local-server.ts";
import { SingleConnection } from "../../../server/src/database/single-connection.ts";
import { NoMysql } from "../../setup/debian-mysql.ts";
import { startMysql } from "../../setup/mysql.ts";
import { startTestServer } from "../../setup/test-server.ts";

/** A database server that the tests of this folder run on. */
export interface ServerUnderTest {
  readonly flavour: Flavour;
  readonly version: string;
  readonly url: string;
  /** Nobody else uses it: a test may change its settings. */
  readonly ours: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    servers: readonly ServerUnderTest[];
  }
}

/**
 * Global set-up of `npm run test:model`: starts a MariaDB and a MySQL, both installed or fetched where they are not here, and stops them afterwards.
 * TEST_DATABASE_URL names one server to use instead. Where MySQL cannot be had it says so and MariaDB goes on alone; a build machine (CI=1) fails.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    project.provide("servers", [await describeServer(given)]);
    return () => Promise.resolve();
  }
  const starts = await Promise.allSettled([startMariadb(), startMysqlIfAny()]);
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? start.value : []));
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const failed = starts.find((start) => start.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  project.provide(
    "servers",
    started.map(({ flavour, version, url }) => ({ flavour, version, url, ours: true })),
  );
  return stop;
}

async function startMariadb(): Promise<readonly LocalServer[]> {
  return [await startTestServer(await obtainServerProgram("mariadb", say))];
}

async function startMysqlIfAny(): Promise<readonly LocalServer[]> {
  try {
    return [await startMysql(say)];
  } catch (error) {
    if (!(error instanceof NoMysql) || isSet(process.env["CI"])) throw error;
    say(`No MySQL here, MariaDB alone: ${error.message.split("\n")[0] ?? ""}`);
    return [];
  }
}

async function describeServer(url: string): Promise<ServerUnderTest> {
  await using connection = await SingleConnection.open(url);
  const [row] = await connection.rows<{ version: string }>("SELECT VERSION() AS version");
  const version = row?.version ?? "";
  return { flavour: version.includes("MariaDB") ? "mariadb" : "mysql", version, url, ours: false };
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== "" && variable !== "0" && variable !== "false";
}

function say(line: string): void {
  console.log(line);
}
