/** A new release of an app comes while work is queued: it waits to be wanted, takes over with everything that was kept, and nothing is sent twice. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nextRelease } from "./support/builds.ts";
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

test("a release that comes while a request waits", async () => {
  await using device = await Device.open(site);
  const app = new PatientApp(await device.open("patient"));
  await app.enter("patient");
  await app.lookAtDoctor(site.doctor);
  await device.offlineReady(app.page);
  // The app's own files can be had, and nobody answers for the data.
  await app.page.route("**/v1/**", (route) => route.abort());
  const time = await app.ask(3, "update: an ear");
  await app.certaintyBecomes(time, "Waiting to be sent");

  await site.release(release);
  await app.page.reload();
  await app.unlock();
  // What the browser does by itself some time after a page was opened, and the app once a day.
  await app.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update();
  });
  await app.page.getByText("A new version of the app is here").waitFor();
  expect(await app.release()).toBe("1");
  await app.certaintyBecomes(time, "Waiting to be sent");

  await app.page.getByRole("button", { name: "Use it now" }).click();
  await app.page.locator('html[data-release="2"]').waitFor();
  await app.unlock();
  await app.certaintyBecomes(time, "Waiting to be sent");
  await app.page.unroute("**/v1/**");
  await app.certaintyBecomes(time, "Booked");
  expect(await site.appointments("update: an ear")).toHaveLength(1);

  // And it is what starts without a network from now on.
  await device.airplaneMode(true);
  const offline = new PatientApp(await device.open("patient"));
  await offline.unlock();
  expect(await offline.release()).toBe("2");
});
