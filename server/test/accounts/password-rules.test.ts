import { describe, expect, it } from "vitest";
import { COMMON_PARTS, COMMON_SENTENCES } from "../../src/accounts/common-passwords.ts";
import { isWeakPassword } from "../../src/accounts/password-rules.ts";

describe("a password is too weak", () => {
  it.each([
    ["under 15 characters", "Xk9#mQ2$vL5!pR"],
    ["a word again and again", "passwordpassword"],
    ["a word with a year", "password20262026"],
    ["disguised words", "P@ssw0rdP@ssw0rd!"],
    ["a row of keys", "qwertyuiopasdfgh"],
    ["digits in order", "123456789012345678"],
    ["one character", "aaaaaaaaaaaaaaaaaaaa"],
    ["two in turn", "abababababababababab"],
    ["a proverb", "An apple a day keeps the doctor away!"],
    ["a well known passphrase", "correct horse battery staple"],
    ["words that everybody takes", "welcome nairobi 2026"],
    ["the product's name", "healthbridge-healthbridge"],
    ["the sign-in name", "wanjiku.kamau wanjiku.kamau"],
    ["the sign-in name with digits", "wanjiku.kamau12345"],
  ])("when it is %s", (_what, password) => {
    expect(isWeakPassword(password, "wanjiku.kamau")).toBe(true);
  });
});

describe("a password is taken", () => {
  it.each([
    ["a sentence of one's own", "my aunt sells green mangoes"],
    ["without capitals, digits or signs", "brownkettleunderthestairs"],
    ["in another script", "ባሕር ዳር ላይ ጀልባ አየሁ ዛሬ"],
    ["with signs beyond the first plane", "🐘🦒🦓🐪🐃🐊🐢🐍🦅🦉🦜🦩🐝🦋🐞"],
    ["64 characters", "the lighthouse keeper forgot his umbrella on a tuesday in lamu"],
    ["with a well known word among others", "password of the purple hippopotamus"],
    ["four well known words and more", "monkey dragon sunshine butterfly"],
  ])("that is %s", (_what, password) => {
    expect(isWeakPassword(password, "wanjiku.kamau")).toBe(false);
  });

  it("whatever way its accents are written", () => {
    const composed = "caf\u00e9 d\u00e9j\u00e0 r\u00eav\u00e9";
    expect(isWeakPassword(composed.normalize("NFD"), "x")).toBe(isWeakPassword(composed, "x"));
  });
});

it("a few hundred well known parts and sentences are kept, in the form they are compared in", () => {
  expect(COMMON_PARTS.length + COMMON_SENTENCES.size).toBeGreaterThan(350);
  for (const part of [...COMMON_PARTS, ...COMMON_SENTENCES]) expect(part).toMatch(/^[a-z0-9]{3,}$/);
});
