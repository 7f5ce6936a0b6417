import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";

/** The apps there can be; each is served below its own name. */
export const APP_NAMES = ["patient", "clinic", "doctor"] as const;
export type AppName = (typeof APP_NAMES)[number];

/** An app that was built. */
export interface FoundApp {
  readonly name: AppName;
  /** the folder with its `index.html` */
  readonly folder: string;
}

/** Where this repository's own apps are, for the demo. */
const EXAMPLES = join(import.meta.dirname, "../../../examples");
/** Where an app's files are in its folder: as this repository builds them, or as they were copied there. */
const INSIDE = ["dist/app", ""];
/** An `index.html` beside it is what an app is built from: nothing that a browser understands. */
const SOURCE = "vite.config.ts";

/** The built apps in the folder of the settings; in the demo those of this repository. None, where nothing says where they are. */
export function foundApps({ apps, demo }: Pick<Config, "apps" | "demo">): readonly FoundApp[] {
  const root = apps ?? (demo ? EXAMPLES : undefined);
  if (root === undefined) return [];
  return APP_NAMES.flatMap((name) => {
    const folder = INSIDE.map((inside) => join(root, name, inside)).find(
      (each) => existsSync(join(each, "index.html")) && !existsSync(join(each, SOURCE)),
    );
    return folder === undefined ? [] : [{ name, folder }];
  });
}
