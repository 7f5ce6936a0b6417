import type { StatementFault, StatementInfo } from "../database/model-database.ts";
import { POISON } from "../world/base.ts";
import { type Scene, SECOND_MS } from "./scene.ts";

/** What goes wrong with statements on their way to the database and back. */
export class StatementFaults {
  readonly #scene: Scene;
  /** the database refuses writes until then */
  #readOnlyUntil = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  refuseWrites(): void {
    const { world, random } = this.#scene;
    this.#readOnlyUntil = world.time.elapsed() + random.between(1, 20) * SECOND_MS;
  }

  of({ kind, owner, sql, values }: StatementInfo): StatementFault | undefined {
    const { world, random } = this.#scene;
    const { servers, time } = world;
    // Whoever sets a database back sees to it that nothing comes between.
    if (owner === "operator") return undefined;
    const stands = servers.find(({ name }) => name === owner)?.standsFor ?? 0;
    if (stands > 0) return { fault: "delay", ms: stands };
    if (time.elapsed() < this.#readOnlyUntil && (kind === "write" || kind === "commit"))
      return { fault: "read-only" };
    if (world.on("poison") && isPoisoned(sql, values)) return { fault: "refused-value" };
    if (world.on("commit-lost") && kind === "commit" && random.percent(12))
      return { fault: random.percent(50) ? "lost-after" : "lost-before" };
    if (world.on("statement-lost") && random() < 0.005)
      return { fault: random.percent(50) ? "lost-after" : "lost-before" };
    if (world.on("deadlock") && (kind === "write" || kind === "commit") && random() < 0.01)
      return { fault: "deadlock" };
    if (world.on("lock-timeout") && kind === "write" && random() < 0.01) return { fault: "lock-timeout" };
    if (world.on("slow-database") && random.percent(20)) return { fault: "delay", ms: random.between(1, 60) };
    return undefined;
  }
}

/** A patient whose card no table takes, however often it is tried. */
function isPoisoned(sql: string, values: readonly unknown[]): boolean {
  return sql.includes("`patient`") && sql.startsWith("INSERT") && JSON.stringify(values).includes(POISON);
}
