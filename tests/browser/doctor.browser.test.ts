/** The doctor's desk in a real browser: answers with and without a network, killed, in two windows. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAMILY } from "../../server/src/demo/accounts.ts";
import { Device } from "./support/device.ts";
import { DoctorApp } from "./support/doctor.ts";
import { openSite, type Site } from "./support/site.ts";

/** Of whom the demo's patient and this doctor write already. */
const CHILD = FAMILY[2].name;

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

async function begin(device: Device): Promise<DoctorApp> {
  const app = new DoctorApp(await device.open("doctor"));
  await app.enter("doctor");
  await app.statusBecomes("Everything is sent");
  await device.offlineReady(app.page);
  return app;
}

async function openAgain(device: Device): Promise<DoctorApp> {
  const app = new DoctorApp(await device.open("doctor"));
  await app.unlock();
  return app;
}

describe("a doctor's desk", () => {
  test("online: answers a patient", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    await app.openConversation(CHILD);
    await app.say("online: give her honey at night");
    await expect.poll(() => site.messages("online: give her honey at night")).toBe(1);
    expect(device.complaints).toEqual([]);
  });

  test("without a network, and killed: what was written waits, and is sent once", async () => {
    await using device = await Device.open(site);
    const first = await begin(device);
    await first.openConversation(CHILD);
    await device.airplaneMode(true);
    await first.say("killed: come on Thursday");
    await first.line("killed: come on Thursday").waitFor();
    await device.kill();
    await device.switchOn();
    const second = await openAgain(device);
    await second.statusBecomes("1 waiting to be sent; no connection");
    await second.openConversation(CHILD);
    await device.airplaneMode(false);
    device.line.pause();
    await second.statusBecomes(/^Sending/);
    await device.kill();
    device.line.resume();
    await device.switchOn();
    const third = await openAgain(device);
    await third.statusBecomes("Everything is sent");
    expect(await site.messages("killed: come on Thursday")).toBe(1);
  });

  test("in two windows: both show each line once", async () => {
    await using device = await Device.open(site);
    const one = await begin(device);
    const other = await openAgain(device);
    for (const window of [one, other]) await window.openConversation(CHILD);
    await one.say("windows: bring the tablets");
    await other.say("windows: and the card");
    for (const window of [one, other])
      for (const text of ["windows: bring the tablets", "windows: and the card"])
        await expect.poll(() => window.line(text).count()).toBe(1);
    await expect.poll(() => site.messages("windows: bring the tablets")).toBe(1);
    await expect.poll(() => site.messages("windows: and the card")).toBe(1);
    expect(device.complaints).toEqual([]);
  });
});
