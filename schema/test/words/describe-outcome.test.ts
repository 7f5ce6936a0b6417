import { describe, expect, test } from "vitest";
import {
  APPOINTMENT_CONTRACTS,
  LIMITS,
  type PlacedOutput,
  PLACING_PROBLEMS,
  PROBLEMS,
} from "../../src/index.ts";
import { describeOutcome, isSpoken, type OutcomeToTell } from "../../src/words/describe-outcome.ts";
import { MESSAGE_CHARACTERS, WORDS, wordsLanguage, type WordsLanguage } from "../../src/words/languages.ts";
import { SPOKEN } from "../../src/words/texts.ts";

const LANGUAGES: readonly WordsLanguage[] = ["en", "sw", "hi"];

/** The GSM 03.38 alphabet, without what needs an escape. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

/** How many SMS a text costs. */
function messages(text: string): number {
  const [alone, inParts] = GSM.test(text) ? [160, 153] : [70, 67];
  return text.length <= alone ? 1 : Math.ceil(text.length / inParts);
}

const START = "2026-11-24T09:20+03:00";
const LATER = "2026-11-25T10:00+03:00";
/** Seven days of each month, with two digits: the longest name of a weekday meets the longest of a month. */
const STARTS = Array.from({ length: 12 * 7 }, (_, at) => {
  const month = String(1 + (at % 12)).padStart(2, "0");
  return `2026-${month}-${String(21 + Math.floor(at / 12))}T20:40+03:00`;
});
const TIERS = [0, 1] as const;
/** What a search through wishes can come to; the other codes of placing are said alone. */
const WISHED = PLACING_PROBLEMS.filter((code) => code !== "not_found" && code !== "forbidden");
const CODES = [...new Set(SPOKEN.flatMap((type) => APPOINTMENT_CONTRACTS[type].problems))];

function told(outcome: OutcomeToTell, language: WordsLanguage, start?: string): string {
  const text = describeOutcome(outcome, language, start);
  if (text === undefined) throw new Error("nothing was said");
  return text;
}

function rejected(
  type: string,
  codes: readonly string[],
  alternatives: readonly string[] = [],
): OutcomeToTell {
  const reasons = codes.map((code, wish) => ({ code, wish }));
  const problem = { code: codes[0] ?? "", reasons, alternatives: [...alternatives] };
  return { type, input: { start: START }, status: "rejected", problem };
}

function applied(
  type: string,
  output?: Partial<PlacedOutput> | { queue: number; start: string },
): OutcomeToTell {
  return { type, input: { start: START }, status: "applied", output };
}

/** All kinds of output a placed appointment can have. */
function outputs(start: string, codes: readonly string[]): readonly PlacedOutput[] {
  const missed = codes.map((code, wish) => ({ code, wish }));
  const moved = { start, wish: codes.length, missed };
  return [
    moved,
    { ...moved, doctor: "ZnFtR2tYc0p3b1Nx.2" },
    { ...moved, status: "waitlist" },
    { ...moved, status: "pending" },
    { ...moved, status: "pending", doctor: "ZnFtR2tYc0p3b1Nx.2" },
  ];
}

/** The codes whose words take most room in a language, plain or short: whatever comes true takes less. */
function longest(language: WordsLanguage, count: number, tier: 0 | 1): readonly string[] {
  const { reasons } = WORDS[language];
  const own = new Map(WISHED.map((code) => [reasons[code][tier], code]));
  const first = WISHED.filter((code) => own.get(reasons[code][tier]) === code);
  const byLength = first.toSorted((a, b) => reasons[b][tier].length - reasons[a][tier].length);
  return [...byLength, ...WISHED.filter((code) => !first.includes(code))].slice(0, count);
}

describe.each(LANGUAGES)("what became of it, in %s", (language) => {
  const { reasons } = WORDS[language];
  const most = MESSAGE_CHARACTERS[language];
  const parts = language === "hi" ? 2 : 1;

  function fits(text: string): void {
    expect([text, text.length <= most, messages(text) <= parts]).toEqual([text, true, true]);
    expect(text).not.toMatch(/undefined|[\n\r]/);
  }

  function speaksOf(code: string, text: string): void {
    const words = reasons[code as keyof typeof reasons].filter((each) => text.includes(each));
    expect([code, text, words]).not.toEqual([code, text, []]);
  }

  test.each(CODES)("says %s, whatever was asked for", (code) => {
    const said = SPOKEN.map((type) => told(rejected(type, [code], [START, LATER]), language));
    for (const text of said) {
      fits(text);
      expect(text).toContain(reasons[code][0]);
    }
    expect(new Set(said).size).toBe(SPOKEN.length);
  });

  test("says a code that has no words, or that a later version knows", () => {
    for (const code of ["malformed", "constructor", "of_a_later_version"]) {
      const text = told({ type: "appointment.book", status: "rejected", problem: { code } }, language);
      expect(text).toContain(reasons.other[0]);
      fits(text);
    }
  });

  test("says every reason of as many wishes as there can be, on any day", () => {
    for (let count = 1; count <= LIMITS.wishes + 1; count += 1) {
      for (const tier of TIERS) {
        const codes = longest(language, count, tier);
        for (const start of STARTS) {
          const alternatives = [start, start.replace("20:40", "20:50"), LATER];
          const text = told(rejected("appointment.reschedule", codes, alternatives), language);
          fits(text);
          for (const code of codes) speaksOf(code, text);
          expect(text.startsWith(WORDS[language].refused["appointment.reschedule"])).toBe(true);
        }
      }
    }
  });

  test("says what came true, and why not what was asked, on any day", () => {
    for (const type of ["appointment.book", "appointment.reschedule"]) {
      for (let count = 0; count <= LIMITS.wishes; count += 1) {
        for (const start of STARTS) {
          for (const output of TIERS.flatMap((tier) => outputs(start, longest(language, count, tier)))) {
            const text = told(applied(type, output), language);
            fits(text);
            for (const { code } of output.missed) speaksOf(code, text);
            expect(text.includes(WORDS[language].because)).toBe(count > 0);
          }
        }
      }
    }
  });

  test("each kind of outcome has words of its own", () => {
    const kinds = [
      ...SPOKEN.map((type) => applied(type)),
      ...outputs(LATER, ["slot_taken"]).map((output) => applied("appointment.book", output)),
    ];
    const said = kinds.map((kind) => told(kind, language));
    for (const text of said) fits(text);
    expect(new Set(said).size).toBe(kinds.length);
  });

  test("says it without a time where nobody knows one", () => {
    for (const type of SPOKEN) {
      const text = told({ type, status: "applied" }, language);
      fits(text);
      expect(text).not.toMatch(/\d/);
    }
  });

  test("each reason has plain words of its own", () => {
    const said = Object.values(reasons).map(([plain]) => plain);
    expect(new Set(said).size).toBe(said.length);
  });
});

