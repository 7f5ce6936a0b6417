import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { build, type Plugin, type UserConfig } from "vite";

/** One file an app is made of, as the service worker of the SDK takes it. */
interface Asset {
  readonly url: string;
  readonly revision?: string;
  readonly integrity?: string;
}

const LIST = "@healthbridge/example-design/assets";

/** Builds the app's `src/sw.ts` into one script beside its page, and puts the list of all files of the app in place of `@healthbridge/example-design/assets`. */
export function serviceWorker(app: string, root: string, shared: UserConfig): Plugin {
  const entry = join(root, "src/sw.ts");
  let folder = "";
  return {
    name: "healthbridge:service-worker",
    apply: "build",
    configResolved({ build: { outDir } }) {
      folder = resolve(root, outDir);
    },
    async writeBundle() {
      if (!existsSync(entry)) return;
      const assets = await assetsIn(folder, `/${app}/`);
      await build({
        ...shared,
        configFile: false,
        root,
        logLevel: "warn",
        publicDir: false,
        plugins: [listOfAssets(assets)],
        build: {
          outDir: folder,
          emptyOutDir: false,
          target: ["chrome119", "firefox124", "safari17.4"],
          reportCompressedSize: false,
          lib: { entry, formats: ["iife"], name: "worker", fileName: () => "sw.js" },
        },
      });
    },
  };
}

function listOfAssets(assets: readonly Asset[]): Plugin {
  return {
    name: "healthbridge:assets",
    enforce: "pre",
    resolveId: (id) => (id === LIST ? `\0${LIST}` : undefined),
    load: (id) => (id === `\0${LIST}` ? `export const assets = ${JSON.stringify(assets)};` : undefined),
  };
}

/** Every file of the app, the page first; what is not named by its content carries a revision, and what that is to be. */
async function assetsIn(folder: string, base: string): Promise<readonly Asset[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !/\.(gz|br|map)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    // Icons are for whoever installs it, which needs a network anyway.
    .filter((path) => !/^icon-|^manifest\.|^sw\.js$/.test(path))
    .toSorted(
      (one, other) => Number(other === "index.html") - Number(one === "index.html") || (one < other ? -1 : 1),
    );
  return Promise.all(
    paths.map(async (path) => {
      if (path.startsWith("assets/")) return { url: base + path };
      const content = await readFile(join(folder, path));
      const digest = createHash("sha256").update(content).digest();
      const integrity = `sha256-${digest.toString("base64")}`;
      return { url: base + path, revision: digest.toString("hex").slice(0, 12), integrity };
    }),
  );
}
