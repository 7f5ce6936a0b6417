/**
 * Installs the project's packages when that is needed, and says so; otherwise silent and fast.
 *
 * Plain JavaScript without dependencies, because it is the one file that runs before anything is installed,
 * on whatever Node the machine has (20 or newer).
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockFile = join(root, "package-lock.json");
const stampFile = join(root, "node_modules", ".healthbridge-installed");
const installedList = join(root, "node_modules", ".package-lock.json");
const runtimes = ["node", "node.exe"].map((name) => join(root, "node_modules", "node", "bin", name));

const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
if (!isStamped()) {
  if (!matchesLockFile()) install();
  writeFileSync(stampFile, wanted);
}

/** The last install here was of this very lock file. */
function isStamped() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted && hasRuntime();
}

/** Node 24 comes as a package whose install script fetches it: without it nothing else here runs. */
function hasRuntime() {
  return runtimes.some((path) => existsSync(path));
}

/** Somebody ran `npm install` by hand and everything is in place: no reason to install again. */
function matchesLockFile() {
  if (!existsSync(installedList) || !hasRuntime()) return false;
  const want = packagesOf(lockFile);
  const have = packagesOf(installedList);
  return Object.entries(want).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) return true;
    const found = have[path];
    if (found === undefined)
      return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && found.link === entry.link;
  });
}

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} Entry
 * @param {string} file a lock file of npm
 * @returns {Record<string, Entry>}
 */
function packagesOf(file) {
  try {
    const content = /** @type {{ packages?: Record<string, Entry> }} */ (
      JSON.parse(readFileSync(file, "utf8"))
    );
    return content.packages ?? {};
  } catch {
    return {};
  }
}

function install() {
  console.log("Installing the project's packages (about half a minute; only when they changed) ...");
  const options = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env["npm_execpath"];
  const result =
    npm !== undefined && /\.[cm]?js$/.test(npm)
      ? spawnSync(process.execPath, [npm, ...options], { cwd: root, encoding: "utf8" })
      : spawnSync("npm", options, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
  if (result.status !== 0) fail(reasonOf(result));
  if (!hasRuntime())
    fail("Node 24 was not fetched; are install scripts switched off (npm config get ignore-scripts)?");
}

/** @param {import("node:child_process").SpawnSyncReturns<string>} result */
function reasonOf(result) {
  if (result.error !== undefined) return `npm could not be started: ${result.error.message}`;
  const lines = `${result.stderr}\n${result.stdout}`
    .split("\n")
    .map((line) => line.replace(/^npm (error|ERR!) ?/, ""));
  const said = lines.filter((line) => line.trim() !== "" && !line.startsWith("A complete log"));
  return said.slice(0, 3).join("; ") || `npm ended with ${result.signal ?? result.status}`;
}

/**
 * @param {string} reason
 * @returns {never}
 */
function fail(reason) {
  console.error(
    `Could not install the project's packages: ${reason}. A network is needed once; then run the same command again.`,
  );
  process.exit(1);
}
