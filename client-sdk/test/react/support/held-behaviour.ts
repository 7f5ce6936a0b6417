import { expect, test, vi } from "vitest";
import { createElement, memo, type ReactElement } from "react";
import { describeStatus, HealthBridge, memoryDisk, memoryStore } from "../../../src/index.ts";
import type { Held } from "../../../src/index.ts";
import { devicePulse } from "../../../src/pulse.ts";
import {
  type Clock,
  HealthBridgeProvider,
  useAccount,
  useAppointments,
  useEntity,
  useHealthBridge,
  useList,
  useNow,
  useObservable,
  useOutcomes,
  useStatus,
  useWaiting,
} from "../../../src/react/index.ts";
import { Value } from "../../../src/observable.ts";
import { openClinic, PASSWORD } from "./clinic.ts";
import { probe, type Probe, until } from "./probe.ts";
import type { Renderer } from "./renderer.ts";

/** How the hooks over what a device holds behave, whatever renders. */
export function describeHeld(renderer: Renderer): void {
  const { act } = renderer;

  test("a list shows what is held, then what was queued, then what came of it", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const shown = await probe(renderer, { hb }, () =>
      useList("patient", { clinic }).map(
        ({ name, waiting }) => `${name}${waiting === true ? " (waiting)" : ""}`,
      ),
    );
    expect(shown.last).toEqual(["Wanjiru"]);
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    expect(shown.last.toSorted()).toEqual(["Otieno (waiting)", "Wanjiru"]);
    await act(at.sync);
    expect(shown.last.toSorted()).toEqual(["Otieno", "Wanjiru"]);
  });

  test("a list is the same object until it says something else, and so is each of its items", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const shown = await probe(renderer, { hb }, () => useList("patient", ({ name }) => name !== ""));
    await shown.again();
    await shown.again();
    expect(new Set(shown.seen).size).toBe(1);
    const [wanjiru] = shown.last;
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    expect(shown.last).toHaveLength(2);
    expect(shown.last.find(({ name }) => name === "Wanjiru")).toBe(wanjiru);
  });

  test("a row in `memo` is rendered only when its own entity changes", async () => {
    await using at = await openClinic();
    const { hb, clinic, patient } = at;
    await hb.registerPatient({ name: "Otieno", clinic });
    const rendered: string[] = [];
    const Row = memo(({ patient: { name } }: { readonly patient: Held<"patient"> }): ReactElement => {
      rendered.push(name);
      return createElement("li", null, name);
    });
    const List = (): ReactElement =>
      createElement(
        "ul",
        null,
        useList("patient").map((each) => createElement(Row, { key: each.id, patient: each })),
      );
    await renderer.mount(createElement(HealthBridgeProvider, { hb, children: createElement(List) }));
    rendered.length = 0;
    await act(() => hb.updatePatient({ patient, name: "Wanjiru Kamau" }));
    expect(rendered).toEqual(["Wanjiru Kamau"]);
  });

  test("nothing is rendered when something changes that the component does not read", async () => {
    await using at = await openClinic();
    const { hb, doctor, clinic, patient } = at;
    const reads = [
      () => useEntity("doctor", doctor),
      () => useList("clinic"),
      () => useAppointments({ patient }),
      () => useAccount(),
      () => useStatus(({ state }) => state === "needs-sign-in"),
      () => useOutcomes(({ type }) => type === "appointment.book").outcomes,
    ];
    const probes: Array<Probe<unknown>> = [];
    for (const read of reads) probes.push(await probe<unknown>(renderer, { hb }, read));
    await act(at.sync);
    const before = probes.map(({ seen }) => seen.length);
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    await act(at.sync);
    expect(probes.map(({ seen }) => seen.length)).toEqual(before);
  });

  test("filters that are written inline neither subscribe again nor render without end", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const on = vi.spyOn(hb, "on");
    const shown = await probe(renderer, { hb }, () => [
      useList("patient", { clinic }),
      useList("patient", (each) => each.clinic === clinic),
      useStatus(({ waiting }) => ({ waits: waiting.total > 0 })),
    ]);
    const renderings = shown.seen.length;
    const subscriptions = on.mock.calls.length;
    for (let turn = 0; turn < 5; turn++) await shown.again();
    expect(shown.seen.length).toBe(renderings + 5);
    expect(on.mock.calls.length).toBe(subscriptions);
    expect(shown.last.every((each, part) => each === shown.seen[0]?.[part])).toBe(true);
  });

  test("a filter that closes over something else answers at once what it now asks for", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    await hb.registerPatient({ name: "Otieno", clinic });
    let wanted = "Wanjiru";
    const shown = await probe(renderer, { hb }, () =>
      useList("patient", ({ name }) => name === wanted).map(({ name }) => name),
    );
    expect(shown.last).toEqual(["Wanjiru"]);
    wanted = "Otieno";
    const before = shown.seen.length;
    await shown.again();
    expect(shown.seen.slice(before).every((names) => names.join("") === "Otieno")).toBe(true);
  });

  test("however many components list a kind, the device lists it once after a change", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const read = (): readonly unknown[] => [
      useList("patient", { clinic }),
      useList("patient", ({ name }) => name.startsWith("W")),
      useList("patient"),
    ];
    const shown = await probe(renderer, { hb }, read);
    await probe(renderer, { hb }, read);
    const list = vi.spyOn(hb, "list");
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    expect(shown.last.map((each) => (Array.isArray(each) ? each.length : 0))).toEqual([2, 1, 2]);
    expect(list.mock.calls).toEqual([["patient"]]);
  });

  test("one entity comes, changes and goes; without an id there is none", async () => {
    await using at = await openClinic();
    const { hb, doctor } = at;
    const asked: { id?: string } = {};
    const shown = await probe(renderer, { hb }, () => useEntity("doctor", asked.id)?.name);
    expect(shown.last).toBeUndefined();
    asked.id = doctor;
    await shown.again();
    expect(shown.last).toBe("Dr Achieng");
    await act(() => hb.signOut());
    expect(shown.last).toBeUndefined();
  });

  test("appointments come in the order of their times, with what waits", async () => {
    await using at = await openClinic();
    const { hb, doctor, patient } = at;
    const shown = await probe(renderer, { hb }, () =>
      useAppointments({ patient }).map(({ start, waiting }) => [start.slice(11, 16), waiting]),
    );
    for (const time of ["16:00", "15:00"])
      await act(() => hb.book({ doctor, patient, start: `2026-11-23T${time}+03:00` }));
    expect(shown.last).toEqual([
      ["15:00", true],
      ["16:00", true],
    ]);
    const others = await probe(renderer, { hb }, () => useAppointments({ doctor: "doctordoctordoct.9" }));
    expect(others.last).toEqual([]);
  });

  test("what waits is listed in the order it was queued, until it is settled", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const shown = await probe(renderer, { hb }, () => useWaiting().map(({ input }) => input["name"]));
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    await act(() => hb.registerPatient({ name: "Akinyi", clinic }));
    expect(shown.last).toEqual(["Otieno", "Akinyi"]);
    await act(at.sync);
    expect(shown.last).toEqual([]);
  });

  test("the status is told in words, and who is signed in", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const shown = await probe(renderer, { hb }, () => [useStatus(describeStatus), useAccount()?.login]);
    expect(shown.last).toEqual(["Everything is sent", "amina"]);
    at.desk.network.goOffline();
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    await act(at.sync);
    expect(shown.last).toEqual(["1 waiting to be sent; no connection", "amina"]);
    await act(() => hb.signOut());
    expect(shown.last[1]).toBeUndefined();
  });

  test("an outcome is listed until it is acknowledged, also from an earlier run", async () => {
    await using at = await openClinic();
    await at.hb.registerPatient({ name: "Otieno", clinic: at.clinic });
    await at.sync();
    const hb = await at.desk.restart();
    const shown = await probe(renderer, { hb }, () => useOutcomes());
    await until(renderer, () => expect(shown.last.ready).toBe(true));
    const [first] = shown.last.outcomes;
    expect(first).toMatchObject({ type: "patient.register", status: "applied" });
    const { acknowledge } = shown.last;
    await act(() => acknowledge(first?.id ?? ""));
    expect(shown.last.outcomes).toEqual([]);
    expect(shown.last.acknowledge).toBe(acknowledge);
    expect(await hb.outcomes()).toEqual([]);
  });

  test("a component that comes later has the outcomes too", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    await probe(renderer, { hb }, () => useList("patient"));
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    await act(at.sync);
    const shown = await probe(renderer, { hb }, () => useOutcomes());
    await until(renderer, () => expect(shown.last.ready).toBe(true));
    expect(shown.last.outcomes.map(({ type }) => type)).toEqual(["patient.register"]);
  });

  test("outcomes of one account are never shown to the next", async () => {
    await using at = await openClinic();
    const { hb, clinic, lab } = at;
    await hb.registerPatient({ name: "Otieno", clinic });
    await at.sync();
    const shown = await probe(renderer, { hb }, () => [useAccount()?.login, useOutcomes().outcomes.length]);
    await until(renderer, () => expect(shown.last).toEqual(["amina", 1]));
    await act(() => hb.signOut());
    await act(() => lab.time.run(hb.signIn({ login: "baraka", password: PASSWORD })));
    await act(at.sync);
    expect(shown.last).toEqual(["baraka", 0]);
    expect(shown.seen.filter(([login, count]) => login !== "amina" && count !== 0)).toEqual([]);
  });

  test("when the last component is gone nothing listens any more, and one that comes back is up to date", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    const first = await probe(renderer, { hb }, () => useList("patient").length);
    const second = await probe(renderer, { hb }, () => useOutcomes().outcomes.length);
    expect(devicePulse(hb).beats).toBeDefined();
    await first.mounted.unmount();
    await second.mounted.unmount();
    expect(devicePulse(hb).beats).toBeUndefined();
    const renderings = first.seen.length;
    await act(() => hb.registerPatient({ name: "Otieno", clinic }));
    expect(first.seen.length).toBe(renderings);
    const back = await probe(renderer, { hb }, () => useList("patient").length);
    expect(back.seen[0]).toBe(2);
  });

  test("what changes between rendering and subscribing is seen", async () => {
    await using at = await openClinic();
    const { hb, clinic } = at;
    let begun: Promise<unknown> | undefined;
    const shown = await probe(renderer, { hb }, () => {
      const count = useList("patient").length;
      begun ??= hb.registerPatient({ name: "Otieno", clinic });
      return count;
    });
    await act(() => begun);
    expect(shown.last).toBe(2);
  });

  test("another device is read as soon as it is handed in", async () => {
    await using at = await openClinic();
    const empty = await HealthBridge.open({
      url: "https://nowhere.invalid",
      store: memoryStore(memoryDisk()),
      autoSync: false,
    });
    const shown = await probe(renderer, { hb: at.hb }, () => useList("patient").length);
    expect(shown.last).toBe(1);
    await shown.again({ hb: empty });
    expect(shown.last).toBe(0);
    expect(devicePulse(at.hb).beats).toBeUndefined();
    await shown.mounted.unmount();
    await empty.close();
  });

  test("without a device every hook answers as one that holds nothing", async () => {
    const shown = await probe(renderer, { hb: undefined }, () => [
      useList("patient"),
      useEntity("patient", "patientpatientpa.1"),
      useAppointments(),
      useWaiting(),
      useOutcomes().outcomes,
      useStatus(({ state }) => state),
      useAccount(),
    ]);
    expect(shown.last).toEqual([[], undefined, [], [], [], "offline", undefined]);
  });

  test("an observable is read, whatever it is of", async () => {
    const state = new Value({ state: "locked", triesLeft: 3 });
    const shown = await probe(renderer, { hb: undefined }, () => useObservable(state));
    const renderings = shown.seen.length;
    await act(() => state.set({ state: "locked", triesLeft: 3 }));
    expect(shown.seen.length).toBe(renderings);
    await act(() => state.set({ state: "open", triesLeft: 3 }));
    expect(shown.last).toEqual({ state: "open", triesLeft: 3 });
  });

  test("the minute goes on as the clock does, and not while nobody looks", async () => {
    await using at = await openClinic();
    const { lab, hb } = at;
    const runtime = {
      now: () => lab.time.now(),
      sleep: vi.fn<Clock["sleep"]>((ms, signal) => lab.time.sleep(ms, signal)),
    };
    const begin = Math.ceil(lab.time.now() / 60_000) * 60_000;
    await lab.time.advance(begin - lab.time.now());
    const shown = await probe(renderer, { hb, runtime }, () => useNow());
    await act(() => lab.time.advance(59_000));
    expect(new Set(shown.seen)).toEqual(new Set([begin]));
    await act(() => lab.time.advance(1_000));
    expect(shown.last).toBe(begin + 60_000);
    await shown.mounted.unmount();
    const sleeps = runtime.sleep.mock.calls.length;
    await act(() => lab.time.advance(180_000));
    expect(runtime.sleep.mock.calls.length).toBe(sleeps);
  });

  test("on a device whose clock is wrong the minute is the server's from the first answer on, also after a restart without a network", async () => {
    await using at = await openClinic();
    const { lab, desk } = at;
    desk.clockOffset = 86_400_000;
    const runtime: Clock = {
      now: () => lab.time.now() + desk.clockOffset,
      sleep: (ms, signal) => lab.time.sleep(ms, signal),
    };
    const right = lab.time.now() - (lab.time.now() % 60_000);
    const shown = await probe(renderer, { hb: at.hb, runtime }, () => useNow());
    expect(shown.last).toBe(right + 86_400_000); // nobody has told it yet
    await act(at.sync);
    expect(shown.last).toBe(right);
    await shown.mounted.unmount();
    desk.network.goOffline();
    const hb = await desk.restart();
    const again = await probe(renderer, { hb, runtime }, () => useNow());
    expect(again.last).toBe(right);
    desk.network.goOnline();
    desk.clockOffset = -86_400_000;
    await act(at.sync);
    expect(again.last).toBe(right);
  });

  test("a difference of seconds moves nothing", async () => {
    await using at = await openClinic();
    const { lab, desk, hb } = at;
    await lab.time.advance(60_000 - (lab.time.now() % 60_000));
    const begin = lab.time.now();
    desk.clockOffset = 25_000;
    const runtime: Clock = {
      now: () => lab.time.now() + desk.clockOffset,
      sleep: (ms, signal) => lab.time.sleep(ms, signal),
    };
    const shown = await probe(renderer, { hb, runtime }, () => useNow());
    await act(at.sync);
    expect(hb.status.get().ahead).toBeLessThan(-20_000);
    expect(new Set(shown.seen)).toEqual(new Set([begin]));
  });

  test("what a device does is at hand, and what only its own class can do where that is named", async () => {
    await using at = await openClinic();
    const { hb, doctor } = at;
    const shown = await probe(renderer, { hb }, () => ({
      any: useHealthBridge(),
      own: useHealthBridge(HealthBridge),
    }));
    expect(shown.last.any).toBe(hb);
    expect(shown.last.own.leasedTimes(doctor)).toEqual([]);
  });
}
