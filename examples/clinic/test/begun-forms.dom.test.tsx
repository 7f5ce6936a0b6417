import type { Doctor, EntityId } from "@healthbridge/schema/client";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";
import { BookForm } from "../src/parts/book-form.tsx";
import { PatientForm } from "../src/parts/patient-form.tsx";
import { desk, named, press, root, text, valueOf, write } from "./support/desk.tsx";

vi.mock("react", () => import("preact/compat"));

const NOTICE = "This was begun earlier and is not registered yet.";
const nobody = (): void => undefined;

const register = (name?: string, onRegistered: () => void = nobody) => (
  <PatientForm name={name} onRegistered={onRegistered} onKnown={nobody} />
);

async function submit(): Promise<void> {
  await act(() => root.querySelector("form")?.requestSubmit());
}

test("a registration that was begun is there again after the app has locked, and it is said that it was begun earlier", async () => {
  const { show, lockAndOpen } = await desk();
  await show(register());
  expect(text()).not.toContain(NOTICE);
  await write("Name", "Wanjiru Kamau");
  await write("Telephone", "0712 345 678");
  await write("Sex", "female");
  await lockAndOpen();
  await show(register());
  expect(["Name", "Telephone", "Sex"].map((name) => valueOf(name))).toEqual([
    "Wanjiru Kamau",
    "0712 345 678",
    "female",
  ]);
  expect(text()).toContain(NOTICE);
});

test("it can be emptied for whoever stands at the desk now, and stays so", async () => {
  const { show, lockAndOpen } = await desk();
  await show(register());
  await write("Name", "Wanjiru Kamau");
  await lockAndOpen();
  await show(register());
  await press("Empty the form");
  expect([valueOf("Name"), document.activeElement]).toEqual(["", named("Name")]);
  await lockAndOpen();
  await show(register());
  expect([valueOf("Name"), text().includes(NOTICE)]).toEqual(["", false]);
});

test("who was registered is not there again", async () => {
  const { show, lockAndOpen } = await desk();
  const registered = Promise.withResolvers<void>();
  await show(register("", registered.resolve));
  await write("Name", "Wanjiru Kamau");
  await submit();
  await act(() => registered.promise);
  await lockAndOpen();
  await show(register());
  expect([valueOf("Name"), text().includes(NOTICE)]).toEqual(["", false]);
});

test("who is registered in the middle of a booking is there again under the name that was typed, and under no other", async () => {
  const { show, lockAndOpen } = await desk();
  await show(register("Wanjiru"));
  await write("Village", "Lodwar");
  await lockAndOpen();
  await show(register("Peter"));
  expect([valueOf("Name"), valueOf("Village")]).toEqual(["Peter", ""]);
  await lockAndOpen();
  await show(register("Wanjiru"));
  expect([valueOf("Name"), valueOf("Village")]).toEqual(["Wanjiru", "Lodwar"]);
});

const bookFor = (patient: EntityId, doctor: Doctor, onDone: () => void = nobody) => (
  <BookForm
    doctor={doctor}
    start="2036-12-01T09:00+03:00"
    minutes={20}
    own={false}
    patient={patient}
    onDone={onDone}
  />
);
const REASON = "Reason (can be left out)";

test("the reason of a booking is there again for that patient and that time, until it was asked for", async () => {
  const { doctor, hb, server, show, lockAndOpen } = await desk();
  const [anne, ben] = [server.addPatient({ name: "Anne" }), server.addPatient({ name: "Ben" })];
  await hb.sync();
  await show(bookFor(anne.id, doctor));
  await write(REASON, "Cough for two weeks");
  await lockAndOpen();
  await show(bookFor(ben.id, doctor));
  expect(valueOf(REASON)).toBe("");
  await lockAndOpen();
  const booked = Promise.withResolvers<void>();
  await show(bookFor(anne.id, doctor, booked.resolve));
  expect(valueOf(REASON)).toBe("Cough for two weeks");
  await submit();
  await act(() => booked.promise);
  expect(hb.waiting().map(({ input }) => input["reason"])).toEqual(["Cough for two weeks"]);
  await lockAndOpen();
  await show(bookFor(anne.id, doctor));
  expect(valueOf(REASON)).toBe("");
});
