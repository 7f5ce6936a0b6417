import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium } from "playwright-core";
import { lastLines, runProgram } from "../../server/src/database/local/run-program.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PLACES = [
  ...(process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ...NAMES.map((name) => join("/usr/bin", name)),
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const ADVICE =
  "Install Chromium (Debian: apt-get install chromium) or name one in CHROMIUM_PATH, then run this test again";

/** No network of its own, no window, nothing that a build machine lacks. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
];

/** A running browser whose profile outlives it. */
export interface RunningChromium {
  readonly browser: Browser;
  /** SIGKILL for every process of the browser; resolves when it is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Where Chromium is on this machine. On Debian it is installed where it is missing, if we may. */
export async function findChromium(): Promise<string> {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined && named !== "") return named;
  const found = PLACES.find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) {
    throw new Error(`There is no Chromium on this machine. ${ADVICE}.`);
  }
  console.log("Installing Debian's chromium for the browser tests (about 100 MB, once).");
  // Somebody else may be installing something this moment.
  const patience = ["-o", "DPkg::Lock::Timeout=300"];
  const install = ["apt-get", ...patience, "install", "--yes", "--no-install-recommends", "chromium"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  let result = await runProgram(install, { env });
  if (result.code !== 0) {
    // A fresh machine has not read the list of packages yet.
    await runProgram(["apt-get", "update"], { env });
    result = await runProgram(install, { env });
  }
  const installed = PLACES.find((path) => existsSync(path));
  if (result.code === 0 && installed !== undefined) return installed;
  throw new Error(`Debian's chromium could not be installed. ${ADVICE}. ${lastLines(result.output, 3)}`);
}

/** Starts Chromium on a profile folder; the same folder again is the same user's browser again. */
export async function startChromium(profile: string): Promise<RunningChromium> {
  const path = await findChromium();
  // A process group of its own, so that the whole of it can be killed at once.
  const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exit = once(child, "exit");
  const kill = async (): Promise<void> => {
    killGroup(child);
    await exit;
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggingAddress(child));
    return {
      browser,
      kill,
      async close() {
        const session = await browser.newBrowserCDPSession();
        // It answers, or is gone before it could.
        await session.send("Browser.close").catch(() => undefined);
        await exit;
        killGroup(child);
      },
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (child.stderr === null) throw new Error("Chromium was started without its output.");
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    // Unread output would stop the browser some day.
    child.stderr.resume();
    return address;
  }
  throw new Error(`Chromium ended before it was ready: ${said.slice(-3).join("; ")}`);
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}
