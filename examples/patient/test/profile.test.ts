import { HealthBridge } from "@healthbridge/client-sdk";
import { expect, test } from "vitest";
import { changesOf, EMPTY_PROFILE, profileOf, detailsOf, wrongIn } from "../src/logic/profile.ts";

const TODAY = "2026-11-30";
const wrong = (form: Partial<typeof EMPTY_PROFILE>) =>
  wrongIn({ ...EMPTY_PROFILE, name: "Apua", ...form }, TODAY);

test("a name is all that is needed", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ name: " " })).toEqual(["name"]);
  expect(detailsOf({ ...EMPTY_PROFILE, name: " Apua Lopeyok " })).toEqual({ name: "Apua Lopeyok" });
});

test("nobody is born tomorrow, and a number has its country", () => {
  expect(wrong({ born: "2026-12-01" })).toEqual(["born"]);
  expect(wrong({ born: TODAY })).toEqual([]);
  expect(wrong({ phone: "0712345678" })).toEqual(["phone"]);
  expect(wrong({ phone: "+254 712-345 678" })).toEqual([]);
});

test("what the form says is what the server takes", () => {
  const input = detailsOf({
    name: "Apua",
    born: "1991-07-19",
    sex: "female",
    phone: "+254 700 020 001",
    village: "Kanamkemer",
    notices: "sms",
  });
  expect(input).toMatchObject({ phone: "+254700020001" });
  expect(HealthBridge.check("patient.register", input)).toBeUndefined();
});

test("a profile comes back into the form as it was", () => {
  const profile = { id: "patientpatientpa.1", name: "Apua", born: "1991-07-19" };
  expect(profileOf(profile)).toEqual({ ...EMPTY_PROFILE, name: "Apua", born: "1991-07-19" });
});

test("of a profile that was there only what was changed is said: the clinic may have corrected the rest meanwhile", () => {
  const was = { ...EMPTY_PROFILE, name: "Apua", phone: "+254700020001", village: "Kanamkemer" };
  expect(changesOf(was, was)).toEqual({});
  expect(changesOf({ ...was, village: "Nakwamekwi" }, was)).toEqual({ village: "Nakwamekwi" });
  const renamed = changesOf({ ...was, name: " Apua Lopeyok ", phone: "" }, was);
  expect(renamed).toEqual({ name: "Apua Lopeyok" });
  expect(HealthBridge.check("patient.update", { ...renamed, patient: "patientpatientpa.1" })).toBeUndefined();
});
