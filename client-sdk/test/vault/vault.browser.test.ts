/** Vaults in a real Chromium: its IndexedDB and its cryptography, the files it leaves when it is killed, and its passkeys. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeConformance } from "@healthbridge/client-sdk/testing";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, type RunningChromium, startChromium } from "../../../tests/setup/chromium.ts";
import type * as VaultPage from "./vault-page.ts";

declare global {
  /** In the page, what its script exports. */
  var vaultPage: typeof VaultPage;
}

let script = "";
let profile = "";
let chromium: RunningChromium;
let page: Page;

beforeAll(async () => {
  await findChromium();
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "vault-page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "vaultPage",
    platform: "browser",
    conditions: ["@healthbridge/source"],
    target: "es2024",
    logLevel: "silent",
  });
  script = outputFiles[0]?.text ?? "";
  profile = await mkdtemp(join(tmpdir(), "healthbridge-chromium-"));
  await start();
}, 300_000);

afterAll(async () => {
  await chromium.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

async function start(): Promise<void> {
  chromium = await startChromium(profile);
  const [context] = chromium.browser.contexts();
  if (context === undefined) throw new Error("Chromium has no profile open.");
  page = await context.newPage();
  await page.route("http://localhost/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Vaults</title>" }),
  );
  await page.goto("http://localhost/vaults");
  await page.addScriptTag({ content: script });
}

describe("in Chromium", () => {
  // The same suite, collected here for its statements and run there.
  storeConformance(
    { name: "sealed IndexedDB store in Chromium", open: () => Promise.reject(new Error("runs in the page")) },
    {
      describe,
      test(statement) {
        // oxlint-disable-next-line vitest/valid-title -- the statements are the suite's
        test(statement, async () => {
          expect(await page.evaluate((wanted) => vaultPage.run(wanted), statement)).toBe(undefined);
        });
      },
      expect,
    },
  );
});

test("after the browser was killed its files hold no word of what was sealed, and all of it opens with the PIN", async () => {
  await page.evaluate(() => vaultPage.keepWords("PlainKamau", "SealedKamau"));
  await chromium.kill();
  expect(await filesWith("PlainKamau")).not.toEqual([]); // the search finds what is there
  expect(await filesWith("SealedKamau")).toEqual([]);
  expect(await filesWith("482913")).toEqual([]);
  await start();
  expect(await page.evaluate(() => vaultPage.wordsAgain())).toEqual({
    before: "locked",
    rows: [
      [["patient:SealedKamau", { name: "SealedKamau" }]],
      [["ref:account:SealedKamau", { id: "SealedKamau" }]],
    ],
  });
});

test("a passkey of the platform keeps a secret for the vault; one that cannot says so", async () => {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const;
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, hasPrf: true },
  });
  expect(await page.evaluate(() => vaultPage.passkey())).toMatchObject({
    read: 1,
    listed: { name: "finger", passkey: true },
  });
  await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  await session.send("WebAuthn.addVirtualAuthenticator", { options });
  expect(await page.evaluate(() => vaultPage.refusedPasskey())).toBe("passkey_unavailable");
});

test("five hundred rows take less than a second more where they are sealed", async () => {
  const taken = await page.evaluate((rows) => vaultPage.cost(rows), 500);
  for (const what of ["write", "write again", "read"])
    expect((taken[`sealed ${what}`] ?? NaN) - (taken[`plain ${what}`] ?? NaN)).toBeLessThan(1_000);
});

/** Files of the profile in which a text stands, in either of the ways in which Chromium writes texts. */
async function filesWith(text: string): Promise<readonly string[]> {
  const wanted = [Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")];
  const found: string[] = [];
  for (const entry of await readdir(profile, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (wanted.some((each) => bytes.includes(each))) found.push(path);
  }
  return found;
}
