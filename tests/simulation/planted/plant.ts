import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { PLANTS } from "./plants.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** From now on the named bug stands in the product's file when that is loaded, in this thread only. The files themselves stay as they are. */
export function plantBug(name: string): void {
  const plant = PLANTS.find((each) => each.name === name);
  if (plant === undefined) throw new Error(`No planted bug is called ${name}.`);
  const place = pathToFileURL(join(ROOT, plant.file)).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== place) return loaded;
      const source = readFileSync(fileURLToPath(url), "utf8");
      return { ...loaded, source: planted(source, plant) };
    },
  });
}

/** The source with the bug in it. The line it replaces must be there exactly once, so that no plant can wither unseen. */
export function planted(source: string, { name, find, put }: (typeof PLANTS)[number]): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`The bug ${name} finds its place ${parts.length - 1} times: ${find}`);
  return parts.join(put);
}
