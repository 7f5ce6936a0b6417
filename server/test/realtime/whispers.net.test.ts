import { afterEach, describe, expect, it } from "vitest";
import { newStream, openWorld, startIn } from "../../../tests/setup/world.ts";
import { runningServer } from "../http/running-server.ts";
import { HandMovedTime } from "./hand-moved-time.ts";
import { hangUp, openLine } from "./line-client.ts";

const time = new HandMovedTime();
const server = await runningServer({}, { socketTime: time });
const world = await openWorld(server.databaseUrl, {}, "demo");
const another = await runningServer({ DATABASE_URL: server.databaseUrl });

afterEach(hangUp);

async function signedIn(login: string, role: "patient" | "doctor" | "staff", more: object = {}) {
  const account = await server.open(login, role, more);
  return { account, token: (await server.signIn(login)).accessToken };
}

const wanjiru = await signedIn("wanjiru", "patient");
const achieng = await signedIn("achieng", "doctor", { doctor: world.doctor });
const stranger = await signedIn("stranger", "patient");
const conversation = await consultation(wanjiru.token, "09:00");

/** An appointment of a patient with the doctor, which is their conversation too. */
async function consultation(token: string, at: string): Promise<string> {
  const stream = newStream();
  const operations = [
    { type: "patient.register", input: { name: "Wanjiru" }, madeAt: 0 },
    {
      type: "appointment.book",
      input: { doctor: world.doctor, patient: `${stream}.1`, start: startIn(5, at) },
      madeAt: 0,
    },
  ];
  const json = { protocol: 1, stream, from: 1, operations };
  const { body } = await server.send("POST", "/v1/sync", { json, token });
  expect(body).toMatchObject({ settled: 2 });
  expect(body.outcomes ?? []).toEqual([]);
  return `${stream}.2`;
}

