import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createDatabase } from "../../../tests/setup/fresh-database.ts";
import { type Program, start, until } from "../../../tests/setup/process.ts";

export const MAIN = "server/src/main.ts";

/** The command `--nodes`, running. */
export interface Nodes {
  readonly program: Program;
  readonly url: string;
  readonly folder: string;
  /** what its settings were */
  readonly environment: Readonly<Record<string, string>>;
}

/** The command, once it is ready. */
export async function startNodes(
  words: readonly string[],
  more: Record<string, string> = {},
): Promise<Nodes> {
  const database = await createDatabase({ migrated: false });
  const folder = await mkdtemp(join(tmpdir(), "hb-nodes-"));
  const environment = {
    PORT: "0",
    DATABASE_URL: database.url,
    HEALTHBRIDGE_DATA: folder,
    HEALTHBRIDGE_KEYS: `k1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_LOG: "warn",
    ...more,
  };
  const program = start(MAIN, words, environment);
  onTestFinished(async () => {
    program.kill("SIGKILL");
    await program.ended;
    await rm(folder, { recursive: true, force: true });
    await database[Symbol.asyncDispose]();
  });
  const url = await until("the nodes to be ready", () => {
    if (!program.running()) throw new Error(program.said());
    return /^Ready at (\S+)/m.exec(program.said())?.[1];
  });
  return { program, url, folder, environment };
}

/** Redis's process number, the last that was said. */
export function pidOfRedis({ program }: Nodes): number {
  return Number([...program.said().matchAll(/Redis is (?:back \()?process (\d+)/g)].at(-1)?.[1] ?? 0);
}

/** Process numbers of the nodes that were said to run, the last of each. */
export function pidsOf({ program }: Nodes): readonly number[] {
  return ["1", "2"].map((name) => {
    const found = [...program.said().matchAll(new RegExp(`Node ${name} is (?:back: )?process (\\d+)`, "g"))];
    return Number(found.at(-1)?.[1] ?? 0);
  });
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
