import { expect, onTestFinished, test } from "vitest";
import { clinic } from "./support/clinic.ts";
import { settled } from "./support/fake-runtime.ts";
import { scene, useNetwork } from "./support/scene.ts";

useNetwork();

test("an app's listener that throws is reported as the app's, and disturbs neither the others nor the sync", async () => {
  const { ready } = scene();
  const hb = await ready();
  const reported: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => reported.push(error));
  onTestFinished(() => {
    process.removeAllListeners("uncaughtException");
    for (const other of others) process.on("uncaughtException", other);
  });
  const seen: string[] = [];
  // It breaks the moment it begins to listen, and at each change.
  let told = 0;
  const breaks = () => {
    told += 1;
    throw new Error("the app's own");
  };
  const stop = hb.status.subscribe(breaks);
  hb.status.subscribe(({ state }) => seen.push(state));
  const stopWatching = hb.watch({ kind: "patient" }, breaks);
  hb.watch({ kind: "patient" }, (patients) => seen.push(`${patients.length} patients`));
  await hb.registerPatient({ name: "Kamau", clinic: clinic.id });
  expect(await hb.sync()).toMatchObject({ done: true, applied: 1 });
  await settled();
  expect(seen).toContain("sending");
  expect(seen).toContain("3 patients");
  expect(reported.length).toBeGreaterThan(3);
  expect(reported.every((error) => error instanceof Error && error.message === "the app's own")).toBe(true);
  const before = told;
  stop();
  stopWatching();
  await hb.registerPatient({ name: "Achieng", clinic: clinic.id });
  await hb.sync();
  await settled();
  expect(told).toBe(before);
});
