/** What somebody reads who takes the phone and copies its storage: nothing of anybody's health, no name, no token, no key. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAMILY } from "../../server/src/demo/accounts.ts";
import { startChromium } from "../setup/chromium.ts";
import type * as DiskPage from "./disk-page.ts";
import { ClinicApp } from "./support/clinic.ts";
import { Device } from "./support/device.ts";
import { type Canary, key, text } from "./support/disk/canaries.ts";
import { scanFolder } from "./support/disk/scan.ts";
import { DoctorApp } from "./support/doctor.ts";
import { PatientApp } from "./support/patient.ts";
import { accountFor, PIN } from "./support/shell.ts";
import { openSite, type Site } from "./support/site.ts";

declare global {
  /** In the page, what its script exports. */
  var diskPage: typeof DiskPage;
}

const REASON = "blood in the sputum since Easter";
const LINE = "I have told nobody of the swelling in my breast";
const NOTE = "suspected tuberculosis, sputum sent to Lodwar";
const NEWCOMER = { name: "Nakiru Ekiru Lokwang", phone: "+254733918274" };

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

/** What anybody may know of nobody, whatever the app. */
function always(device: Device, app: "patient" | "clinic" | "doctor"): readonly Canary[] {
  return [
    text("PIN", PIN),
    text("password", accountFor(app).password),
    ...device.secrets.tokens,
    ...device.secrets.keys,
  ];
}

const FAMILY_CANARIES = [...FAMILY.map(({ name }) => text(name, name)), text("phone", FAMILY[0].phone)];

/** Takes the battery out, and reads all that is left. */
async function scanAfterKill(
  device: Device,
  page: Page,
  app: "patient" | "clinic" | "doctor",
  more: readonly Canary[],
) {
  await device.secrets.ask(page);
  await device.kill();
  const canaries = [...more, ...always(device, app)];
  const scan = await scanFolder(device.profile, canaries);
  console.log(
    `${app}: ${String(scan.files)} files, ${String(scan.bytes)} bytes and ${String(scan.unpackedBytes)} unpacked, searched for ${String(canaries.length)} things: ${String(scan.findings.length)} found`,
  );
  // The device did have tokens and keys: otherwise nothing was looked for.
  expect(device.secrets.tokens.length).toBeGreaterThanOrEqual(2);
  expect(device.secrets.keys.length).toBeGreaterThanOrEqual(1);
  return scan;
}

describe("the disk of a device whose battery was taken out", () => {
  test("control: where nothing is sealed everything is found", async () => {
    const profile = await mkdtemp(join(tmpdir(), "healthbridge-chromium-"));
    const keys = ["9f1c6e2b7a40d3588cbe015f6a92e4d7731e0bc84f5da629b1773c0e9d2468af"];
    const texts = [
      REASON,
      LINE,
      NOTE,
      NEWCOMER.name,
      NEWCOMER.phone,
      PIN,
      "a.token.that-is_long-enough-to-be-halved",
    ];
    const canaries = [...texts.map((each) => text(each, each)), ...keys.map((each) => key("key", each))];
    const chromium = await startChromium(profile);
    try {
      const page = await controlPage(chromium.browser.contexts()[0]?.newPage());
      await page.evaluate((plain) => diskPage.keep(plain), { texts, keys });
      await chromium.kill();
      const asWritten = await scanFolder(profile, canaries);
      expect(namesOf(asWritten.findings)).toEqual(new Set(canaries.map(({ name }) => name)));

      const again = await startChromium(profile);
      const later = await controlPage(again.browser.contexts()[0]?.newPage());
      await later.evaluate(() => diskPage.crowd());
      await again.kill();
      const packed = await scanFolder(profile, canaries);
      expect(namesOf(packed.findings)).toEqual(new Set(canaries.map(({ name }) => name)));
      expect(packed.unpackedBytes).toBeGreaterThan(0);
    } finally {
      await chromium.kill();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  test("a phone on which somebody has signed in and has not chosen a PIN yet: no name, no token", async () => {
    await using device = await Device.open(site, { noteSecrets: true });
    const app = new PatientApp(await device.open("patient"));
    await app.signIn(accountFor("patient"));
    await app.page.getByLabel("New PIN").waitFor();
    await device.secrets.ask(app.page);
    await device.kill();
    const { tokens } = device.secrets;
    expect(tokens.length).toBeGreaterThanOrEqual(2);
    const { findings } = await scanFolder(device.profile, [
      ...FAMILY_CANARIES,
      text("password", accountFor("patient").password),
      ...tokens,
    ]);
    expect(findings).toEqual([]);
  });

  test("a patient's phone: no name, no reason, no message, no number, no token, no key", async () => {
    await using device = await Device.open(site, { noteSecrets: true });
    const app = new PatientApp(await device.open("patient"));
    await app.enter("patient");
    await app.lookAtDoctor(site.doctor);
    await app.ask(2, REASON);
    await app.writeToDoctor(LINE);
    await app.statusBecomes("Everything is sent");
    // And something that is still here alone.
    await device.airplaneMode(true);
    await app.say(`${LINE}, and it hurts`);
    await app.page.getByText(`${LINE}, and it hurts`).waitFor();
    const { findings } = await scanAfterKill(device, app.page, "patient", [
      ...FAMILY_CANARIES,
      text("reason", REASON),
      text("message", LINE),
    ]);
    expect(findings).toEqual([]);
  });

  test("a clinic's tablet: no patient of hers, no reason, no number, no token, no key", async () => {
    await using device = await Device.open(site, { noteSecrets: true });
    const app = new ClinicApp(await device.open("clinic"));
    await app.enter("clinic");
    await app.register(NEWCOMER);
    await app.goToDay(3);
    await app.book(site.doctor, 1, NEWCOMER.name, REASON);
    await app.statusBecomes("Everything is sent");
    await device.airplaneMode(true);
    await app.register({ name: `${NEWCOMER.name} Junior` });
    const { findings } = await scanAfterKill(device, app.page, "clinic", [
      text("name", NEWCOMER.name),
      text("phone", NEWCOMER.phone),
      text("reason", REASON),
    ]);
    expect(findings).toEqual([]);
  });

  test("a doctor's desk: no patient, no message, no note, no token, no key", async () => {
    await using device = await Device.open(site, { noteSecrets: true });
    const app = new DoctorApp(await device.open("doctor"));
    await app.enter("doctor");
    await app.openConversation(FAMILY[2].name);
    await app.say(LINE);
    await app.writeNote(NOTE);
    await app.statusBecomes("Everything is sent");
    await device.airplaneMode(true);
    await app.writeNote(`${NOTE}, again on Friday`);
    const { findings } = await scanAfterKill(device, app.page, "doctor", [
      text("name", FAMILY[2].name),
      text("message of the patient", "Akai coughs again at night"),
      text("message", LINE),
      text("note", NOTE),
    ]);
    expect(findings).toEqual([]);
  });
});

function namesOf(findings: readonly { readonly canary: string }[]): ReadonlySet<string> {
  return new Set(findings.map(({ canary }) => canary));
}

async function controlPage(opening: Promise<Page> | undefined): Promise<Page> {
  const page = await opening;
  if (page === undefined) throw new Error("Chromium has no profile open.");
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "disk-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "diskPage",
    conditions: ["@healthbridge/source"],
    target: "es2024",
    logLevel: "silent",
  });
  await page.route("http://localhost/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Nothing sealed</title>" }),
  );
  await page.goto("http://localhost/control");
  await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
  return page;
}
