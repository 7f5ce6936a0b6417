import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type { App } from "./apps.ts";

/** Where the apps were built by `npm run apps`. */
export const EXAMPLES = join(import.meta.dirname, "../../../examples");

/**
 * The next release of an app beside the others as they are: the same source and one line more, by which it is known (`<html data-release="2">`).
 * @returns a folder to serve apps from; whoever asked for it removes it
 */
export async function nextRelease(app: App): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-release-"));
  await cp(EXAMPLES, folder, {
    recursive: true,
    filter: (path) => !/node_modules|[/\\](src|test|samples)$/.test(path.slice(EXAMPLES.length)),
  });
  const root = join(EXAMPLES, app);
  const main = join(root, "src/main.tsx");
  await build({
    configFile: join(root, "vite.config.ts"),
    configLoader: "native",
    mode: "production",
    logLevel: "error",
    build: { outDir: join(folder, app, "dist/app"), emptyOutDir: true },
    plugins: [
      {
        name: "the-next-release",
        enforce: "post",
        transform: (code, id) =>
          id === main ? `${code}\ndocument.documentElement.dataset.release = "2";\n` : undefined,
      },
    ],
  });
  return folder;
}
