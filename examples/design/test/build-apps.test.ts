import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildApps } from "../../../.tools/build-apps.ts";

/** A repository with three apps of one file each. */
async function repository() {
  const root = await mkdtemp(join(tmpdir(), "hb-repository-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const app of ["patient", "clinic", "doctor"]) {
    await write(`examples/${app}/vite.config.ts`, "export default { root: import.meta.dirname };");
    await write(`examples/${app}/index.html`, '<script type="module" src="/src/main.ts"></script>');
    await write(`examples/${app}/src/main.ts`, `document.title = "${app}";`);
  }
  await write("client-sdk/src/index.ts", "export {};");
  await write("package-lock.json", "{}");
  const build = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    await buildApps((line) => lines.push(line), root);
    return lines.map((line) => / the (\w+) app/.exec(line)?.[1] ?? line);
  };
  const built = (app: string): Promise<string> =>
    readFile(join(root, `examples/${app}/dist/app/index.html`), "utf8");
  return { root, write, build, built };
}

test("apps are built once, and again only when something they are made of has changed", async () => {
  const { write, build, built } = await repository();
  expect(new Set(await build())).toEqual(new Set(["patient", "clinic", "doctor"]));
  expect(await built("patient")).toContain("<script");
  expect(await build()).toEqual([]);
  await write("examples/clinic/src/main.ts", 'document.title = "clinic, newer";');
  expect(new Set(await build())).toEqual(new Set(["clinic"]));
  await write("client-sdk/src/index.ts", "export const newer = true;");
  expect(new Set(await build())).toEqual(new Set(["patient", "clinic", "doctor"]));
}, 60_000);

test("an app that cannot be built says why, stays as it was, and is tried again", async () => {
  const { root, write, build, built } = await repository();
  await build();
  const before = await built("doctor");
  await write("examples/doctor/src/main.ts", "import './nowhere.ts';");
  await expect(build()).rejects.toThrow("./nowhere.ts");
  expect(await built("doctor")).toBe(before);
  await expect(build()).rejects.toThrow("./nowhere.ts");
  const left = await stat(join(root, `examples/doctor/dist/app-${String(process.pid)}`)).catch(
    () => "nothing",
  );
  expect(left).toBe("nothing");
}, 60_000);

test("an app that somebody has deleted is built again", async () => {
  const { root, build } = await repository();
  await build();
  await rm(join(root, "examples/patient/dist/app"), { recursive: true });
  expect(new Set(await build())).toEqual(new Set(["patient"]));
}, 60_000);
