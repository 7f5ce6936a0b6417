import { createWords, type Catalogue, type Text } from "@healthbridge/example-design/shell";
import { describe, expect, test } from "vitest";
import { en, type Key } from "../src/words/en.ts";
import { hi } from "../src/words/hi.ts";
import {
  bytes,
  dayAndTime,
  distance,
  keyOf,
  languageName,
  reminder,
  speciality,
} from "../src/words/sayings.ts";
import { sw } from "../src/words/sw.ts";

const CATALOGUES: Readonly<Record<"en" | "sw" | "hi", Catalogue>> = { en, sw, hi };
const words = createWords<Key>(en, { sw: async () => sw, hi: async () => hi });

async function speechOf(language: "en" | "sw" | "hi") {
  await words.load(language);
  return words.speech(language);
}

const holes = (text: Text): readonly string[] => {
  const all = typeof text === "string" ? text : Object.values(text).join(" ");
  return [...new Set(all.match(/\{\w+\}/g))].toSorted();
};

describe.each(["sw", "hi"] as const)("the catalogue %s", (language) => {
  test("has every text, and no other", () => {
    expect(Object.keys(CATALOGUES[language]).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test("says each with the same values, in the same manner, and none with nothing", () => {
    for (const [key, text] of Object.entries(en)) {
      const here = CATALOGUES[language][key] ?? "";
      expect([key, typeof here, holes(here)]).toEqual([key, typeof text, holes(text)]);
      expect([key, here]).not.toEqual([key, ""]);
    }
  });
});

test.each(["en", "sw", "hi"] as const)("every plural form that %s needs is there", (language) => {
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  const wrong = Object.entries(CATALOGUES[language]).filter(
    ([, text]) =>
      typeof text !== "string" &&
      Object.keys(text).toSorted().join(" ") !== pluralCategories.toSorted().join(" "),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ["en", "for a while"],
  ["sw", "kwa muda mfupi"],
  ["hi", "थोड़ी देर"],
] as const)(
  "of what is kept for an answer %s says that it is for a while: it ends by itself",
  (language, phrase) => {
    const said = ["why.offered", "why.held"].map((key) => CATALOGUES[language][key]);
    expect(said).toEqual([expect.stringContaining(phrase), expect.stringContaining(phrase)]);
  },
);

test("numbers of things take the form of their language", async () => {
  const english = await speechOf("en");
  expect([0, 1, 2].map((n) => english.t("find.found", { n }))).toEqual([
    "0 doctors",
    "1 doctor",
    "2 doctors",
  ]);
  const swahili = await speechOf("sw");
  expect([1, 2].map((n) => swahili.t("find.found", { n }))).toEqual(["Daktari 1", "Madaktari 2"]);
  const hindi = await speechOf("hi"); // nothing is one as well
  expect([0, 2].map((n) => hindi.t("find.found", { n }))).toEqual(["0 डॉक्टर", "2 डॉक्टर मिले"]);
});

test("times are those of the clinic's wall, on a digital clock, with weekdays in the language", async () => {
  expect(dayAndTime(await speechOf("en"), "2026-12-01T09:20+03:00")).toMatch(/^Tue,? 1 Dec, 09:20$/);
  expect(dayAndTime(await speechOf("sw"), "2026-12-01T00:20+05:30")).toMatch(/Des.*00:20$/);
  expect(dayAndTime(await speechOf("hi"), "2026-12-01T14:05-03:00")).toMatch(/मंगल.*14:05$/);
});

test.each([
  ["en", "Today at 09:20.", "Today at 09:20: Dr Achieng.", "Tomorrow at 09:20: Dr Achieng, Lodwar Hospital."],
  ["sw", "Leo, 09:20.", "Leo, 09:20: Dr Achieng.", "Kesho, 09:20: Dr Achieng, Lodwar Hospital."],
  ["hi", "आज 09:20 बजे।", "आज 09:20 बजे: Dr Achieng।", "कल 09:20 बजे: Dr Achieng, Lodwar Hospital।"],
] as const)(
  "a reminder in %s is a whole sentence, whatever is known by then of whom it is with",
  async (language, time, doctor, both) => {
    const speech = await speechOf(language);
    const start = "2026-12-01T09:20+03:00";
    expect(reminder(speech, start, "today", [undefined, undefined])).toBe(time);
    expect(reminder(speech, start, "today", ["Dr Achieng", undefined])).toBe(doctor);
    expect(reminder(speech, start, "tomorrow", ["Dr Achieng", "Lodwar Hospital"])).toBe(both);
    expect(reminder(speech, start, "tomorrow", [])).not.toMatch(/: *[.,।]|\{/);
  },
);

test("way is as exact as somebody who walks needs it", async () => {
  const english = await speechOf("en");
  expect([0, 940, 1_840, 31_400].map((metres) => distance(english, metres))).toEqual([
    "50 m",
    "950 m",
    "1.8 km",
    "31 km",
  ]);
});

test("data is counted in kilobytes and megabytes", async () => {
  const english = await speechOf("en");
  expect([340, 12_300, 1_234_000].map((count) => bytes(english, count))).toEqual([
    "0.3 kB",
    "12 kB",
    "1.2 MB",
  ]);
});

test("what the directory has beyond our words is shown as it is", async () => {
  const english = await speechOf("en");
  expect(speciality(english, "paediatrics")).toBe("Children");
  expect(speciality(english, "sleep-medicine")).toBe("Sleep medicine");
  expect(["luo", "tuv", "xxx"].map((code) => languageName(english, code))).toEqual(["Luo", "Turkana", "xxx"]);
  expect(keyOf("toString")).toBeUndefined();
});
