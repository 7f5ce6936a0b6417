import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { brotliCompressSync, gzipSync } from "node:zlib";

export const SCRIPT = `console.log("${"an app ".repeat(100)}");`;

/** A folder of apps with one in it, `patient`, as a build leaves it; gone after the test. */
export async function folderOfApps(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "hb-apps-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writeFile(join(root, "secret.txt"), "nobody's business");
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "index.html": "<!doctype html><title>patient</title>",
    "sw.js": "self.skip",
    "manifest.webmanifest": "{}",
    "icon.svg": "<svg/>",
    "assets/main-Ab12.js": SCRIPT,
    "assets/main-Ab12.js.gz": gzipSync(SCRIPT),
    "assets/main-Ab12.js.br": brotliCompressSync(SCRIPT),
    "assets/plain-Cd34.css": "a{color:red}",
    ".stamp": "not for anybody",
    "notes.md": "not for anybody",
  };
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, "patient", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return root;
}
