import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";
import { inTransaction } from "../database/transaction.ts";
import { CommandError } from "../command/command-error.ts";

/** Makes an organisation unless it is there. */
export async function makeTenant(pool: DatabasePool, tenant: string, name: string): Promise<void> {
  await inTransaction(pool, (tx) =>
    tx.write("INSERT INTO tenant (id, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE id = id", [tenant, name]),
  );
}

/**
 * A misspelt name must not make an organisation of its own.
 *
 * @throws CommandError
 */
export async function requireTenant(pool: DatabasePool, tenant: string): Promise<void> {
  const rows = await read(pool, (reader) =>
    reader.query<{ id: string }>("SELECT id FROM tenant ORDER BY id LIMIT 50"),
  );
  const ids = rows.map(({ id }) => id);
  if (ids.includes(tenant)) return;
  const known = ids.length === 0 ? "There is none yet" : `There are: ${ids.join(", ")}`;
  throw new CommandError(
    `There is no organisation ${tenant}. ${known}. To make it, add --new-tenant "its name".`,
  );
}
