/** What a patient does around an appointment, in a real browser: an account of her own, photos, questions before the visit, moving, cancelling, an offer; in three languages. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { becomes } from "./support/becomes.ts";
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

const LIMIT_MS = 20_000;

/** The demo's patient, who is in. */
async function begin(device: Device): Promise<PatientApp> {
  const app = new PatientApp(await device.open("patient"));
  await app.enter("patient");
  return app;
}

/** A picture that a camera could have taken: as the browser makes it. */
async function photo(app: PatientApp): Promise<Buffer> {
  return await app.page.screenshot({ type: "jpeg", quality: 60 });
}

describe("somebody new", () => {
  test("opens an account, adds herself, and asks for a time", async () => {
    await using device = await Device.open(site);
    const app = new PatientApp(await device.open("patient"));
    const { page } = app;
    await page.getByRole("button", { name: "Open an account" }).click();
    await page.getByLabel("Your own name").fill("Mary Wanjiru");
    await page.getByLabel("Name to sign in with").fill("Mary.W");
    const form = page.getByRole("region", { name: "Open an account" });
    await form.getByRole("textbox", { name: "Password" }).fill("short");
    await form.getByRole("button", { name: "Open the account" }).click();
    await form.getByText("At least 15 characters, and none that everybody knows").waitFor();
    await form.getByRole("textbox", { name: "Password" }).fill("the rain came early this year");
    await form.getByRole("button", { name: "Open the account" }).click();
    await app.choosePin("482915730164");
    await app.isIn();
    await page.getByRole("link", { name: "Add a person" }).click();
    await page.getByRole("button", { name: "Add a person" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: /^Mary Wanjiru/ }).waitFor();
    await app.lookAtDoctor(site.doctor);
    const time = await app.ask(1, "a first visit");
    await app.certaintyBecomes(time, "Booked");
    expect(await site.appointments("a first visit")).toHaveLength(1);
    expect(await site.patients("Mary Wanjiru")).toBe(1);
    expect(device.complaints).toEqual([]);
  });
});

describe("a patient with an appointment", () => {
  test("moves it in airplane mode, and once more: the old time stands until that is sent; then cancels it", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    const { page } = app;
    await app.lookAtDoctor(site.doctor);
    const before = await app.ask(5, "moved and cancelled");
    await app.certaintyBecomes(before, "Booked");
    await app.openAppointment(before);
    await page.getByRole("link", { name: "Move it" }).click();
    await app.freeTimes().nth(12).waitFor();
    await device.airplaneMode(true);
    await app.freeTimes().nth(12).click();
    await page.getByRole("dialog").getByRole("button", { name: "Move it" }).click();
    await page.getByText(`Until it is sent, ${before} stands.`).waitFor();
    await page.getByRole("link", { name: "Move it" }).click();
    await app.freeTimes().nth(14).waitFor();
    await page.getByText(`Until it is sent, ${before} stands.`).waitFor();
    await app.freeTimes().nth(14).click();
    await page.getByRole("dialog").getByRole("button", { name: "Move it" }).click();
    await page.getByRole("link", { name: "Write to the doctor" }).waitFor();
    await page.getByText(`Until it is sent, ${before} stands.`).waitFor();
    await device.airplaneMode(false);
    await becomes(() => page.getByRole("main").innerText(), "The clinic's calendar has it", LIMIT_MS);
    await page.getByRole("button", { name: "Cancel it" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel it" }).click();
    await becomes(() => page.getByRole("main").innerText(), "It was cancelled", LIMIT_MS);
    expect(await site.appointments("moved and cancelled")).toMatchObject([{ status: "cancelled" }]);
  });

  test("answers the doctor's questions without a network; they are stored once there is one", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    const { page } = app;
    await page.getByRole("link").filter({ hasText: site.doctor }).first().click();
    await page.getByRole("link", { name: "Questions before the visit" }).click();
    await page.getByText("The doctor can read this").waitFor();
    await device.airplaneMode(true);
    await page.getByLabel("What troubles you most?").fill("She coughs at night.");
    await page.getByText("Kept on this phone, waiting to be sent").waitFor();
    await device.airplaneMode(false);
    await page.getByText("The doctor can read this").waitFor({ timeout: 60_000 });
    expect(device.complaints).toEqual([]);
  });

  test("sends a photo from airplane mode: it is kept at once, and goes when there is a network", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    const { page } = app;
    await app.goTo("Messages");
    await page.getByRole("link").filter({ hasText: site.doctor }).first().click();
    await page.getByRole("textbox", { name: "Message" }).waitFor();
    await device.airplaneMode(true);
    const buffer = await photo(app);
    await page
      .getByLabel("Add a photo")
      .first()
      .setInputFiles({ name: "rash.jpg", mimeType: "image/jpeg", buffer });
    await page.getByRole("button", { name: "Remove" }).waitFor();
    await app.say("The rash since Monday");
    const line = page.getByRole("article").filter({ hasText: "The rash since Monday" });
    await line.getByRole("img", { name: "Photo" }).waitFor();
    await line.getByRole("img", { name: "waiting to be sent" }).waitFor();
    await line.getByText(/^0 kB of .* sent$/).waitFor();
    await device.airplaneMode(false);
    await line.getByRole("img", { name: /^(sent|arrived|read)$/ }).waitFor();
    await line.getByText(/ of .* sent$/).waitFor({ state: "detached" });
    expect(await site.messages("The rash since Monday")).toBe(1);
    expect(device.complaints).toEqual([]);
  });

  test("takes a time that was offered from the waiting list", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    const offer = app.page.getByRole("region", { name: "A time has become free" });
    await offer.getByRole("button", { name: "Take it" }).click();
    await offer.waitFor({ state: "detached" });
    await app.statusBecomes("Everything is sent");
    await app.page.getByText(/^Confirmed: /).waitFor();
    expect(device.complaints).toEqual([]);
  });

  test.each([
    ["Kiswahili", "sw", "Umepata"],
    ["हिन्दी", "hi", "तय"],
  ])("reads everything in %s", async (language, code, booked) => {
    await using device = await Device.open(site);
    const app = await begin(device);
    await app.speak(language);
    await becomes(() => app.page.locator("html").getAttribute("lang"), code, LIMIT_MS);
    await app.page.evaluate(() => {
      location.hash = "#/";
    });
    await app.page.getByText(booked, { exact: true }).first().waitFor();
    const text = await app.page.getByRole("main").innerText();
    expect(text).not.toMatch(/\{\w+\}|Booked|Ahead|Find a doctor/);
  });
});
