/** A new release of an app comes while work is queued: it waits to be wanted, takes over with everything that was kept, and nothing is sent twice. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCREENS } from "./support/apps.ts";
import { EXAMPLES, nextRelease } from "./support/builds.ts";
import { Device } from "./support/device.ts";
import { PatientApp } from "./support/patient.ts";
import { openSite, type Site } from "./support/site.ts";

let site: Site;
let release: string;
beforeAll(async () => {
  [site, release] = await Promise.all([openSite(), nextRelease("patient")]);
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await rm(release, { recursive: true, force: true });
});

test("a release that comes while a request waits", async ({ task }) => {
  const reason = `update: an ear${"!".repeat(task.result?.retryCount ?? 0)}`;
  await site.release(EXAMPLES);
  await using device = await Device.open(site);
  const app = new PatientApp(await device.open("patient"));
  await app.enter("patient");
  await app.lookAtDoctor(site.doctor);
  await device.offlineReady(app.page);
  // The app's own files can be had, and nobody answers for the data.
  let attempts = 0;
  await app.page.route("**/v1/sync", async (route) => {
    attempts += 1;
    await route.abort();
  });
  const time = await app.ask(3, reason);
  await app.certaintyBecomes(time, "Waiting to be sent");

  await site.release(release);
  await app.page.reload();
  await app.unlock();
  await app.lookForRelease();
  await app.page.getByText("A new version of the app is here").waitFor();
  expect(await app.release()).toBe("1");
  await app.certaintyBecomes(time, "Waiting to be sent");

  await app.page.getByRole("button", { name: "Use it now" }).click();
  await app.page.locator('html[data-release="2"]').waitFor();
  await app.unlock();
  await app.certaintyBecomes(time, "Waiting to be sent");
  // Once when it was asked for, at each start, and after pauses that grow: a browser with a network must not wake it for each that fails.
  expect(attempts).toBeLessThan(20);
  await app.page.unroute("**/v1/sync");
  await app.certaintyBecomes(time, "Booked");
  expect(await site.appointments(reason)).toHaveLength(1);

  // And it is what starts without a network from now on.
  await device.airplaneMode(true);
  const offline = new PatientApp(await device.open("patient"));
  await offline.unlock();
  expect(await offline.release()).toBe("2");
});

test("a release that comes while the app is locked: it is offered there, and moves nothing under the hand that types", async () => {
  await site.release(EXAMPLES);
  await using device = await Device.open(site);
  const app = new PatientApp(await device.open("patient"));
  await app.enter("patient");
  await device.offlineReady(app.page);
  await app.lock("patient");
  await site.release(release);
  const pin = app.page.getByLabel(/^PIN of /);
  const key = app.page.getByRole("button", { name: "5", exact: true });
  await pin.fill("7392");
  const place = await key.boundingBox();
  await app.lookForRelease();
  await app.page.getByText("A new version of the app is here").waitFor();
  expect([await app.release(), await pin.inputValue(), await key.boundingBox()]).toEqual([
    "1",
    "7392",
    place,
  ]);

  const offer = app.page.getByRole("button", { name: "Use it now" });
  const { y = 0, height = 0 } = (await offer.boundingBox()) ?? {};
  expect(y + height).toBeLessThanOrEqual(SCREENS.patient.height);
  await offer.click();
  await app.page.locator('html[data-release="2"]').waitFor();
  await app.unlock();
});
