/** The clinic's desk in a real browser: a day of work with and without a network, killed, in two windows, by two workers. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planRequests } from "../../server/src/demo/requests.ts";
import { barriers } from "./support/accessibility.ts";
import { ClinicApp } from "./support/clinic.ts";
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

/** Work days lie ahead of every day of the week. */
const AHEAD = 3;
const SLOWLY_MS = 90_000;
let left = 0;
const nextTime = (): number => (left += 1);

/** Somebody at the desk who is in, and has everything on the device. */
async function begin(device: Device): Promise<ClinicApp> {
  const app = new ClinicApp(await device.open("clinic"));
  await app.enter("clinic");
  await app.statusBecomes("Everything is sent");
  await app.goToDay(AHEAD);
  await app.freeCells(site.doctor).first().waitFor();
  await device.offlineReady(app.page);
  return app;
}

async function openAgain(device: Device): Promise<ClinicApp> {
  const app = new ClinicApp(await device.open("clinic"));
  await app.unlock();
  return app;
}

async function statuses(reason: string): Promise<readonly string[]> {
  return (await site.appointments(reason)).map(({ status }) => status);
}

/** Whoever it was asked for: here only when is of interest. */
const NOBODY = { doctor: () => "", patient: () => "", child: () => "" };

/** The second tap comes before the first is kept. */
async function tapTwice(button: Locator): Promise<void> {
  await button.evaluate((element: HTMLElement) => {
    element.click();
    element.click();
  });
}

/** In the page: from now on its disk is full. */
function keepNothing(): void {
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("The disk is full.", "QuotaExceededError");
  };
}

/** Whether what is seen at the middle of something is that, and nothing over it. */
function liesInFront(said: Locator): Promise<boolean> {
  return said.locator(".toast").evaluate((toast) => {
    const { x, y, width, height } = toast.getBoundingClientRect();
    return toast.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  });
}

