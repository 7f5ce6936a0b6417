import { expect, test } from "vitest";
import { plainLogin, refusalOf, wrongIn } from "../src/logic/registration.ts";

const FORM = { name: "Mary Wanjiru", login: "mary.w", password: "the rain came early" };

test("what the server would refuse is said before anything is sent", () => {
  expect(wrongIn(FORM)).toEqual([]);
  expect(wrongIn({ name: " ", login: "ma", password: "short" })).toEqual(["name", "login", "password"]);
  expect(wrongIn({ ...FORM, login: "mary w" })).toEqual(["login"]);
});

test("a capital that the keyboard put in front, and spaces around, are no mistakes", () => {
  expect(plainLogin(" Mary.W ")).toBe("mary.w");
  expect(wrongIn({ ...FORM, login: " Mary.W " })).toEqual([]);
});

test("a letter of any script is one", () => {
  expect(wrongIn({ ...FORM, password: "बारिश इस साल जल्दी आई" })).toEqual([]);
});

test("a refusal is said where it can be corrected", () => {
  expect(refusalOf("password_weak")).toEqual({ field: "password", key: "register.passwordWrong" });
  expect(refusalOf("credentials_wrong")).toEqual({ key: "register.taken" });
  expect(refusalOf("offline")).toEqual({ key: "register.offline" });
  expect(refusalOf("internal")).toEqual({ key: "register.failed" });
});
