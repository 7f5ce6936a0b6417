import { expect, onTestFinished } from "vitest";
import { HealthBridge, memoryStore } from "../../src/index.ts";
import { type Line, openLine } from "../../src/realtime/index.ts";
import { doctor, password, slot, wanjiru } from "../support/clinic.ts";
import { FakeSockets } from "../support/fake-sockets.ts";
import { settled } from "../support/fake-runtime.ts";
import { scene, type Scene } from "../support/scene.ts";

/** A device with a line. */
export interface LineScene extends Scene {
  readonly sockets: FakeSockets;
  readonly socketLine: Line;
  readonly hb: HealthBridge;
}

/** Amina's device with a line, live and at rest. */
export async function liveScene(): Promise<LineScene> {
  const parts = scene();
  const sockets = new FakeSockets(parts.line, parts.server);
  const socketLine = openLine({
    url: parts.line.url,
    store: memoryStore(parts.disk),
    runtime: parts.runtime,
    openSocket: sockets.openSocket,
  });
  onTestFinished(() => socketLine.close());
  const hb = await HealthBridge.open({
    url: parts.line.url,
    store: memoryStore(parts.disk),
    runtime: socketLine.runtime,
    deviceName: "Tablet",
  });
  onTestFinished(() => hb.close());
  await hb.signIn({ login: "amina", password });
  await hb.follow(`calendar:${doctor.id}`);
  // A busy machine takes longer than a moment's rest.
  await expect.poll(() => socketLine.state.get()).toBe("live");
  await settled();
  parts.line.seen.length = 0;
  for (const { frames } of sockets.all) frames.length = 0;
  return { ...parts, sockets, socketLine, hb };
}

/** What books a time for somebody. */
export const booking = (at: number, patient = wanjiru.id) => ({
  doctor: doctor.id,
  patient,
  start: slot(at),
});