describe("who types, and who looks at a conversation,", () => {
  it("is told to the other participants who look at it, and to nobody else", async () => {
    const patient = await openLine(server, wanjiru.token);
    const elsewhere = await openLine(server, wanjiru.token);
    const doctor = await openLine(server, achieng.token);
    doctor.send({ presence: conversation });
    await doctor.sync();
    patient.send({ presence: conversation });
    expect((await doctor.next()).json).toEqual({ presence: conversation, by: wanjiru.account });
    // Who comes learns who is there already.
    expect((await patient.next()).json).toEqual({ presence: conversation, by: achieng.account });
    patient.send({ typing: conversation });
    expect((await doctor.next()).json).toEqual({ typing: conversation, by: wanjiru.account });
    patient.send({ presence: conversation, away: true });
    expect((await doctor.next()).json).toEqual({ presence: conversation, by: wanjiru.account, away: true });
    expect(await elsewhere.heard()).toEqual([]);
    const kept = ["typing", "presence"].filter((word) => server.log.join("").includes(word));
    expect(kept).toEqual([]);
  });

  it("ends with the line", async () => {
    const patient = await openLine(server, wanjiru.token);
    const doctor = await openLine(server, achieng.token);
    doctor.send({ presence: conversation });
    patient.send({ presence: conversation });
    await doctor.next(({ presence }) => presence === conversation);
    patient.ws.terminate();
    const { json } = await doctor.next(({ away }) => away === true);
    expect(json).toEqual({ presence: conversation, by: wanjiru.account, away: true });
  });

  it("is nothing to strangers: they neither say nor hear anything, and learn not even that it is there", async () => {
    const doctor = await openLine(server, achieng.token);
    doctor.send({ presence: conversation });
    await doctor.sync();
    const eve = await openLine(server, stranger.token);
    for (const field of ["typing", "presence"]) {
      eve.send({ [field]: conversation });
      expect((await eve.next()).json["problem"]).toMatchObject({
        code: "not_found",
        status: 404,
        path: field,
      });
    }
    eve.send({ typing: "AAAAAAAAAAAAAAAA.1" });
    expect((await eve.next()).json["problem"]).toMatchObject({ code: "not_found", status: 404 });
    doctor.send({ typing: conversation });
    expect(await eve.heard()).toEqual([]);
    expect(await doctor.heard()).toEqual([]);
  });

  it("is asked for every time: who was handed the conversation hears, who handed it over does not", async () => {
    const [other = ""] = await world.asSystem([
      {
        type: "doctor.register",
        input: { name: "Dr Baraka", clinic: world.clinic, specialities: ["surgery"], languages: ["sw"] },
      },
    ]);
    const baraka = await signedIn("baraka", "doctor", { doctor: other });
    const handed = await consultation(wanjiru.token, "10:00");
    const patient = await openLine(server, wanjiru.token);
    const before = await openLine(server, achieng.token);
    before.send({ presence: handed });
    await before.sync();
    await handOver(handed, other);
    // What is known of participants is two seconds old at most.
    await time.pass(2_000);
    const after = await openLine(server, baraka.token);
    after.send({ presence: handed });
    await after.sync();
    patient.send({ typing: handed });
    await after.next(({ typing }) => typing === handed);
    expect((await before.heard()).filter((frame) => "typing" in frame)).toEqual([]);
  });

  it("is told to the staff of the clinic that keeps her card, and to nobody of another clinic", async () => {
    const [other = ""] = await world.asSystem([
      { type: "clinic.register", input: { name: "Mwingi", zone: "Africa/Nairobi" } },
    ]);
    const amina = await signedIn("amina", "staff", { clinics: [world.clinic] });
    const zawadi = await signedIn("zawadi", "staff", { clinics: [other] });
    const stream = newStream();
    const start = startIn(5, "11:00");
    const operations = [
      { type: "patient.register", input: { name: "Otieno", clinic: world.clinic }, madeAt: 0 },
      { type: "appointment.book", input: { doctor: world.doctor, patient: `${stream}.1`, start }, madeAt: 0 },
    ];
    const json = { protocol: 1, stream, from: 1, operations };
    expect((await server.send("POST", "/v1/sync", { json, token: amina.token })).body.settled).toBe(2);
    const [staff, doctor] = [await openLine(server, amina.token), await openLine(server, achieng.token)];
    staff.send({ presence: `${stream}.2` });
    await staff.sync();
    doctor.send({ typing: `${stream}.2` });
    expect((await staff.next()).json).toEqual({ typing: `${stream}.2`, by: achieng.account });
    const outside = await openLine(server, zawadi.token);
    outside.send({ presence: `${stream}.2` });
    expect((await outside.next()).json["problem"]).toMatchObject({ code: "not_found" });
  });

  it("in a flood is let through now and then, and the line stays", async () => {
    const patient = await openLine(server, wanjiru.token);
    const doctor = await openLine(server, achieng.token);
    doctor.send({ presence: conversation });
    await doctor.sync();
    for (let at = 0; at < 15; at += 1) {
      patient.send({ typing: conversation });
      patient.send({ typing: conversation });
      await patient.sync();
    }
    const heard = (await doctor.heard()).length;
    expect(heard).toBe(20);
    expect(patient.ws.readyState).toBe(patient.ws.OPEN);
  });

  it("reaches no other node without a bus, and is missed by nobody", async () => {
    const { accessToken } = await another.signIn("achieng");
    const doctor = await openLine(another, accessToken);
    doctor.send({ presence: conversation });
    await doctor.sync();
    const patient = await openLine(server, wanjiru.token);
    patient.send({ typing: conversation });
    expect(await patient.heard()).toEqual([]);
    expect(await doctor.heard()).toEqual([]);
  });
});

async function handOver(handed: string, doctor: string): Promise<void> {
  const operations = [{ type: "conversation.handOver", input: { conversation: handed, doctor }, madeAt: 0 }];
  const json = { protocol: 1, stream: newStream(), from: 1, operations };
  const { body } = await server.send("POST", "/v1/sync", { json, token: achieng.token });
  expect(body.outcomes ?? []).toEqual([]);
}
