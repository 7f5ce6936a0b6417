import { describe, expect, test } from "vitest";
import {
  changedDetails,
  diallingOf,
  EMPTY_DRAFT,
  readBorn,
  readDraft,
  readPhone,
} from "../../src/logic/patient-draft.ts";

const TODAY = "2026-11-30";
const AROUND = { today: TODAY, dialling: "+254" };

describe("what a worker types", () => {
  test.each([
    ["1984-07-03", "1984-07-03"],
    ["3.7.1984", "1984-07-03"],
    ["03/07/1984", "1984-07-03"],
    ["1984", "1984-01-01"],
    ["42", "1984-01-01"],
    ["0", "2026-01-01"],
  ])("born %s is kept as %s", (text, value) => {
    expect(readBorn(text, TODAY)).toEqual({ value });
  });

  test.each([
    ["30.2.1984", "noDate"],
    ["1984-13-01", "noDate"],
    ["yesterday", "noDate"],
    ["130", "noDate"],
    ["1850", "noDate"],
    ["2027", "future"],
    ["1.12.2026", "future"],
  ])("born %s is not taken", (text, fault) => {
    expect(readBorn(text, TODAY)).toEqual({ fault });
  });

  test.each([
    ["0712 345 678", "+254712345678"],
    ["+254 712-345-678", "+254712345678"],
    ["00254712345678", "+254712345678"],
  ])("the number %s is kept as the world dials it", (text, value) => {
    expect(readPhone(text, "+254")).toEqual({ value });
  });

  test.each(["0712 345", "+254 712 345 6789", "0110 23 45", "+256 772 12345", "+91 98765 4321"])(
    "the number %s has not the digits of its country",
    (text) => {
      expect(readPhone(text, "+254")).toEqual({ fault: "noPhone" });
    },
  );

  test.each(["+256772123456", "+919876543210", "+25454212345", "+12025550123"])(
    "the number %s has all its digits",
    (value) => {
      expect(readPhone(value, "+254")).toEqual({ value });
    },
  );

  test("a local number is not guessed where the country is not known", () => {
    expect(readPhone("0712345678")).toEqual({ fault: "noPhone" });
    expect(diallingOf("Africa/Nairobi")).toBe("+254");
    expect(diallingOf("Antarctica/Troll")).toBeUndefined();
  });

  test("a name is all that is needed; what is left out is not kept", () => {
    expect(readDraft({ ...EMPTY_DRAFT, name: "  Akiru   Lopeyok " }, AROUND)).toEqual({
      details: { name: "Akiru Lopeyok" },
      faults: new Map(),
    });
  });

  test("every field at fault is named, and the others are read all the same", () => {
    const { details, faults } = readDraft(
      { ...EMPTY_DRAFT, born: "soon", phone: "12", sex: "F", village: "Kanamkemer" },
      AROUND,
    );
    expect([...faults]).toEqual([
      ["name", "missing"],
      ["born", "noDate"],
      ["phone", "noPhone"],
    ]);
    expect(details).toEqual({ sex: "female", village: "Kanamkemer" });
  });
});

test("of a card that is corrected only what was typed anew is said: another device may have corrected the rest", () => {
  const before = { ...EMPTY_DRAFT, name: "Apua", sex: "female", phone: "+254712345678", village: "Lodwar" };
  const changesOf = (more: Partial<typeof before>) => {
    const draft = { ...before, ...more };
    return changedDetails(readDraft(draft, AROUND).details, draft, before);
  };
  expect(changesOf({})).toEqual({});
  expect(changesOf({ village: "Kalokol", phone: "" })).toEqual({ village: "Kalokol" });
  expect(changesOf({ name: "Apua Lopeyok", sex: "other" })).toEqual({ name: "Apua Lopeyok", sex: "other" });
});
