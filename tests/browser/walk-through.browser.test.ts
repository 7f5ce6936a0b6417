/**
 * The walk-through of the README: a patient books without a network in one window, goes online, sees it confirmed, and chats with the doctor's desk in another. Set
 * SCREENSHOTS to a folder and the pictures of it are taken there (docs/screenshots for the README's).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FAMILY } from "../../server/src/demo/accounts.ts";
import { Device } from "./support/device.ts";
import { DoctorApp } from "./support/doctor.ts";
import { PatientApp } from "./support/patient.ts";
import { openSite, type Site } from "./support/site.ts";

const PICTURES = process.env["SCREENSHOTS"] ?? "";

let site: Site;
beforeAll(async () => {
  site = await openSite();
  if (PICTURES !== "") await mkdir(PICTURES, { recursive: true });
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

async function picture(device: Device, page: Page, name: string): Promise<void> {
  if (PICTURES === "") return;
  await (await device.controls(page)).send("Emulation.setScrollbarsHidden", { hidden: true });
  // What was said for a moment is gone, and nothing moves.
  await page.emulateMedia({ reducedMotion: "reduce", colorScheme: "light" });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: "disabled", scale: "css" });
}

const REASON = "A cough that stays";
const QUESTION = "Good evening doctor, shall I bring her vaccination card?";
const ANSWER = "Yes please, and what she takes at the moment.";

test("a patient books in airplane mode, sees it confirmed once she is online, and chats with the doctor's desk", async () => {
  await using phone = await Device.open(site);
  await using desk = await Device.open(site);
  const start = await phone.newTab();
  await start.setViewportSize({ width: 1_024, height: 620 });
  await start.goto(`${phone.origin}/`);
  await start.getByRole("link", { name: "Patient", exact: true }).waitFor();
  await picture(phone, start, "start");
  await start.close();

  const patient = new PatientApp(await phone.open("patient"));
  await patient.enter("patient");
  await patient.lookAtDoctor(site.doctor);
  await picture(phone, patient.page, "patient-free-times");
  await phone.airplaneMode(true);
  const time = await patient.ask(4, REASON);
  await patient.statusBecomes("1 waiting to be sent; no connection");
  await picture(phone, patient.page, "patient-waiting");
  await phone.airplaneMode(false);
  await patient.certaintyBecomes(time, "Booked");
  await picture(phone, patient.page, "patient-booked");

  const doctor = new DoctorApp(await desk.open("doctor"));
  await doctor.enter("doctor");
  await patient.openAppointment(time);
  await patient.writeToDoctor(QUESTION);
  await doctor.openConversation(FAMILY[0].name);
  await doctor.line(QUESTION).waitFor();
  await doctor.say(ANSWER);
  await patient.page.getByText(ANSWER).waitFor();
  for (const app of [patient, doctor]) await app.statusBecomes("Everything is sent");
  await picture(phone, patient.page, "patient-chat");
  await picture(desk, doctor.page, "doctor-chat");

  expect(await site.appointments(REASON)).toHaveLength(1);
  expect(await site.messages(QUESTION)).toBe(1);
  expect(await site.messages(ANSWER)).toBe(1);
  expect([...phone.complaints, ...desk.complaints]).toEqual([]);
});
