import { describe, expect, test } from "vitest";
import { doublesOf, nameLikeness } from "../../src/logic/likeness.ts";
import { patient } from "../support/day.ts";

const AKIRU = patient(1, "Akiru Lopeyok", {
  born: "1984-07-03",
  phone: "+254700010001",
  sex: "female",
  cardNumber: "OP/1001",
});
const KNOWN = [
  AKIRU,
  patient(2, "John Ekal", { born: "1990-01-01" }),
  patient(3, "Mary Akuru Lokwang", { born: "2001-05-05" }),
];

describe("how like two names are", () => {
  test.each([
    ["Akiru Lopeyok", "Lopeyok Akiru"],
    ["AKIRU  LOPEYOK", "akiru lopeyok"],
    ["Zoë Méndez", "Zoe Mendez"],
  ])("%s and %s are the same", (left, right) => {
    expect(nameLikeness(left, right)).toBe(1);
  });

  test("a letter that was heard otherwise hardly matters", () => {
    expect(nameLikeness("Akiru Lopeyok", "Akeru Lopeiok")).toBeGreaterThan(0.85);
  });

  test("a third name does not make another person", () => {
    expect(nameLikeness("Akiru Lopeyok", "Akiru Nakiru Lopeyok")).toBeGreaterThan(0.9);
  });

  test("a first name alone is not enough", () => {
    expect(nameLikeness("Akiru", "Akiru Lopeyok")).toBeLessThan(0.85);
  });

  test("it is the same from both sides", () => {
    expect(nameLikeness("Ekal John", "Jon Ekal Lokwang")).toBeCloseTo(
      nameLikeness("Jon Ekal Lokwang", "Ekal John"),
    );
  });
});

describe("who may be registered already", () => {
  test("the same card is the same person, whatever the name", () => {
    const [double] = doublesOf({ name: "A. L.", cardNumber: "OP/1001" }, KNOWN);
    expect(double).toMatchObject({ patient: AKIRU, score: 100, because: ["card"] });
  });

  test("the same name alone is worth a question", () => {
    expect(doublesOf({ name: "Lopeyok Akiru" }, KNOWN).map((each) => each.patient)).toEqual([AKIRU]);
  });

  test("a name like it with the year of birth is worth a question", () => {
    const [double] = doublesOf({ name: "Akeru Lopeyok", born: "1984-01-01" }, KNOWN);
    expect(double?.because).toEqual(["nearName", "year"]);
  });

  test.each([
    ["Ngikario Etabo", "Atabo Longole"],
    ["Nakai Lotiang", "Nakai Ewoton"],
  ])("%s is not %s, though born in the same year", (name, other) => {
    expect(doublesOf({ name, born: "1992-05-05" }, [patient(9, other, { born: "1992-01-01" })])).toEqual([]);
  });

  test("a telephone is shared in a family: with another name it says nothing, with the year it does", () => {
    expect(doublesOf({ name: "Peter Ewoi", phone: "+254700010001" }, KNOWN)).toEqual([]);
    expect(doublesOf({ name: "Peter Ewoi", phone: "+254700010001", born: "1984-02-02" }, KNOWN)).toHaveLength(
      1,
    );
  });

  test("a daughter of the same name is another person", () => {
    expect(doublesOf({ name: "Akiru Lopeyok", born: "2015-03-03" }, KNOWN)).toEqual([]);
  });

  test("the likeliest comes first", () => {
    const sister = patient(4, "Akiru Lopeyok", { born: "1985-01-01" });
    const found = doublesOf({ name: "Akiru Lopeyok", born: "1985-01-01" }, [...KNOWN, sister]);
    expect(found.map((each) => each.patient.id)).toEqual([sister.id, AKIRU.id]);
  });

  test("nobody is like somebody without a name", () => {
    expect(doublesOf({ name: " " }, KNOWN)).toEqual([]);
  });
});
