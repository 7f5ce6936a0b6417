/** axe on every page of the three apps, before the app and in it, dialogs included, in light and in dark: nothing found. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FAMILY } from "../../server/src/demo/accounts.ts";
import { barriers } from "./support/accessibility.ts";
import { SCREENS } from "./support/apps.ts";
import { ClinicApp } from "./support/clinic.ts";
import { Device } from "./support/device.ts";
import { DoctorApp } from "./support/doctor.ts";
import { PatientApp } from "./support/patient.ts";
import { accountFor, PIN, type Shell } from "./support/shell.ts";
import { openSite, type Site } from "./support/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

/** High enough for every page: what is half below the bar at the bottom would be too small to be pressed. */
const WHOLE = 3_000;

/** What was found on the way, with the page it was found on. */
class Walk {
  readonly found: string[] = [];
  readonly page: Page;
  #pages = 0;

  constructor(page: Page) {
    this.page = page;
  }

  get pages(): number {
    return this.#pages;
  }

  async look(where: string): Promise<void> {
    this.#pages += 1;
    for (const barrier of await barriers(this.page)) this.found.push(`${where}, ${barrier}`);
  }

  /** A screen by its address. */
  async at(hash: string): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to;
    }, hash);
    await this.page.getByRole("main").waitFor();
    await this.page.waitForFunction(() => document.querySelector("[aria-busy=true], .turning") === null);
    await this.look(hash);
  }

  /** What a button opens, until it is closed again. */
  async dialog(button: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name: button }).first().click();
    await this.page.getByRole("dialog").waitFor();
    await this.look(`the dialog behind “${String(button)}”`);
    await this.page.keyboard.press("Escape");
    await this.page.getByRole("dialog").waitFor({ state: "detached" });
  }
}

/** The pages before an app: signing in, a wrong password, the new PIN; and after: locked, a PIN that is forgotten, all who use the device. */
async function door(walk: Walk, shell: Shell, app: "patient" | "clinic" | "doctor"): Promise<void> {
  await shell.page.getByLabel("User name").waitFor();
  await walk.look("sign in");
  await shell.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await walk.look("sign in, with nothing written");
  await shell.signIn({ ...accountFor(app), password: "not the one it is" });
  await shell.page.getByText("User name or password is wrong").waitFor();
  await walk.look("a wrong password");
  await shell.signIn(accountFor(app));
  await shell.page.getByLabel("New PIN").waitFor();
  await walk.look("new PIN");
  await shell.choosePin(PIN);
  await shell.isIn();
  await shell.lock(accountFor(app).login);
  await walk.look("locked");
  await walk.dialog("I forgot my PIN");
  await shell.page.getByRole("button", { name: "Somebody else" }).click();
  await shell.page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await walk.look("who are you");
  await shell.page.getByRole("button", { name: new RegExp(`^${accountFor(app).login}`) }).click();
  await shell.unlock();
  await shell.statusBecomes("Everything is sent");
}

test("the patient's app", async () => {
  await using device = await Device.open(site);
  const app = new PatientApp(await device.open("patient"));
  await app.page.setViewportSize({ ...SCREENS.patient, height: WHOLE });
  const walk = new Walk(app.page);
  await door(walk, app, "patient");
  await app.lookAtDoctor(site.doctor);
  await walk.look("a doctor");
  await app.freeTimes().nth(3).click();
  await app.page.getByRole("button", { name: "Ask for it" }).waitFor();
  await walk.look("asking for a time");
  await app.page.goBack();
  const time = await app.ask(5, "accessible: a knee");
  await app.certaintyBecomes(time, "Booked");
  await walk.look("appointments");
  await app.openAppointment(time);
  await app.page.getByRole("link", { name: "Move it" }).waitFor();
  await walk.look("an appointment");
  await walk.dialog("Cancel it");
  for (const link of ["Move it", "Questions before the visit", "Write to the doctor"]) {
    await app.page.getByRole("link", { name: link }).click();
    await app.page.getByRole("link", { name: link }).waitFor({ state: "detached" });
    await walk.look(link);
    await app.openAppointment(time);
  }
  for (const hash of ["#/", "#/find", "#/messages", "#/family", "#/more"]) await walk.at(hash);
  await walk.at("#/find");
  await walk.dialog("Change place");
  await walk.dialog(accountFor("patient").login);
  for (const language of ["Kiswahili", "हिन्दी"]) {
    await app.speak(language);
    for (const hash of ["#/", "#/find", "#/more"]) await walk.at(hash);
  }
  expect(walk.found).toEqual([]);
  expect(walk.pages).toBeGreaterThan(20);
}, 180_000);

test("the clinic's app", async () => {
  await using device = await Device.open(site);
  const app = new ClinicApp(await device.open("clinic"));
  await app.page.setViewportSize({ ...SCREENS.clinic, height: WHOLE });
  const walk = new Walk(app.page);
  await door(walk, app, "clinic");
  for (const hash of ["#/day", "#/patients", "#/many", "#/more", "#/leases", "#/files", "#/close"])
    await walk.at(hash);
  await app.goToDay(3);
  await app.freeCells(site.doctor).first().click();
  await app.page.getByRole("dialog").waitFor();
  await walk.look("booking a time");
  await app.page.keyboard.press("Escape");
  await app.register({ name: "Akidor Ngasike" });
  await walk.look("patients, one registered");
  await app.justRegistered("Akidor Ngasike").click();
  await app.page.getByRole("button", { name: "Correct the card" }).waitFor();
  await walk.look("a patient");
  await walk.dialog(accountFor("clinic").login);
  await walk.at("#/board");
  expect(walk.found).toEqual([]);
  expect(walk.pages).toBeGreaterThan(15);
}, 180_000);

test("the doctor's desk", async () => {
  await using device = await Device.open(site);
  const app = new DoctorApp(await device.open("doctor"));
  await app.page.setViewportSize({ ...SCREENS.doctor, height: WHOLE });
  const walk = new Walk(app.page);
  await door(walk, app, "doctor");
  for (const hash of ["#/day", "#/week", "#/hours", "#/talk"]) await walk.at(hash);
  await app.openConversation(FAMILY[2].name);
  await app.line("Bring her card along").waitFor();
  await walk.look("a conversation beside its notes");
  await walk.dialog(accountFor("doctor").login);
  expect(walk.found).toEqual([]);
  expect(walk.pages).toBeGreaterThan(10);
}, 180_000);
