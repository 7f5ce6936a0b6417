import type { ServerFrame } from "@healthbridge/schema";
import { beforeEach, describe, expect, it } from "vitest";
import { Calls } from "../../src/realtime/calls.ts";
import type { Participants } from "../../src/realtime/participants.ts";
import { Whispers } from "../../src/realtime/whispers.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { joinedBuses } from "./joined-buses.ts";

const PATIENT = "patientaccountpa.1";
const DOCTOR = "doctoraccountdoc.1";
const STRANGER = "strangeraccounts.1";
const conversation = "appointmentappoi.1";

/** Who takes part, until a test says otherwise. */
const takePart = new Set([PATIENT, DOCTOR]);
let away = false;
const participants: Participants = {
  of: (tenant, asked) =>
    away
      ? Promise.reject(new Error("away"))
      : Promise.resolve(tenant === "demo" && asked === conversation ? takePart : new Set()),
};
const log: string[] = [];
const parts = {
  participants,
  log: createLog({ level: "info", format: "json", write: (line) => log.push(line) }),
  onPush: () => undefined,
};

beforeEach(() => {
  takePart.add(PATIENT).add(DOCTOR);
  away = false;
  log.length = 0;
});

/** A line, and what it was told. */
function end(account: string, line = account.slice(0, 11), tenant = "demo") {
  const told: ServerFrame[] = [];
  return { tenant, account, line, told, whisper: (frame: ServerFrame) => told.push(frame) };
}

/** Lets what was begun come to its end. */
const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("whispers between nodes", () => {
  function twoNodes() {
    const [busA, busB] = joinedBuses();
    const [a, b] = [new Whispers(parts), new Whispers(parts)];
    a.reach(busA);
    b.reach(busB);
    return { a, b, busB };
  }

  it("reach who looks at the conversation there, and tell who comes who is there already", async () => {
    const { a, b } = twoNodes();
    const [patient, doctor] = [end(PATIENT), end(DOCTOR)];
    await b.come(doctor, conversation);
    await a.come(patient, conversation);
    await rest();
    expect(doctor.told).toEqual([{ presence: conversation, by: PATIENT }]);
    expect(patient.told).toEqual([{ presence: conversation, by: DOCTOR }]);
    await a.typing(patient, conversation);
    await rest();
    expect(doctor.told.at(-1)).toEqual({ typing: conversation, by: PATIENT });
    a.leave(patient);
    await rest();
    expect(doctor.told.at(-1)).toEqual({ presence: conversation, by: PATIENT, away: true });
  });

  it("say that somebody is away once her last line there looks no longer", async () => {
    const { a, b } = twoNodes();
    const [one, two, doctor] = [end(PATIENT), end(PATIENT), end(DOCTOR)];
    await b.come(doctor, conversation);
    await a.come(one, conversation);
    await a.come(two, conversation);
    doctor.told.length = 0;
    a.go(one, conversation);
    a.go(one, conversation);
    await rest();
    expect(doctor.told).toEqual([]);
    a.go(two, conversation);
    await rest();
    expect(doctor.told).toEqual([{ presence: conversation, by: PATIENT, away: true }]);
  });

  it("are judged where they are heard, too: neither who takes part no longer nor what is no note gets through", async () => {
    const { b, busB } = twoNodes();
    const doctor = end(DOCTOR);
    await b.come(doctor, conversation);
    const note = { tenant: "demo", conversation, by: STRANGER, does: "typing" };
    busB.say("whispers", JSON.stringify(note));
    busB.say("whispers", JSON.stringify({ ...note, by: PATIENT, does: "shouts" }));
    busB.say("whispers", "{");
    await rest();
    expect(doctor.told).toEqual([]);
    takePart.delete(DOCTOR);
    busB.say("whispers", JSON.stringify({ ...note, by: PATIENT }));
    await rest();
    expect(doctor.told).toEqual([]);
  });

  it("are lost where the database is away, and nothing else is", async () => {
    const { b, busB } = twoNodes();
    const doctor = end(DOCTOR);
    await b.come(doctor, conversation);
    away = true;
    busB.say("whispers", JSON.stringify({ tenant: "demo", conversation, by: PATIENT, does: "typing" }));
    await expect.poll(() => log.join("")).toContain("a whisper was lost");
    expect(doctor.told).toEqual([]);
  });

  it("are said in so many conversations from one line and no more", async () => {
    const { a } = twoNodes();
    const everywhere: Participants = { of: () => Promise.resolve(new Set([PATIENT])) };
    const whispers = new Whispers({ ...parts, participants: everywhere });
    const patient = end(PATIENT);
    for (let at = 1; at <= 32; at += 1) await whispers.come(patient, `appointmentappoi.${String(at)}`);
    await expect(whispers.come(patient, "appointmentappoi.33")).rejects.toMatchObject({
      problem: { code: "rate_limited" },
    });
    await whispers.come(patient, "appointmentappoi.32");
    whispers.go(patient, "appointmentappoi.32");
    await whispers.come(patient, "appointmentappoi.33");
    await expect(a.come(end(STRANGER), conversation)).rejects.toMatchObject({
      problem: { code: "not_found" },
    });
  });
});

describe("calls between nodes", () => {
  const frame = { call: "callcall", conversation, signal: { offer: "v=0" } };

  function twoNodes() {
    const [busA, busB] = joinedBuses();
    const [a, b] = [new Calls(parts), new Calls(parts)];
    a.reach(busA);
    b.reach(busB);
    return { a, b, busB };
  }

  it("ring there, and what is said to one line reaches that one alone", async () => {
    const { a, b } = twoNodes();
    const patient = end(PATIENT, "patientline");
    const [desk, phone] = [end(DOCTOR, "doctorsdesk"), end(DOCTOR, "doctorphone")];
    a.enter(patient);
    for (const each of [desk, phone]) b.enter(each);
    await a.signal(patient, frame);
    await rest();
    const ring = { ...frame, by: PATIENT, from: "patientline" };
    expect([desk.told, phone.told]).toEqual([[ring], [ring]]);
    await b.signal(phone, { ...frame, signal: { answer: "v=0" }, to: "patientline" });
    await a.signal(patient, { ...frame, signal: { bye: "over" }, to: "doctorphone" });
    await rest();
    expect(patient.told).toEqual([{ ...frame, signal: { answer: "v=0" }, by: DOCTOR, from: "doctorphone" }]);
    expect(phone.told).toHaveLength(2);
    expect(desk.told).toHaveLength(1);
  });

  it("end with the line, and neither strangers nor other tenants are called", async () => {
    const { a, b, busB } = twoNodes();
    const [patient, doctor, gone] = [end(PATIENT), end(DOCTOR), end(DOCTOR, "gonegonegon")];
    const elsewhere = end(DOCTOR, "elsewhereel", "other");
    for (const each of [doctor, gone, elsewhere]) b.enter(each);
    b.leave(gone);
    await a.signal(patient, frame);
    await rest();
    expect([doctor.told.length, gone.told.length, elsewhere.told.length]).toEqual([1, 0, 0]);
    busB.say("calls", JSON.stringify({ ...frame, tenant: "demo", by: STRANGER, from: "strangersss" }));
    busB.say("calls", "[]");
    await rest();
    expect(doctor.told).toHaveLength(1);
    await expect(a.signal(end(STRANGER), frame)).rejects.toMatchObject({ problem: { code: "not_found" } });
  });
});
