import { expect, test, vi } from "vitest";
import { itemsOf } from "../src/logic/many-plan.ts";
import { CloseScreen } from "../src/screens/close-screen.tsx";
import { desk, root, text } from "./support/desk.tsx";

vi.mock("react", () => import("preact/compat"));
vi.mock("../src/parts/use-other-workers.ts", () => ({ useOtherWorkers: () => [] }));
vi.mock("@healthbridge/example-design/shell", async (original) => ({
  ...(await original<object>()),
  useShell: () => ({ label: "Amina" }),
}));

const WISHES = { sameDay: true, sameDoctorDays: 5, anyDoctorKm: 0, waitingListDays: 0 };

test("of whom no time was left for no time is said to have been asked for", async () => {
  const { server, doctor, hb, show } = await desk();
  const start = server.freeStarts(doctor.id)[0] ?? "";
  server.bookElsewhere({ doctor: doctor.id, start });
  await hb.follow(`calendar:${doctor.id}`);
  await hb.sync();
  const { id: patient } = await hb.registerPatient({ name: "Hamsini Lokai", clinic: doctor.clinic });
  const rows = [{ patient, time: { kind: "wishes", start } }] as const;
  const asked = { doctor, patients: [patient], wishes: WISHES };
  await hb.enqueueMany(itemsOf("p1", rows, asked));
  const time = start.slice(11, 16);
  await show(<CloseScreen />);
  expect(text()).toContain("no time was left");
  expect(text()).not.toContain(time);
  await hb.sync();
  await show(<CloseScreen />);
  await expect.poll(text).toMatch(/asked for: \w+ \d+ \w+, no time was left, Dr Achieng.*Booked: /);
  expect(text()).not.toContain(time);
});

test("what was booked for certain and then cancelled on this device is not counted as certain", async () => {
  const { doctor, hb, show } = await desk();
  const date = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  await hb.takeLease({ doctor: doctor.id, dates: [date], until: `${date}T08:00+03:00`, most: 1 });
  await hb.sync();
  const { id: patient } = await hb.registerPatient({ name: "Hamsini Lokai", clinic: doctor.clinic });
  const [leased] = hb.leasedTimes(doctor.id);
  const { id, forecast } = await hb.book({ doctor: doctor.id, patient, start: leased?.start ?? "" });
  expect(forecast).toBe("confirmed");
  await show(<CloseScreen />);
  expect(bar()).toContain("1 certain, not sent, 1 waiting to be sent");
  expect(text()).toContain("certain, waiting to be sent");
  await hb.cancel({ appointment: id });
  await show(<CloseScreen />);
  expect(bar()).toContain("3 waiting to be sent");
  expect(bar()).not.toContain("certain");
  expect(text()).not.toContain("certain, waiting to be sent");
});

const bar = () => root.querySelector("[role=img]")?.getAttribute("aria-label");
