import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const WORTH = /\.(html|js|css|svg|webmanifest|json|txt)$/;

/** Packs every file that is worth it, once and well, so that the server need not; and says what each weighs. */
export function packedFiles(): Plugin {
  let folder = "";
  let isWritten = false;
  let say = (_line: string): void => undefined;
  return {
    name: "healthbridge:packed-files",
    apply: "build",
    configResolved({ root, logger, build: { outDir } }) {
      folder = resolve(root, outDir);
      say = (line) => logger.info(line);
    },
    writeBundle() {
      isWritten = true;
    },
    async closeBundle() {
      // Otherwise nothing was built, and whoever builds is told why.
      if (!isWritten) return;
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && WORTH.test(entry.name));
      const lines: Array<readonly [name: string, bytes: number]> = [];
      for (const entry of files) {
        const path = join(entry.parentPath, entry.name);
        const content = await readFile(path);
        const packed = gzipSync(content, { level: 9 });
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        await writeFile(`${path}.gz`, packed);
        await writeFile(`${path}.br`, brotliCompressSync(content, { params }));
        lines.push([relative(folder, path), packed.length]);
      }
      const total = lines.reduce((sum, [, bytes]) => sum + bytes, 0);
      for (const [name, bytes] of [
        ...lines.toSorted(([one], [other]) => (one < other ? -1 : 1)),
        ["in all", total] as const,
      ])
        say(`${(bytes / 1000).toFixed(1).padStart(7)} kB gzip  ${name}`);
    },
  };
}
