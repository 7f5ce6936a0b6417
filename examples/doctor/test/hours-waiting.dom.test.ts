import { HealthBridge, memoryStore, platformRuntime } from "@healthbridge/client-sdk";
import { HealthBridgeProvider } from "@healthbridge/client-sdk/react";
import { FakeServer } from "@healthbridge/client-sdk/testing";
import { addDays } from "@healthbridge/schema/client";
import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { DayScreen } from "../src/day/day-screen.tsx";
import { withHoursWaiting } from "../src/day/hours-waiting.ts";
import { WeekScreen } from "../src/day/week-screen.tsx";

const here = vi.hoisted((): { desk: object } => ({ desk: {} }));
vi.mock("react", () => import("preact/compat"));
vi.mock("../src/shared/desk-context.ts", async () => {
  const { words } = await import("../src/words/words.ts");
  return { useDesk: () => here.desk, useWords: () => words.speech("en") };
});

const PASSWORD = "seven goats cross the river";
const root = document.createElement("div");
beforeEach(() => document.body.append(root));
afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
});

/** A doctor at her desk, with one appointment on a day of free times. */
async function desk() {
  const server = new FakeServer();
  const doctor = server.addDoctor();
  server.addAccount({ login: "achieng", password: PASSWORD, role: "doctor", doctor: doctor.id });
  const start = server.freeStarts(doctor.id).at(-1) ?? "";
  server.bookElsewhere({ doctor: doctor.id, start });
  const fetch = (url: string, init: RequestInit) => server.fetch(new Request(url, init));
  const runtime = { ...platformRuntime(), fetch };
  const url = "http://server.test";
  const hb = await HealthBridge.open({ url, store: memoryStore(), autoSync: false, runtime });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "achieng", password: PASSWORD });
  await hb.sync();
  here.desk = { hb, doctor: doctor.id };
  const show = (screen: typeof DayScreen, date: string) =>
    act(() => render(h(HealthBridgeProvider, { hb }, h(screen, { date })), root));
  return { hb, doctor: doctor.id, date: start.slice(0, 10), show };
}

const figures = () => root.querySelector(".figures")?.textContent;

test("a date that she has just made a day off has no free times while that waits to be sent, and says that it waits", async () => {
  const { hb, doctor, date, show } = await desk();
  await show(DayScreen, date);
  expect(figures()).toMatch(/^1 patient · \d+ free$/);
  await hb.exceptAvailability({ doctor, dates: [{ date, hours: [] }] });
  await show(DayScreen, date);
  expect(figures()).toBe("1 patient · new hours waiting to be sent");
  expect(root.textContent).not.toMatch(/times? free/);
  await show(WeekScreen, date);
  expect(root.textContent).toContain("1 patient · new hours waiting to be sent");
});

test("another date keeps its free times", async () => {
  const { hb, doctor, date, show } = await desk();
  await hb.exceptAvailability({ doctor, dates: [{ date: addDays(date, 30), hours: [] }] });
  await show(DayScreen, date);
  expect(figures()).toMatch(/ free$/);
});

test("a new week counts from today on, and only for the doctor whose it is", () => {
  const [doctor, today] = ["Y2xpbmljbGluaWNj.3", "2026-12-02"];
  const days = [addDays(today, -1), today, addDays(today, 1)].map((date) => ({
    date,
    slots: [],
    appointments: [],
  }));
  const waitOf = (whose: string) =>
    withHoursWaiting(days, [{ type: "availability.set", input: { doctor: whose } }], { doctor, today }).map(
      ({ hoursWait }) => hoursWait,
    );
  expect(waitOf(doctor)).toEqual([undefined, true, true]);
  expect(waitOf("Y2xpbmljbGluaWNj.4")).toEqual([undefined, undefined, undefined]);
});
