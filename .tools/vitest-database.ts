/**
 * Starts the test database once, however many projects ask for it, and stops it after the last of them.
 * What it is and how it starts is the business of `tests/setup/database.ts`, which exports a global set-up
 * the way vitest wants it: `setup` (or a default function) that may answer with, or stand beside, a tear-down.
 */
import type { TestProject } from "vitest/node";

type Teardown = () => Promise<void> | void;
type Setup = (project: TestProject) => Promise<Teardown | void> | Teardown | void;
interface SetupModule {
  readonly setup?: Setup;
  readonly default?: Setup;
  readonly teardown?: Teardown;
}

interface SharedDatabase {
  users: number;
  started?: Promise<Teardown>;
}

declare global {
  // Held by the process, because every project loads its own copy of this file.
  var healthbridgeTestDatabase: SharedDatabase | undefined;
}

const shared: SharedDatabase = (globalThis.healthbridgeTestDatabase ??= { users: 0 });

export async function setup(project: TestProject): Promise<void> {
  shared.users += 1;
  shared.started ??= start(project);
  await shared.started;
}

export async function teardown(): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0) return;
  const stop = await shared.started;
  delete shared.started;
  await stop?.();
}

async function start(project: TestProject): Promise<Teardown> {
  const path = "../tests/setup/database.ts";
  const { setup: named, default: unnamed, teardown: stop } = (await import(path)) as SetupModule;
  const answer = await (named ?? unnamed)?.(project);
  return answer ?? stop ?? (() => undefined);
}
