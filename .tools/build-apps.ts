/**
 * Builds the apps whose sources have changed since they were built last, and says so; quick and silent when nothing has. Part of `npm start` and of the tests that
 * open an app.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "..");
const APPS = ["patient", "clinic", "doctor"];
/** What every app is made of besides its own folder. */
const SHARED = ["schema/src/**", "client-sdk/src/**", "examples/design/{src,vite}/**", "package-lock.json"];

/**
 * Builds what has changed.
 * @param root the repository's folder
 * @throws Error with the reason; the app as it was is still there
 */
export async function buildApps(say: (line: string) => void, root = ROOT): Promise<void> {
  for (const app of APPS) {
    const folder = join(root, "examples", app);
    const stampFile = join(folder, "dist/app.stamp");
    const wanted = fingerprint(root, app);
    if (existsSync(join(folder, "dist/app/index.html")) && isStamped(stampFile, wanted)) continue;
    const began = Date.now();
    say(`Building the ${app} app (only when its sources changed) ...`);
    await buildApp(folder);
    writeFileSync(stampFile, wanted);
    say(
      `Built the ${app} app in ${((Date.now() - began) / 1000).toFixed(1)} s: ${packedSize(folder)} kB gzip in all.`,
    );
  }
}

/** Beside the app that is there, and in its place once it is whole. */
async function buildApp(folder: string): Promise<void> {
  const { build } = await import("vite"); // not needed where nothing has changed
  const made = join(folder, `dist/app-${String(process.pid)}`);
  const place = join(folder, "dist/app");
  try {
    await build({
      configFile: join(folder, "vite.config.ts"),
      configLoader: "native",
      mode: "production",
      logLevel: "error", // warnings are for whoever works on the app: `vite build` in its folder shows them
      build: { outDir: made },
    });
    rmSync(place, { recursive: true, force: true });
    renameSync(made, place);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** What a phone fetches that fetches everything. */
function packedSize(folder: string): string {
  const packed = globSync("dist/app/**/*.gz", { cwd: folder });
  return (packed.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 1000).toFixed(1);
}

function fingerprint(root: string, app: string): string {
  const own = [`examples/${app}/{src,public}/**`, `examples/${app}/{index.html,vite.config.ts,package.json}`];
  const files = globSync([...SHARED, ...own], { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

function isStamped(file: string, wanted: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8") === wanted;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await buildApps((line) => console.log(line));
  } catch (error) {
    console.error(`The apps could not be built: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
