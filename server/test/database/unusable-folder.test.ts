import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startLocalServer } from "../../src/database/local-server.ts";

test("a data folder that cannot be made is named, with the setting that names another", async () => {
  const folder = await mkdtemp(join(tmpdir(), "healthbridge-folder-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "file");
  await writeFile(file, "");
  for (const dataFolder of [file, join(file, "below")]) {
    const start = startLocalServer({ dataFolder, say: () => undefined });
    await expect(start).rejects.toMatchObject({
      code: "unusable_folder",
      message: expect.stringMatching(/cannot be used \((EEXIST|ENOTDIR)\)\. HEALTHBRIDGE_DATA/) as unknown,
    });
  }
});
