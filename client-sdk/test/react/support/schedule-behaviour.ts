import { expect, test, vi } from "vitest";
import { type DoctorSearchQuery, useDoctorSearch, useDoctorWeek } from "../../../src/react/index.ts";
import { HERE, openClinic } from "./clinic.ts";
import { probe } from "./probe.ts";
import type { Renderer } from "./renderer.ts";

/** How the hooks for schedules behave, whatever renders. */
export function describeSchedule(renderer: Renderer): void {
  const { act } = renderer;

  test("doctors nearby are found without a network, and found anew as time goes by", async () => {
    await using at = await openClinic();
    const { hb, lab, desk, doctor } = at;
    desk.network.goOffline();
    const runtime = { now: () => lab.time.now(), sleep: lab.time.sleep.bind(lab.time) };
    const shown = await probe(renderer, { hb, runtime }, () =>
      useDoctorSearch({ near: HERE, sort: "nextFree" }),
    );
    const found = shown.last;
    expect(found.doctors.map((each) => each.doctor.id)).toEqual([doctor]);
    await shown.again();
    expect(shown.last).toBe(found);
    const renderings = shown.seen.length;
    await act(() => lab.time.advance(3 * 3_600_000));
    expect(shown.seen.length).toBeGreaterThan(renderings);
    expect(shown.last.doctors[0]?.nextFree).not.toEqual(found.doctors[0]?.nextFree);
  });

  test("nobody is found while it is not known where she is", async () => {
    await using at = await openClinic();
    const asked: { query?: DoctorSearchQuery } = {};
    const shown = await probe(renderer, { hb: at.hb }, () => useDoctorSearch(asked.query).matches);
    expect(shown.last).toBe(0);
    asked.query = { near: HERE, now: at.lab.time.now() };
    await shown.again();
    expect(shown.last).toBe(1);
  });

  test("a week shows what is free and what waits, and each day is the same object until it changes", async () => {
    await using at = await openClinic();
    const { hb, doctor, patient, lab } = at;
    const now = lab.time.now();
    const shown = await probe(renderer, { hb }, () =>
      useDoctorWeek(doctor, { from: "2026-11-23", days: 2, now }),
    );
    const [monday, tuesday] = shown.last;
    const start = monday?.slots?.findLast(({ state }) => state === "free")?.start ?? "";
    await act(() => hb.book({ doctor, patient, start }));
    const [after, same] = shown.last;
    expect(after?.appointments.map((each) => [each.start, each.waiting])).toEqual([[start, true]]);
    expect(after?.slots?.find((slot) => slot.start === start)?.state).toBe("busy");
    expect(same).toBe(tuesday);
  });

  test("a week of nobody, or without a device, has no days", async () => {
    await using at = await openClinic();
    const { hb } = at;
    const days = { from: "2026-11-23", now: 0 };
    expect((await probe(renderer, { hb }, () => useDoctorWeek(undefined, days))).last).toEqual([]);
    expect((await probe(renderer, { hb: undefined }, () => useDoctorWeek(at.doctor, days))).last).toEqual([]);
  });

  test("a search that cannot be answered is an error of the app's", async () => {
    await using at = await openClinic();
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const query = { near: { lat: 0, lng: 0 }, sort: "fee", now: 0 } as const;
    await expect(probe(renderer, { hb: at.hb }, () => useDoctorSearch(query))).rejects.toThrow(RangeError);
  });
}
