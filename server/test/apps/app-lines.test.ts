import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appLines } from "../../src/apps/app-lines.ts";
import { foundApps } from "../../src/apps/found-apps.ts";
import { startPage } from "../../src/apps/start-page.ts";
import { folderOfApps } from "./built-app.ts";

const URL = "http://127.0.0.1:8080";

test("apps are found where the settings say, as they were copied there or as this repository builds them", async () => {
  const apps = await folderOfApps();
  const built = join(apps, "doctor/dist/app");
  await mkdir(built, { recursive: true });
  await writeFile(join(built, "index.html"), "");
  await mkdir(join(apps, "clinic"));
  // What an app is built from has a page too.
  for (const name of ["clinic", "doctor"])
    for (const file of ["index.html", "vite.config.ts"]) await writeFile(join(apps, name, file), "");
  expect(foundApps({ apps, demo: false })).toEqual([
    { name: "patient", folder: join(apps, "patient") },
    { name: "doctor", folder: built },
  ]);
});

test("outside the demo no app is served unless the settings say where it is", () => {
  expect(foundApps({ apps: undefined, demo: false })).toEqual([]);
  expect(appLines({ apps: undefined, demo: false }, URL)).toEqual([]);
});

test("whoever starts the demo is told where each app is and with whom to sign in; passwords are told in the demo alone", async () => {
  const apps = await folderOfApps();
  expect(appLines({ apps, demo: true }, URL)).toEqual([
    "  http://127.0.0.1:8080/patient/   sign in as patient, three-goats-cross-the-ford",
  ]);
  expect(appLines({ apps, demo: false }, URL)).toEqual(["  http://127.0.0.1:8080/patient/"]);
});

test("a demo whose apps are not built says what to do", async () => {
  const apps = join(await folderOfApps(), "patient");
  expect(appLines({ apps, demo: true }, URL)).toEqual(["The apps are not built: npm start builds them."]);
  expect(await (await startPage([]).request("/")).text()).toContain("npm start");
});

test("the demo's first page leads to the apps that there are, and runs nothing", async () => {
  const answer = await startPage(["patient", "doctor"]).request("/");
  const text = await answer.text();
  expect(text).toContain('href="/patient/"');
  expect(text).toContain('href="/doctor/"');
  expect(text).not.toContain('href="/clinic/"');
  expect(text).not.toMatch(/<script|<style|style=/);
  expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  expect((await startPage([]).request("/demo/start.css")).status).toBe(200);
});