describe("a clinic's desk", () => {
  test("online: registers a patient and books for her", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    await app.register({ name: "Lokol Ekeno" });
    await app.goToDay(AHEAD);
    const time = await app.book(site.doctor, nextTime(), "Lokol Ekeno", "desk online");
    await app.cellBecomes(site.doctor, time, /Lokol Ekeno(?!.*waiting)/);
    expect(await statuses("desk online")).toEqual(["booked"]);
    expect(await site.patients("Lokol Ekeno")).toBe(1);
    expect(device.complaints).toEqual([]);
  });

  test("without a network for a while: registers and books several, killed in between; at night each is sent once", async () => {
    await using device = await Device.open(site);
    await (await begin(device)).page.close();
    await device.airplaneMode(true);
    const names = ["Nakwar Lomil", "Ebei Nangiro", "Aite Lokaale"];
    const times = new Map<string, string>();
    for (const name of names) {
      const app = await openAgain(device);
      await app.register({ name });
      await app.goToDay(AHEAD);
      const time = await app.book(site.doctor, nextTime(), name, `night: ${name}`);
      await app.cellBecomes(site.doctor, time, /waiting to be sent/);
      times.set(name, time);
      await device.kill();
      await device.switchOn();
    }
    const app = await openAgain(device);
    await app.statusBecomes("6 waiting to be sent; no connection");
    await device.airplaneMode(false);
    await app.statusBecomes("Everything is sent");
    await app.goToDay(AHEAD);
    for (const [name, time] of times) {
      await app.cellBecomes(site.doctor, time, new RegExp(`${name}(?!.*waiting)`));
      expect(await statuses(`night: ${name}`)).toEqual(["booked"]);
      expect(await site.patients(name)).toBe(1);
    }
    expect(device.complaints).toEqual([]);
  });

  test("on a 2G line: the same, only later", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    device.slowLine(true);
    await app.register({ name: "Akiru Lopuwa" });
    await app.goToDay(AHEAD);
    const time = await app.book(site.doctor, nextTime(), "Akiru Lopuwa", "desk 2G");
    await app.cellBecomes(site.doctor, time, /Akiru Lopuwa(?!.*waiting)/, SLOWLY_MS);
    expect(await statuses("desk 2G")).toEqual(["booked"]);
  });

  test("in two windows: what is done in the one stands in the other", async () => {
    await using device = await Device.open(site);
    const one = await begin(device);
    const other = await openAgain(device);
    await other.goToDay(AHEAD);
    await device.airplaneMode(true);
    await one.register({ name: "Ekal Nakapel" });
    const time = await other.book(site.doctor, nextTime(), "Ekal Nakapel", "desk windows");
    await one.goToDay(AHEAD);
    await one.cellBecomes(site.doctor, time, /Ekal Nakapel.*waiting to be sent/);
    await device.airplaneMode(false);
    for (const window of [one, other])
      await window.cellBecomes(site.doctor, time, /Ekal Nakapel(?!.*waiting)/);
    expect(await statuses("desk windows")).toEqual(["booked"]);
  });

  test("two taps at once ask once, and what is asked for is not offered again", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    const [asked] = planRequests(NOBODY, Date.now()).family;
    await app.goToDate(asked?.start.slice(0, 10) ?? "");
    const cell = (state: string) =>
      app.page.getByRole("grid").getByRole("button", { name: new RegExp(`^15:00, .*${state}`) });
    await cell("To confirm").click();
    await device.airplaneMode(true);
    const dialog = app.page.getByRole("dialog");
    const confirm = dialog.getByRole("button", { name: "Confirm", exact: true });
    await tapTwice(confirm);
    await dialog.waitFor({ state: "detached" });
    await cell("waiting to be sent").click();
    await dialog.getByText("Asked for: waiting to be sent").waitFor();
    expect(await confirm.count()).toBe(0);
    await app.page.keyboard.press("Escape");
    await device.airplaneMode(false);
    await app.statusBecomes("Everything is sent");
    await app.goTo("Day's end");
    await app.page.getByText("1 is done as asked").waitFor();
    expect(await app.page.getByRole("region", { name: /refused/ }).count()).toBe(0);
  });

  test("says whose desk it is, on the page and in its title, also where it was opened without a network", async () => {
    await using device = await Device.open(site);
    const home = /Lodwar County Referral Hospital/;
    const app = await begin(device);
    await app.page.getByRole("banner").getByText(home).waitFor();
    await expect.poll(() => app.page.title()).toMatch(/^Day sheets · Lodwar/);
    await app.page.close();
    await device.airplaneMode(true);
    const later = await openAgain(device);
    await later.page.getByRole("banner").getByText(home).waitFor();
    await later.goTo("Patients");
    await expect.poll(() => later.page.title()).toMatch(/^Patients · Lodwar/);
  });

  test.each([
    [320, "Nanyori Losike"],
    [768, "Esekon Lopua"],
  ])(
    "at %i px what is said in passing does not lie on the button that is pressed next",
    async (width, name) => {
      await using device = await Device.open(site);
      const app = await begin(device);
      await app.page.setViewportSize({ width, height: 480 });
      await device.airplaneMode(true); // what waits is said as long as it waits
      await app.register({ name });
      await app.page.getByText(`Registration of ${name}`).waitFor();
      expect(await app.liesBelowWhatIsSaid("Register")).toBe(false);
    },
  );

  test("what could not be kept is said in the dialog where it was asked for, in front of everything", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    await app.register({ name: "Arukudi Nachukul" });
    await app.goToDay(AHEAD);
    await app.beginToBook(site.doctor, nextTime(), "Arukudi Nachukul");
    await app.page.evaluate(keepNothing);
    const dialog = app.page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Ask for this time" }).click();
    const said = dialog.getByRole("alert");
    await said.getByText("nothing was kept").waitFor();
    expect(await liesInFront(said)).toBe(true);
    expect(await barriers(app.page)).toEqual([]);
    await dialog.getByRole("button", { name: "Close" }).first().click();
    await dialog.waitFor({ state: "detached" });
    // She has not closed what was said: it is still there.
    expect(await liesInFront(app.page.getByRole("alert").filter({ hasText: "nothing was kept" }))).toBe(true);
  });

  test("no number is given for another day, and it is said why, to those as well who do not see it", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    const walkIn = app.page.getByRole("button", { name: "Walk-in: give a number" });
    const why = app.page.getByText("Numbers are given on the day itself");
    expect(await why.isVisible()).toBe(true);
    expect(await walkIn.getAttribute("aria-describedby")).toBe(await why.getAttribute("id"));
    await walkIn.focus();
    await app.page.keyboard.press("Enter");
    expect(await app.page.getByRole("dialog").count()).toBe(0);
    await app.page.getByRole("button", { name: "Today", exact: true }).click();
    await why.waitFor({ state: "detached" });
    await walkIn.click();
    await app.page.getByRole("dialog", { name: "A number for somebody" }).waitFor();
  });

  test("at 320 px with a scrollbar every page fits, and the arrows stand on both sides of the day", async () => {
    await using device = await Device.open(site);
    const app = await begin(device);
    await app.page.setViewportSize({ width: 320, height: 640 });
    for (const day of ["", "/2026-12-30", "/2027-09-29"]) {
      await app.goToHash(`#/day${day}`);
      const [before, after] = await Promise.all(
        ["The day before", "The day after"].map((name) =>
          app.page.getByRole("button", { name }).boundingBox(),
        ),
      );
      expect(after?.y).toBe(before?.y);
    }
    for (const page of ["day", "patients", "many", "more", "leases", "files", "close", "board"]) {
      await app.goToHash(`#/${page}`);
      await app.page.getByRole("main").waitFor();
      const over = await app.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect(`${page}: ${String(over)} px too wide`).toBe(`${page}: 0 px too wide`);
    }
  });

  test("beside the patient's app in the same browser: each starts without a network", async () => {
    await using device = await Device.open(site);
    await (await begin(device)).page.close();
    const patient = new PatientApp(await device.open("patient"));
    await patient.enter("patient");
    await device.offlineReady(patient.page);
    await patient.page.close();
    await device.airplaneMode(true);
    const clinic = await openAgain(device);
    const later = new PatientApp(await device.open("patient"));
    await later.unlock();
    for (const { page } of [clinic, later])
      expect(await page.getByRole("navigation").first().isVisible()).toBe(true);
  });
});
