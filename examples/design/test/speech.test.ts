import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createWords, languageOf, type Language } from "../src/shell/speech.ts";
import { shellWords } from "../src/shell/own-words.ts";
import { en } from "../src/shell/texts/en.ts";
import { hi } from "../src/shell/texts/hi.ts";
import { sw } from "../src/shell/texts/sw.ts";
import { describeStatus, type SyncState, type SyncStatus } from "@healthbridge/client-sdk";
import { statusText } from "../src/shell/status-line.tsx";

const SOURCES = join(import.meta.dirname, "../src");
const words = createWords(
  { left: { one: "{n} is left", other: "{n} are left" }, hello: "Hello {name}, {name}" },
  {
    sw: () =>
      Promise.resolve({ left: { one: "limebaki {n}", other: "yamebaki {n}" }, hello: "Habari {name}" }),
    hi: () => Promise.reject(new Error("offline")),
  },
);

describe("texts", () => {
  test("take the plural form of their language, and numbers as it writes them", async () => {
    await words.load("sw");
    expect(words.speech("en").t("left", { n: 1 })).toBe("1 is left");
    expect(words.speech("en").t("left", { n: 12_000 })).toBe("12,000 are left");
    expect(words.speech("sw").t("left", { n: 2 })).toBe("yamebaki 2");
  });

  test("take values by name, each as often as it stands there, and never read a value as text with holes", () => {
    expect(words.speech("en").t("hello", { name: "{n}" })).toBe("Hello {n}, {n}");
  });

  test("are English in a language that could not be fetched", async () => {
    await expect(words.load("hi")).rejects.toThrow("offline");
    expect(words.speech("hi").t("left", { n: 3 })).toBe("3 are left");
  });

  test("are in the first language of the browser that the apps speak", () => {
    expect(languageOf(["luo", "sw-KE", "en"])).toBe("sw");
    expect(languageOf([null, "fr"])).toBe("en");
  });
});

describe("days and times", () => {
  const start = "2026-11-30T09:20+03:00";
  const speech = words.speech("en");

  test("are those of the clinic's wall, wherever this device is", () => {
    expect(speech.day(start)).toBe("Mon 30 Nov");
    expect(speech.day(start, "long")).toBe("Monday 30 November");
    expect(speech.day("2026-11-30")).toBe("Mon 30 Nov");
    expect(speech.time(start)).toBe("09:20");
    expect(speech.time("2026-11-30T00:05-11:00")).toBe("00:05");
  });

  test("fees are whole minor units of their currency", () => {
    expect(speech.money({ amount: 80_000, currency: "KES" })).toBe("KES\u00a0800");
    expect(speech.money({ amount: 1_250, currency: "KES" })).toBe("KES\u00a012.50");
    expect(speech.money({ amount: 900, currency: "UGX" })).toBe("UGX\u00a0900");
  });

  test("amounts come with their unit in words", async () => {
    await shellWords.load("sw");
    expect(speech.amount(1, "second")).toBe("1 second");
    expect(shellWords.speech("sw").amount(30, "second")).toBe("sekunde 30");
  });
});

describe("what the shell says", () => {
  const holes = (text: unknown): readonly string[] =>
    [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].toSorted();

  test.each([
    ["Swahili", sw],
    ["Hindi", hi],
  ])("is whole in %s: every text, with the same values in it", (_, catalogue) => {
    expect(Object.keys(catalogue)).toEqual(Object.keys(en));
    const allHoles = (texts: Readonly<Record<string, unknown>>): unknown =>
      Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, holes(text)]));
    expect(allHoles(catalogue)).toEqual(allHoles(en));
  });

  test("is said somewhere, all of it", () => {
    const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
      .filter((file) => /^(?!shell\/texts).*\.tsx?$/.test(file))
      .map((file) => readFileSync(join(SOURCES, file), "utf8"))
      .join("\n");
    expect(Object.keys(en).filter((key) => !sources.includes(`"${key}"`))).toEqual([]);
  });

  test.each<Language>(["sw", "hi"])("has a text for each plural form of %s", async (language) => {
    await shellWords.load(language);
    for (const n of [0, 1, 2, 5, 11, 100])
      expect(shellWords.speech(language).t("waiting", { n })).toContain(String(n));
  });

  test("is, of how things stand, what the SDK says in English", () => {
    const states: readonly SyncState[] = ["online", "sending", "offline", "needs-sign-in", "upgrade-needed"];
    for (const state of states)
      for (const total of [0, 1, 12]) {
        const status: SyncStatus = {
          state,
          started: true,
          account: undefined,
          waiting: { urgent: 0, normal: total, bulk: 0, total },
          lastSuccess: undefined,
          lastProblem: undefined,
          bytesSent: 0,
          bytesReceived: 0,
          nextAttempt: undefined,
          ahead: 0,
        };
        expect(statusText(status, shellWords.speech("en"))).toBe(describeStatus(status));
      }
  });
});
