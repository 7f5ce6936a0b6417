import type { Patient } from "@healthbridge/schema/client";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { CorrectForm } from "../src/parts/correct-form.tsx";
import { desk, named, root, text, valueOf, write } from "./support/desk.tsx";

vi.mock("react", () => import("preact/compat"));

/** The form of a card as it is corrected. */
async function correcting(card: Partial<Patient>) {
  const { hb, server, show } = await desk();
  const { id } = server.addPatient(card);
  await hb.sync();
  const patient = hb.get("patient", id);
  if (patient === undefined) throw new Error("the device does not hold the card");
  const done = Promise.withResolvers<void>();
  await show(<CorrectForm patient={patient} onDone={done.resolve} />);
  const save = async () => {
    await act(() => root.querySelector("form")?.requestSubmit());
    await act(() => done.promise);
    return hb.waiting().map(({ input }) => input);
  };
  return { hb, id, save };
}

test("the clinic corrects what sex and language stand on a card, and asks for nothing else", async () => {
  const { id, save } = await correcting({ sex: "male", language: "en", village: "Lodwar" });
  expect([valueOf("Sex"), valueOf("Language")]).toEqual(["male", "en"]);
  await write("Sex", "female");
  await write("Language", "sw");
  expect(await save()).toEqual([{ patient: id, sex: "female", language: "sw" }]);
});

test("a card that says neither can be left as it is", async () => {
  const { id, save } = await correcting({});
  expect([valueOf("Sex"), valueOf("Language")]).toEqual(["", ""]);
  await write("Village", "Lodwar");
  expect(await save()).toEqual([{ patient: id, village: "Lodwar" }]);
});

test("what a card says can be corrected and not left out: that would stay as it is", async () => {
  await correcting({ sex: "male", language: "en" });
  const offered = ["Sex", "Language"].map((name) => named(name).textContent);
  expect(offered.join(" ")).not.toContain("Not said");
});

test("a language that is not among the usual ones stays the card's", async () => {
  const { id, save } = await correcting({ language: "luo" });
  expect(valueOf("Language")).toBe("luo");
  await write("Village", "Kisumu");
  expect(await save()).toEqual([{ patient: id, village: "Kisumu" }]);
});

test("what stands on a card and could not be typed so is no hindrance to correcting the rest", async () => {
  const { id, save } = await correcting({ phone: "+254712345" });
  await write("Village", "Kalokol");
  expect(await save()).toEqual([{ patient: id, village: "Kalokol" }]);
});

test("that it is kept here until it is sent is said until it is sent", async () => {
  const { hb, save } = await correcting({});
  await write("Village", "Lodwar");
  await save();
  expect(text()).toContain("kept here until it is sent");
  await act(async () => void (await hb.sync()));
  await expect.poll(text, { timeout: 2_000 }).not.toContain("kept here until it is sent"); // and not with its time, 8 s
});
