import { describe, expect, it } from "vitest";
import { contentSum, rowRef } from "../src/rows/keys.ts";
import { isDate, localStart } from "../src/rows/local-time.ts";
import { readPatient } from "../src/rows/patient-row.ts";
import { readWishes } from "../src/rows/wishes.ts";
import { nameWords } from "../src/lists.ts";
import { serverAddress } from "../src/settings.ts";

const CLINIC = "BBBBBBBBBBBBBBBB.1";
const cells = (row: Readonly<Record<string, string>>) => new Map(Object.entries(row));

describe("if_taken", () => {
  it.each([
    ["same day; same doctor within 5 days; give up", ["sameDay", "sameDoctor", "giveUp"]],
    ["Same Day then give  up", ["sameDay", "giveUp"]],
    ["same doctor in 1 day | give up", ["sameDoctor", "giveUp"]],
    ["any doctor within 20 km; waiting list for 7 days", ["anyDoctor", "waitingList"]],
    ["waiting list", ["waitingList"]],
    [undefined, []],
  ])("reads %j", (text, wishes) => {
    expect(readWishes(text).map(({ wish }) => wish)).toEqual(wishes);
  });

  it("reads how far, how long, in which language and when", () => {
    expect(readWishes("any doctor within 20 km within 3 days speaking sw in the morning")).toEqual([
      { wish: "anyDoctor", km: 20, days: 3, language: "sw", partOfDay: "morning" },
    ]);
    expect(readWishes("same day in the evening; waiting list for 7 days in the afternoon")).toEqual([
      { wish: "sameDay", partOfDay: "evening" },
      { wish: "waitingList", days: 7, partOfDay: "afternoon" },
    ]);
    expect(() => readWishes("give up in the morning")).toThrow("not understood");
  });

  it("says which words it does not understand", () => {
    expect(() => readWishes("same day; next week")).toThrow("“next week”");
  });
});

describe("wall times", () => {
  it.each([
    ["2026-11-23", "9:20", "Africa/Nairobi", "2026-11-23T09:20+03:00"],
    ["2026-10-25", "01:30", "Europe/London", "2026-10-25T01:30+01:00"], // this hour is there twice: the first
    ["2026-07-01", "00:00", "America/St_Johns", "2026-07-01T00:00-02:30"],
    ["2026-01-01", "23:59", "Pacific/Kiritimati", "2026-01-01T23:59+14:00"],
    ["2026-04-05", "02:30", "Australia/Lord_Howe", "2026-04-05T02:30+10:30"],
  ])("%s %s in %s is %s", (date, time, zone, start) => {
    expect(localStart(date, time, zone)).toBe(start);
  });

  it("refuses a time that no clock shows, because clocks go forward", () => {
    expect(() => localStart("2026-03-29", "01:30", "Europe/London")).toThrow("does not exist");
  });

  it.each([
    ["23/11/2026", "09:20"],
    ["2026-02-30", "09:20"],
    ["2026-11-23", "25:00"],
    ["2026-11-23", "9"],
  ])("refuses %s %s in words", (date, time) => {
    expect(() => localStart(date, time, "Africa/Nairobi")).toThrow("is not written as");
  });

  it("knows leap days", () => {
    expect([isDate("2028-02-29"), isDate("2027-02-29")]).toEqual([true, false]);
  });
});

describe("patients", () => {
  it("tidies what people type", () => {
    expect(
      readPatient(cells({ name: "Wanjiru", phone: "+254 712-345 678", sex: "F", card: "K-1" }), "", CLINIC),
    ).toEqual({
      name: "Wanjiru",
      phone: "+254712345678",
      sex: "female",
      cardNumber: "K-1",
      clinic: CLINIC,
    });
  });

  it.each([
    [{ name: "A", phone: "0712" }, "phone"],
    [{ name: "A", born: "1988" }, "date of birth"],
    [{ name: "A", sex: "x" }, "sex"],
  ])("names what is wrong in %j", (row, word) => {
    expect(() => readPatient(cells(row), "", CLINIC)).toThrow(word);
  });

  it("says what to do where no clinic is known", () => {
    expect(() => readPatient(cells({ name: "A" }), "", undefined)).toThrow("sign in once");
  });
});

describe("references", () => {
  const sum = contentSum(cells({ a: "1", b: "2" }));

  it("are the same for the same content in any order of columns, and differ for the second such row", () => {
    expect(contentSum(cells({ b: "2", a: "1" }))).toBe(sum);
    expect(rowRef("booking", undefined, sum, 0)).not.toBe(rowRef("booking", undefined, sum, 1));
  });

  it("stay short and apart for long references", () => {
    const long = "x".repeat(400);
    expect(rowRef("booking", long, sum, 0).length).toBeLessThan(200);
    expect(rowRef("booking", long, sum, 0)).not.toBe(rowRef("booking", `${long}y`, sum, 0));
  });
});

it("compares names without titles, accents and case", () => {
  expect(nameWords("Dr. José OTIENO")).toEqual(["jose", "otieno"]);
});

it("takes an address as people type it, and no unencrypted one elsewhere", () => {
  expect(serverAddress("health.example/")).toBe("https://health.example");
  expect(serverAddress("http://127.0.0.1:8080")).toBe("http://127.0.0.1:8080");
  expect(() => serverAddress("http://health.example")).toThrow("not encrypted");
});
