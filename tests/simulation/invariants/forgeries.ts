import { FORGED } from "../adversary.ts";
import type { World } from "../world/world.ts";

/** I13: what somebody asked for who may not is nowhere. */
export function checkForgeries(world: World): void {
  for (const table of ["appointment", "patient", "account", "day_sheet", "message"])
    for (const row of world.database.rows(table))
      if (
        JSON.stringify(row, (_key, value: unknown) =>
          typeof value === "bigint" ? String(value) : value,
        ).includes(FORGED)
      )
        world.violated("I13", `a forgery stands in ${table} ${String(row["id"])}`);
  const disabled = world.database.rows("account").find((row) => row["status"] !== "active");
  if (disabled !== undefined) world.violated("I13", `somebody disabled ${String(disabled["login"])}`);
}
