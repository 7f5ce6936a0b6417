import type { EntityId } from "@healthbridge/schema";
import type { DatabasePool } from "../database/pool.ts";
import { read } from "../database/read.ts";

/** The handle of an account's own feed, in which every change of its rights stands; `undefined`: nobody has written to it yet. */
export async function ownFeedOf(
  pool: DatabasePool,
  tenant: string,
  account: EntityId,
): Promise<number | undefined> {
  const [row] = await read(pool, (reader) =>
    reader.query<{ handle: number }>("SELECT handle FROM feed WHERE tenant_id = ? AND name = ?", [
      tenant,
      `account:${account}`,
    ]),
  );
  return row?.handle;
}
