/** The doctor's desk in a real browser: answers with and without a network, on a 2G line, locked in the middle of a line, killed, in two windows. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAMILY } from "../../server/src/demo/accounts.ts";
import { Device } from "./support/device.ts";
import { DoctorApp } from "./support/doctor.ts";
import { PatientApp } from "./support/patient.ts";
import { openSite, type Site } from "./support/site.ts";

/** For what has to go over a 2G line, which may lose a packet and wait for seconds. */
const SLOWLY_MS = 90_000;
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

/** What is written and not sent. */
function begun(app: DoctorApp): Promise<string> {
  return app.page.getByRole("textbox", { name: "Write a message" }).inputValue();
}

function callButton({ page }: DoctorApp | PatientApp): Locator {
  return page.getByRole("button", { name: "Call", exact: true });
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

  test("without a network, and killed: what was written waits, and is sent once", async ({ task }) => {
    // In words of its own where it is tried again: the first try's may have been sent as well.
    const said = `killed: come on Thursday${"!".repeat(task.result?.retryCount ?? 0)}`;
    await using device = await Device.open(site);
    const first = await begin(device);
    await first.openConversation(CHILD);
    await device.airplaneMode(true);
    await first.say(said);
    await first.line(said).waitFor();
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
    expect(await site.messages(said)).toBe(1);
  });

  test("on a 2G line: signs in, sees the day and answers, only later", async () => {
    await using device = await Device.open(site);
    const app = new DoctorApp(await device.open("doctor"));
    await app.page.getByLabel("User name").waitFor();
    await device.startsOffline(app.page);
    device.slowLine(true);
    app.page.setDefaultTimeout(SLOWLY_MS);
    await app.enter("doctor");
    const day = app.page.getByRole("list", { name: /^Appointments on/ });
    await day.or(app.page.getByRole("heading", { name: /^No appointments on/ })).waitFor();
    await app.openConversation(CHILD);
    await app.say("2G: keep her warm");
    await expect.poll(() => site.messages("2G: keep her warm"), { timeout: SLOWLY_MS }).toBe(1);
  });

  test("locked in the middle of a line: it is there again for who unlocks, until it is sent", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    await app.openConversation(CHILD);
    await app.page.getByRole("textbox", { name: "Write a message" }).fill("locked: count her breaths");
    await app.page.getByRole("checkbox", { name: /^Urgent/ }).check();
    await app.choosePhoto("dose.png");
    await app.lock("doctor");
    await app.unlock();
    await expect.poll(() => begun(app)).toBe("locked: count her breaths");
    await app.chosenPhoto("dose.png").waitFor();
    expect(await app.page.getByRole("checkbox", { name: /^Urgent/ }).isChecked()).toBe(true);
    await app.page.getByRole("button", { name: "Send", exact: true }).click();
    await expect.poll(() => site.messages("locked: count her breaths")).toBe(1);
    await app.lock("doctor");
    await app.unlock();
    await app.line("locked: count her breaths").waitFor();
    await app.page.getByRole("log").getByRole("img", { name: "Photo" }).last().waitFor();
    expect(await begun(app)).toBe("");
    expect(await app.chosenPhoto("dose.png").count()).toBe(0);
    expect(device.complaints).toEqual([]);
  });

  test("in two windows: what is begun in the one is begun in the other, and gone in both once it is sent", async () => {
    await using device = await Device.open(site);
    const one = await begin(device);
    const other = await openAgain(device);
    for (const window of [one, other]) await window.openConversation(CHILD);
    const field = ({ page }: DoctorApp): Locator => page.getByRole("textbox", { name: "Write a message" });
    await field(one).fill("begun: in the one");
    await expect.poll(() => begun(other)).toBe("begun: in the one");
    await field(other).fill("begun: in the one, and in the other");
    await other.choosePhoto("dose.png");
    await one.chosenPhoto("dose.png").waitFor();
    await expect.poll(() => begun(one)).toBe("begun: in the one, and in the other");
    await one.page.getByRole("button", { name: "Send", exact: true }).click();
    await expect.poll(() => begun(other)).toBe("");
    await other.chosenPhoto("dose.png").waitFor({ state: "detached" });
    await expect.poll(() => site.messages("begun: in the one, and in the other")).toBe(1);
    expect(device.complaints).toEqual([]);
  });

  test("what is no photo is told when it is chosen, not when it is sent", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    await app.openConversation(CHILD);
    const notes = { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture at all") };
    await app.page.locator('input[type="file"]').setInputFiles(notes);
    await app.page.getByRole("alert").getByText("That file is no JPEG, PNG or WebP photo.").waitFor();
    expect(await app.chosenPhoto("notes.jpg").count()).toBe(0);
  });

  test("in two windows: both show each line once, and the one that has the live line calls", async () => {
    await using device = await Device.open(site);
    const one = await begin(device);
    const other = await openAgain(device);
    for (const window of [one, other]) await window.openConversation(CHILD);
    await callButton(one).waitFor();
    await other.page.getByText("Another window of this browser has the live line").waitFor();
    expect(await callButton(other).count()).toBe(0);
    await one.say("windows: bring the tablets");
    await other.say("windows: and the card");
    for (const window of [one, other])
      for (const text of ["windows: bring the tablets", "windows: and the card"])
        await expect.poll(() => window.line(text).count()).toBe(1);
    await expect.poll(() => site.messages("windows: bring the tablets")).toBe(1);
    await expect.poll(() => site.messages("windows: and the card")).toBe(1);
    await one.page.close();
    await callButton(other).waitFor();
    expect(device.complaints).toEqual([]);
  });

  test("beside the patient's app in one browser: each has a live line, and a call can be made", async () => {
    await using device = await Device.open(site);
    const patient = new PatientApp(await device.open("patient"));
    await patient.enter("patient");
    await patient.goTo("Messages");
    await patient.page.getByRole("link").filter({ hasText: site.doctor }).first().click();
    await callButton(patient).waitFor();
    const desk = await begin(device);
    await desk.openConversation(CHILD);
    await callButton(desk).waitFor();
    expect(device.complaints).toEqual([]);
  });

  test("closed under a patient who wrote without a network: she hears it on every screen, of whom it is, and sends it again once it is open", async () => {
    await using phone = await Device.open(site);
    await using desktop = await Device.open(site);
    const patient = new PatientApp(await phone.open("patient"));
    const { page } = patient;
    await patient.enter("patient");
    await patient.goTo("Messages");
    await page.getByRole("link").filter({ hasText: site.doctor }).first().click();
    await page.getByRole("heading", { name: site.doctor }).waitFor();
    await page
      .getByRole("main")
      .getByText(new RegExp(`^${CHILD} · `))
      .waitFor();
    const desk = await begin(desktop);
    await desk.openConversation(CHILD);
    await phone.airplaneMode(true);
    await patient.say("closed: she breathes fast");
    await desk.page.getByRole("button", { name: "Close the conversation" }).click();
    await desk.page.getByRole("button", { name: "Open it again" }).waitFor();
    await desk.statusBecomes("Everything is sent");
    await patient.goTo("Appointments");
    await phone.airplaneMode(false);
    const told = page.getByText(`A message to ${site.doctor} was not sent.`);
    await told.waitFor();
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /^Messages.*1/ })
      .waitFor();
    await page.getByRole("main").getByRole("link", { name: "Show" }).first().click();
    const line = page.getByRole("article").filter({ hasText: "closed: she breathes fast" });
    await line.getByText("Not sent: the conversation is closed").waitFor();
    await desk.page.getByRole("button", { name: "Open it again" }).click();
    await line.getByRole("button", { name: "Send again" }).click();
    await line.getByRole("img", { name: /^(sent|arrived|read)$/ }).waitFor();
    await desk.line("closed: she breathes fast").waitFor();
    expect(await site.messages("closed: she breathes fast")).toBe(1);
    expect([...phone.complaints, ...desktop.complaints]).toEqual([]);
  });
});
