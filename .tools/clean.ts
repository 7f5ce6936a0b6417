/** Removes what a build leaves behind, so that nothing of a deleted source lives on in `dist`. */
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
for (const folder of globSync(["schema/dist", "server/dist", "client-sdk/dist", "examples/*/dist"], {
  cwd: root,
})) {
  rmSync(join(root, folder), { recursive: true, force: true });
}
