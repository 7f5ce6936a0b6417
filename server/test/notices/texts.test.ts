import { describe, expect, test } from "vitest";
import { NoticeKind } from "../../src/notices/plan.ts";
import { compose, composeUrgent, languageOf, TEXT_LANGUAGES } from "../../src/notices/texts/texts.ts";

/** The GSM 03.38 alphabet, without what needs an escape. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

/** How many SMS a text costs. Of one in several parts each has less room, and one letter outside the GSM alphabet makes all of it UCS-2. */
function messages(text: string): number {
  const [alone, inParts] = GSM.test(text) ? [160, 153] : [70, 67];
  return text.length <= alone ? 1 : Math.ceil(text.length / inParts);
}

/** Every day of a year: the longest name of a weekday meets the longest of a month. */
const STARTS = Array.from(
  { length: 365 },
  (_, day) => `${new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10)}T20:40+03:00`,
);
const NO_NAMES = { patient: undefined, doctor: undefined, clinic: undefined };
const LONG = "Nakhumicha Wanyonyi-Otieno ńg'ombé [Referral] ".repeat(3);
const HINDI = "श्रीमती लक्ष्मीनारायण त्रिपाठी ".repeat(3);

describe.each(TEXT_LANGUAGES)("texts in %s", (language) => {
  const NAMES = language === "hi" ? [LONG, HINDI] : [LONG];

  test.each(NoticeKind.options)("a %s fits one SMS (in Hindi two), with any names and on any day", (kind) => {
    for (const start of STARTS) {
      for (const name of [undefined, ...NAMES]) {
        const { text } = compose(language, kind, start, { patient: name, doctor: name, clinic: name });
        expect(messages(text)).toBeLessThanOrEqual(language === "hi" ? 2 : 1);
      }
    }
  });

  test("that an urgent message waits fits as well, however long it has", () => {
    for (const minutes of [1, 10, 240, 9_999]) {
      for (const name of [undefined, ...NAMES]) {
        const { text } = composeUrgent(language, minutes, { doctor: name, clinic: name });
        expect(messages(text)).toBeLessThanOrEqual(language === "hi" ? 2 : 1);
      }
    }
  });

  test("each kind says something of its own, in a line", () => {
    const said = [
      ...NoticeKind.options.map((kind) => compose(language, kind, STARTS[0] ?? "", NO_NAMES)),
      composeUrgent(language, 10, NO_NAMES),
    ];
    expect(new Set(said.map(({ text }) => text)).size).toBe(NoticeKind.options.length + 1);
    expect(new Set(said.map(({ title }) => title)).size).toBe(NoticeKind.options.length + 1);
    for (const { text, title } of said) expect(`${title}${text}`).not.toMatch(/[\n\r]|undefined/);
  });
});

test("the measure tells one SMS from two", () => {
  expect([messages("a".repeat(160)), messages("a".repeat(161))]).toEqual([1, 2]);
  expect([messages("अ".repeat(70)), messages("अ".repeat(71)), messages("अ".repeat(135))]).toEqual([1, 2, 3]);
});

describe("a text", () => {
  const START = "2026-11-24T09:20+03:00";

  test("names weekday, day and the time on the clinic's wall, and nobody unless that is allowed", () => {
    expect(compose("en", "reminder", START, NO_NAMES).text).toBe(
      "Reminder: your appointment is on Tuesday 24 November, 09:20.",
    );
    expect(compose("sw", "reminder", START, NO_NAMES).text).toBe(
      "Kumbusho: una miadi Jumanne, 24 Novemba, 09:20.",
    );
    expect(compose("hi", "reminder", START, NO_NAMES).text).toBe(
      "याद रखें, आपकी अपॉइंटमेंट: मंगलवार, 24 नवंबर, 09:20",
    );
    expect(
      compose("en", "confirmation", START, { patient: "Mary", doctor: "Dr Ñandú", clinic: "Kijani" }).text,
    ).toBe("Mary: Your appointment is agreed: Tuesday 24 November, 09:20 with Dr Nandu at Kijani.");
  });

  test("of an urgent message says for how long it has waited, and where if that is allowed", () => {
    expect(composeUrgent("en", 1, NO_NAMES).text).toBe(
      "An urgent message has waited 1 minute. Open HealthBridge.",
    );
    expect(composeUrgent("sw", 10, NO_NAMES).text).toBe(
      "Ujumbe wa dharura umesubiri dakika 10. Fungua HealthBridge.",
    );
    expect(composeUrgent("hi", 10, NO_NAMES).text).toBe("एक ज़रूरी संदेश 10 मिनट से रुका है। HealthBridge खोलें।");
    expect(composeUrgent("sw", 10, { doctor: "Dr Ñandú", clinic: "Kijani" }).text).toBe(
      "Ujumbe wa dharura umesubiri dakika 10. Kliniki: Kijani. Daktari: Dr Nandu. Fungua HealthBridge.",
    );
  });

  test("is in her language, else in her account's, else in the operator's", () => {
    expect(languageOf(["sw", "hi"], "en")).toBe("sw");
    expect(languageOf(["luo", "sw"], "en")).toBe("sw");
    expect(languageOf([undefined, "hi"], "en")).toBe("hi");
    expect(languageOf([undefined, "luo"], "en")).toBe("en");
    expect(languageOf(["constructor"], "en")).toBe("en");
  });
});
