import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { build, type Plugin, type Rolldown, type UserConfig } from "vite";

/** One file an app is made of, as the service worker of the SDK takes it. */
interface Asset {
  readonly url: string;
  readonly revision?: string;
  readonly integrity?: string;
  readonly later?: true;
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
    async writeBundle(_, bundle) {
      if (!existsSync(entry)) return;
      const assets = await assetsIn(folder, `/${app}/`, firstOf(bundle));
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

/** What the page begins with: its script and what that imports, with their styles. Everything else is imported later. */
function firstOf(bundle: Rolldown.OutputBundle): ReadonlySet<string> {
  const first = new Set<string>();
  const visit = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || first.has(name)) return;
    first.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) first.add(css);
    for (const each of chunk.imports) visit(each);
  };
  for (const [name, output] of Object.entries(bundle))
    if (output.type === "chunk" && output.isEntry) visit(name);
  return first;
}

/**
 * Every file of the app, the page first, and what is for later from the smallest to the largest: most screens soon, documents last. What is not named by its content carries a revision, and
 * what that is to be.
 */
async function assetsIn(folder: string, base: string, first: ReadonlySet<string>): Promise<readonly Asset[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !/\.(gz|br|map)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    // Icons are for whoever installs it, which needs a network anyway.
    .filter((path) => !/^icon-|^manifest\.|^sw\.js$/.test(path))
    .toSorted(
      (one, other) => Number(other === "index.html") - Number(one === "index.html") || (one < other ? -1 : 1),
    );
  const named = paths.filter((path) => path.startsWith("assets/"));
  const sizes = await Promise.all(
    named
      .filter((path) => !first.has(path))
      .map(async (path) => [path, (await stat(join(folder, path))).size] as const),
  );
  return [
    ...(await Promise.all(
      paths.filter((path) => !path.startsWith("assets/")).map((path) => unnamed(folder, base, path)),
    )),
    ...named.filter((path) => first.has(path)).map((path) => ({ url: base + path })),
    ...sizes
      .toSorted(([, one], [, other]) => one - other)
      .map(([path]) => ({ url: base + path, later: true }) as const),
  ];
}

async function unnamed(folder: string, base: string, path: string): Promise<Asset> {
  const content = await readFile(join(folder, path));
  const digest = createHash("sha256").update(content).digest();
  const integrity = `sha256-${digest.toString("base64")}`;
  return { url: base + path, revision: digest.toString("hex").slice(0, 12), integrity };
}
