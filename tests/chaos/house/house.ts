import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { parseDatabaseUrl } from "../../../server/src/database/database-url.ts";
import type { Flavour } from "../../../server/src/database/local/server-program.ts";
import {
  type DatabaseFaultProxy,
  type HttpFaultProxy,
  startDatabaseFaultProxy,
  startHttpFaultProxy,
} from "../faults/fault-proxy.ts";
import { serverAccount } from "../faults/database-faults.ts";
import type { DevicePlan } from "../client/device.ts";
import { POISON_VILLAGE, type Work } from "../client/workload.ts";
import { type AccountToSignIn, furnish, type Tenant, TENANTS } from "../scene.ts";
import { ClientProcess } from "./clients.ts";
import { type ChaosDatabase, openDatabase } from "./database.ts";
import { type ChaosRedis, openRedis } from "./redis.ts";
import { addAdministrator, ChaosServer } from "./server.ts";

/** A server, the bad line before it, and the bad line from it to the database. */
export interface Entrance {
  readonly server: ChaosServer;
  readonly proxy: HttpFaultProxy;
  readonly behind: DatabaseFaultProxy;
}

/** Everything that runs: one database, some servers behind bad lines, processes with devices. */
export interface House extends AsyncDisposable {
  readonly folder: string;
  readonly database: ChaosDatabase;
  /** by which servers wake each other; nothing where they ask the database */
  readonly redis: ChaosRedis | undefined;
  readonly entrances: readonly Entrance[];
  readonly clients: readonly ClientProcess[];
  readonly tenants: readonly Tenant[];
  /** the accounts of the database that servers use */
  readonly serverAccounts: readonly string[];
}

export interface HousePlan {
  /** for everything that is kept */
  readonly folder: string;
  readonly flavour: Flavour;
  readonly durable: boolean;
  readonly withRedis: boolean;
  readonly work: Work;
  readonly servers: number;
  readonly devices: number;
  readonly processes: number;
  readonly seed: number;
  /** mean time between two batches of one device, ms */
  readonly everyMs: number;
  readonly say: (line: string) => void;
}

const ACCESS_SECONDS = 60;
const NO_LIMIT = "100000000";

export async function openHouse(plan: HousePlan): Promise<House> {
  await using stack = new AsyncDisposableStack();
  const { folder, say } = plan;
  await mkdir(folder, { recursive: true });
  say("Making a database …");
  const database = await openDatabase(plan);
  stack.defer(() => database.stop());
  await database.start();
  const databaseUrl = await serverAccount(database.url);
  const redis = plan.withRedis ? await openRedis(folder, say) : undefined;
  stack.defer(() => redis?.stop());
  await redis?.start();
  const env = serverEnvironment(plan, databaseUrl, redis?.url);
  say(`${database.name} runs. Starting ${plan.servers} server${plan.servers === 1 ? "" : "s"} …`);
  const administrators = new Map<string, string>();
  for (const { id } of TENANTS)
    administrators.set(id, await addAdministrator({ ...env, HEALTHBRIDGE_TENANT: id }, "root"));
  const entrances: Entrance[] = [];
  for (let at = 1; at <= plan.servers; at += 1) {
    const behind = stack.use(await startDatabaseFaultProxy({ url: env["DATABASE_URL"] ?? "" }));
    const server = new ChaosServer(`server ${at}`, { ...env, DATABASE_URL: behind.url });
    stack.defer(() => server.stop());
    await server.start();
    const proxy = stack.use(await startHttpFaultProxy({ target: { host: "127.0.0.1", port: server.port } }));
    entrances.push({ server, proxy, behind });
  }
  await refusePoison(database);
  say("Opening clinics and accounts …");
  const tenants = await Promise.all(
    TENANTS.map((tenant) =>
      furnish(`http://127.0.0.1:${entrances[0]?.server.port ?? 0}`, tenant, {
        login: "root",
        password: administrators.get(tenant.id) ?? "",
      }),
    ),
  );
  say(`Signing in ${plan.devices} devices …`);
  const clients = clientProcesses(plan, planDevices(plan, tenants, entrances));
  for (const client of clients) stack.defer(() => client.end());
  await Promise.all(clients.map((client) => client.start()));
  const owned = stack.move();
  const serverAccounts = [parseDatabaseUrl(databaseUrl).user];
  return {
    folder,
    database,
    redis,
    entrances,
    clients,
    tenants,
    serverAccounts,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function serverEnvironment(
  plan: HousePlan,
  databaseUrl: string,
  redisUrl: string | undefined,
): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: databaseUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    HEALTHBRIDGE_DATA: join(plan.folder, "server"),
    HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_TENANT: TENANTS[0]?.id ?? "",
    // Short, so that tokens run out in the middle of everything.
    HEALTHBRIDGE_ACCESS_SECONDS: String(ACCESS_SECONDS),
    HEALTHBRIDGE_ACCOUNT_RATE: NO_LIMIT,
    HEALTHBRIDGE_ADDRESS_RATE: NO_LIMIT,
    HEALTHBRIDGE_LOG: "error",
  };
}

/** A defect as the database sees one: a row it will not take, whatever the server thinks of it. */
async function refusePoison({ direct }: ChaosDatabase): Promise<void> {
  const connection = await createConnection({ ...direct });
  await connection.query(
    `ALTER TABLE patient ADD CONSTRAINT chaos_poison CHECK (village IS NULL OR village <> '${POISON_VILLAGE}')`,
  );
  await connection.end();
}

/** Clocks of devices, ms off: right, a little off, a day, ten years, both ways. */
const CLOCKS = [0, 90_000, -86_400_000, 86_400_000, -315_360_000_000, 315_360_000_000, -5_000];

/** Devices over the accounts in turns, so that accounts are shared by several of them. */
function planDevices(
  { devices: count, work }: HousePlan,
  tenants: readonly Tenant[],
  entrances: readonly Entrance[],
): readonly DevicePlan[] {
  const urls = entrances.map(({ proxy }) => proxy.url);
  const seats: Array<{ readonly tenant: Tenant; readonly account: AccountToSignIn }> = tenants.flatMap(
    (tenant) => tenant.accounts.map((account) => ({ tenant, account })),
  );
  const clinicsFirst = seats.filter(({ account }) => account.role === "staff");
  const order = [...seats, ...clinicsFirst, ...seats];
  return Array.from({ length: count }, (_, at) => {
    const seat = order[at % order.length];
    if (seat === undefined) throw new Error("there are no accounts");
    const { tenant, account } = seat;
    const foreign = tenants.filter((each) => each !== tenant).map(({ canary }) => canary);
    const clock = CLOCKS[at % CLOCKS.length] ?? 0;
    const { id, canary } = tenant;
    return {
      name: `d${at + 1}`,
      tenant: id,
      canary,
      foreign,
      account,
      urls,
      clock,
      work,
      socket: at % 3 !== 2,
    };
  });
}

function clientProcesses(plan: HousePlan, devices: readonly DevicePlan[]): readonly ClientProcess[] {
  return Array.from({ length: plan.processes }, (_, at) => {
    const own = devices.filter((_each, number) => number % plan.processes === at);
    const { seed, folder, everyMs } = plan;
    return new ClientProcess(`devices ${at + 1}`, { seed: seed + at, folder, devices: own, everyMs });
  });
}