describe("examples", () => {
  const other = "ZnFtR2tYc0p3b1Nx.2";
  const missed = [{ code: "slot_taken", wish: 0 }];

  test.each<[OutcomeToTell, string]>([
    [applied("appointment.book"), "Booked: Tue 24 Nov, 09:20."],
    [
      applied("appointment.book", { start: LATER, wish: 1, missed }),
      "Booked: Wed 25 Nov, 10:00. Not as asked: the time is taken.",
    ],
    [
      applied("appointment.book", { start: LATER, wish: 1, missed, doctor: other }),
      "Booked with another doctor: Wed 25 Nov, 10:00. Not as asked: the time is taken.",
    ],
    [
      applied("appointment.book", { start: START, wish: 0, missed: [], status: "pending" }),
      "Kept, clinic to confirm: Tue 24 Nov, 09:20.",
    ],
    [
      applied("appointment.book", { start: START, wish: 0, missed: [{ code: "patient_busy", wish: 0 }] }),
      "Booked: Tue 24 Nov, 09:20. But you have another appointment then.",
    ],
    [
      applied("appointment.book", { start: START, wish: 1, missed, status: "waitlist" }),
      "You are on the waiting list: Tue 24 Nov. Not as asked: the time is taken.",
    ],
    [applied("appointment.hold"), "Kept for you, please confirm soon: Tue 24 Nov, 09:20."],
    [applied("appointment.walkIn", { queue: 7, start: START }), "Your number in the queue: 7."],
    [
      rejected(
        "appointment.book",
        ["slot_taken", "none_nearby", "slot_taken"],
        [START, "2026-11-24T09:40+03:00", LATER],
      ),
      "Not booked: the time is taken; no other doctor nearby is free. Free: Tue 24 Nov 09:20, 09:40, Wed 25 Nov 10:00.",
    ],
  ])("%#", (outcome, text) => {
    expect(told(outcome, "en")).toBe(text);
  });

  test("in Swahili and Hindi", () => {
    const outcome = rejected("appointment.book", ["slot_taken", "day_full"], [LATER]);
    expect(told(outcome, "sw")).toBe(
      "Hukupata miadi: muda huo umechukuliwa; siku hiyo imejaa. Nafasi: Jumatano 25 Nov 10:00.",
    );
    expect(told(outcome, "hi")).toBe(
      "अपॉइंटमेंट नहीं मिली: वह समय भर गया; वह दिन भर गया। खाली: बुध 25 नवंबर 10:00।",
    );
  });

  test("the time is the wall's: a start that is handed in goes before the one that was asked for", () => {
    const outcome = { ...applied("appointment.book"), input: { start: "2026-11-24T22:20Z" } };
    expect(told(outcome, "en", "2026-11-25T01:20+03:00")).toBe("Booked: Wed 25 Nov, 01:20.");
    expect(told(applied("appointment.cancel"), "en", START)).toBe("Cancelled: Tue 24 Nov, 09:20.");
  });

  test("nothing that somebody wrote is said", () => {
    const outcome = applied("appointment.book");
    const input = { start: START, reason: "cough", visit: "dressing", overbook: "bleeding" };
    expect(told({ ...outcome, input }, "en")).toBe(told(outcome, "en"));
    const problem = { code: "slot_taken", reasons: [{ code: "slot_taken", detail: "cough" }] };
    expect(told({ ...outcome, status: "rejected", problem }, "en")).not.toContain("cough");
  });

  test("of other operations nothing is said", () => {
    expect(describeOutcome({ type: "patient.register", status: "applied" }, "en")).toBeUndefined();
    expect(describeOutcome({ type: "appointment.complete", status: "applied" }, "en")).toBeUndefined();
    expect(isSpoken("constructor")).toBe(false);
  });

  test("an output of another version says what it says", () => {
    for (const output of [
      null,
      "later",
      7,
      [],
      { start: 7, missed: "all", status: "thinking" },
      { missed: [7, {}, null] },
    ])
      expect(told({ ...applied("appointment.book"), output }, "en")).toBe("Booked: Tue 24 Nov, 09:20.");
  });
});

test("the first language that has words is taken, else English", () => {
  expect(wordsLanguage(["luo", "sw-KE", "en"])).toBe("sw");
  expect(wordsLanguage(["HI"])).toBe("hi");
  expect(wordsLanguage(["constructor", "*"])).toBe("en");
  expect(wordsLanguage([])).toBe("en");
});

test("whatever has words is a code that exists", () => {
  const known = Object.keys(WORDS.en.reasons).filter((code) => code !== "other");
  expect(known.filter((code) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
});
