import { HealthBridge, memoryStore } from "@healthbridge/client-sdk";
import type { CountingProxy, WireBytes } from "../counting-proxy.ts";
import { type Login, openDoctors, openPatients, type Stage } from "../stage.ts";
import { sentence } from "./sentences.ts";

/** Lines that a phone missed. */
export const MISSED = 50;

/** What it costs a phone to catch up. */
export interface MissedLines extends WireBytes {
  readonly lines: number;
  readonly roundTrips: number;
}

/** A doctor's phone that was away for some lines of a conversation, and comes back. */
export async function measureMissedLines(stage: Stage, proxy: CountingProxy): Promise<MissedLines> {
  const [first] = await openDoctors(stage, 1, 2);
  const [patient] = await openPatients(stage, 1);
  if (first === undefined || patient === undefined) throw new Error("there is nobody to talk");
  const desk = await openPhone(stage, stage.url, await stage.staff(stage.clinic));
  const doctor = await openPhone(stage, proxy.url, await stage.account("doctor", { doctor: first.doctor }));
  const { id: conversation } = await desk.book({ doctor: first.doctor, patient, start: first.start });
  await desk.enqueueMany([{ type: "message.send", input: { conversation, text: sentence(0) } }]);
  await desk.sync();
  await doctor.sync();
  await doctor.sync();
  for (let number = 1; number <= MISSED; number += 1)
    await desk.enqueueMany([{ type: "message.send", input: { conversation, text: sentence(number) } }]);
  await desk.sync();
  proxy.take();
  const before = proxy.requests;
  await doctor.sync();
  const roundTrips = proxy.requests - before;
  const bytes = proxy.take();
  const lines = doctor.list("message", { conversation }).length - 1;
  for (const phone of [desk, doctor]) await phone.close();
  return { lines, roundTrips, ...bytes };
}

async function openPhone(stage: Stage, url: string, { login, password }: Login): Promise<HealthBridge> {
  const { tenant } = stage;
  const phone = await HealthBridge.open({
    url,
    store: memoryStore(),
    tenant,
    deviceName: "bench",
    autoSync: false,
  });
  await phone.signIn({ login, password });
  await phone.sync();
  return phone;
}
