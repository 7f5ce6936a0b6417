import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeAttachmentFolder } from "../../src/attachments/open-attachments.ts";

test("a folder of attachments that cannot be made stops the start, with the setting that names another", async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), "healthbridge-folder-"));
  onTestFinished(() => rm(dataFolder, { recursive: true, force: true }));
  const path = join(dataFolder, "file");
  await writeFile(path, "");
  const named = makeAttachmentFolder({ attachments: { kind: "folder", path }, dataFolder });
  await expect(named).rejects.toThrow(/cannot be used \(EEXIST\)\. HEALTHBRIDGE_ATTACHMENTS/);
  const ours = makeAttachmentFolder({ attachments: undefined, dataFolder: path });
  await expect(ours).rejects.toThrow(/cannot be used \(ENOTDIR\)\. HEALTHBRIDGE_DATA/);
  await makeAttachmentFolder({ attachments: undefined, dataFolder });
  expect((await stat(join(dataFolder, "attachments"))).isDirectory()).toBe(true);
});
