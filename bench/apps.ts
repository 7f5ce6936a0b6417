import { join } from "node:path";
import { runProgram } from "../server/src/database/local/run-program.ts";
import { type LineQuality, TWO_G } from "../tests/chaos/faults/bad-line.ts";
import { APPS } from "../tests/browser/support/apps.ts";
import { type AppFigures, measureApp, tellFigures } from "../tests/browser/support/figures.ts";
import { openSite } from "../tests/browser/support/site.ts";
import { openDatabase } from "./stage.ts";

const BUILD = join(import.meta.dirname, "../.tools/build-apps.ts");

export interface AppsResult {
  readonly line: LineQuality;
  readonly apps: readonly AppFigures[];
}

/** Loads each app in a real Chromium over a 2G line: for the first time on a new device, and again from what the device kept. */
export async function measureApps(say: (line: string) => void, times: number): Promise<AppsResult> {
  const built = await runProgram([process.execPath, BUILD]);
  if (built.code !== 0) throw new Error(`The apps could not be built: ${built.output}`);
  await using stack = new AsyncDisposableStack();
  const { databaseUrl } = await openDatabase(say, stack);
  const site = stack.use(await openSite(databaseUrl));
  const apps: AppFigures[] = [];
  for (const app of APPS) {
    const figures = await measureApp(site, app, times);
    say(tellFigures(figures));
    apps.push(figures);
  }
  return { line: TWO_G, apps };
}
