/** What the apps cost on a 2G line, and how soon they can be used. `npm run bench -- apps` measures the same. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { APPS } from "./support/apps.ts";
import { measureApp, SHELL_BOUND_MS, tellFigures } from "./support/figures.ts";
import { Device } from "./support/device.ts";
import { PatientApp } from "./support/patient.ts";
import { openSite, type Site } from "./support/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

/** What issue 6 allows for the patient's app in all: here with every head of every packet and answer. */
const FIRST_VISIT_BYTES = 60_000;

test("whoever only looks at the patient's first screen pays at most 60 kB, once and for all; the rest comes with who signs in", async () => {
  await using device = await Device.open(site);
  const before = device.line.bytes();
  const app = new PatientApp(await device.open("patient"));
  await device.startsOffline(app.page);
  await app.page.waitForLoadState("networkidle");
  const { up, down } = device.line.bytes();
  const bytes = down.bytes - before.down.bytes;
  console.log(`first visit: ${String(bytes)} bytes down, ${String(up.bytes - before.up.bytes)} up`);
  expect(bytes).toBeLessThanOrEqual(FIRST_VISIT_BYTES);
  const { kept, all } = await device.filesKept(app.page);
  console.log(`${String(kept)} of ${String(all)} files kept`);
  expect(kept).toBeLessThan(all / 2);

  await app.enter("patient");
  await device.offlineReady(app.page);
  // What nobody has opened yet opens without a network.
  await device.airplaneMode(true);
  await app.goTo("Find");
  await app.page.getByRole("button", { name: "Change place" }).waitFor();
  await app.goTo("More");
  await app.page.getByRole("link", { name: "You and your family" }).click();
  await app.page.getByRole("heading", { name: "You and your family" }).waitFor();
  expect(device.complaints).toEqual([]);
});

test.each(APPS)(
  "the %s app, opened again on a 2G line, can be used in under a second",
  async (app) => {
    const figures = await measureApp(site, app);
    console.log(tellFigures(figures));
    expect(figures.again.medianShellMs).toBeLessThan(SHELL_BOUND_MS);
  },
  240_000,
);
