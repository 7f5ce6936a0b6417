import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { newStream, openWorld, startIn } from "../../../tests/setup/world.ts";
import { runningServer } from "../http/running-server.ts";
import { HandMovedTime } from "./hand-moved-time.ts";
import { hangUp, type LineClient, openLine } from "./line-client.ts";

const SECRET = "a-secret-shared-with-the-relay";
const time = new HandMovedTime();
const server = await runningServer(
  { HEALTHBRIDGE_TURN: "turns:turn.example:5349,turn:turn.example:3478", HEALTHBRIDGE_TURN_SECRET: SECRET },
  { socketTime: time },
);
const world = await openWorld(server.databaseUrl, {}, "demo");

afterEach(hangUp);

async function signedIn(login: string, role: "patient" | "doctor" | "staff", more: object = {}) {
  const account = await server.open(login, role, more);
  return { account, token: (await server.signIn(login)).accessToken };
}

const wanjiru = await signedIn("wanjiru", "patient");
const achieng = await signedIn("achieng", "doctor", { doctor: world.doctor });
const stranger = await signedIn("stranger", "patient");

const stream = newStream();
const booked = await server.send("POST", "/v1/sync", {
  token: wanjiru.token,
  json: {
    protocol: 1,
    stream,
    from: 1,
    operations: [
      { type: "patient.register", input: { name: "Wanjiru" }, madeAt: 0 },
      {
        type: "appointment.book",
        input: { doctor: world.doctor, patient: `${stream}.1`, start: startIn(5, "09:00") },
        madeAt: 0,
      },
    ],
  },
});
const conversation = `${stream}.2`;

const CALL = "callcall";
const SDP =
  "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
const says = (signal: object, more: object = {}) => ({ call: CALL, conversation, signal, ...more });
const calls = async (line: LineClient) => (await line.heard()).filter(({ call }) => call !== undefined);

describe("a call", () => {
  it("rings at the other participants' lines, is answered by one of them, and ends", async () => {
    expect(booked.body.settled).toBe(2);
    const patient = await openLine(server, wanjiru.token);
    const hers = await openLine(server, wanjiru.token);
    const [desk, phone] = [await openLine(server, achieng.token), await openLine(server, achieng.token)];
    patient.send(says({ offer: SDP }));
    const { json: ring } = await phone.next();
    expect(ring).toEqual({ ...says({ offer: SDP }), by: wanjiru.account, from: expect.any(String) });
    expect((await desk.next()).json).toEqual(ring);
    phone.send(says({ answer: SDP }, { to: ring["from"] }));
    const { json: answer } = await patient.next();
    expect(answer).toMatchObject({ signal: { answer: SDP }, by: achieng.account });
    patient.send(says({ bye: "elsewhere" }, { account: achieng.account }));
    expect((await desk.next()).json["signal"]).toEqual({ bye: "elsewhere" });
    expect((await phone.next()).json["signal"]).toEqual({ bye: "elsewhere" });
    const candidate = {
      candidate: "candidate:1 1 udp 2122260223 192.0.2.1 49203 typ host",
      mid: "0",
      index: 0,
    };
    patient.send(says(candidate, { to: answer["from"] }));
    expect((await phone.next()).json["signal"]).toEqual(candidate);
    phone.send(says({ bye: "over" }, { to: ring["from"] }));
    expect((await patient.next()).json["signal"]).toEqual({ bye: "over" });
    expect(await calls(hers)).toEqual([]);
    expect(await calls(desk)).toEqual([]);
    expect(server.log.join("")).not.toContain("192.0.2.1");
  });

  it("is nothing to strangers: they ring nobody, hear nothing, and are not called", async () => {
    const [patient, doctor] = [await openLine(server, wanjiru.token), await openLine(server, achieng.token)];
    const eve = await openLine(server, stranger.token);
    eve.send(says({ offer: SDP }));
    expect((await eve.next()).json["problem"]).toMatchObject({ code: "not_found", path: "conversation" });
    patient.send(says({ offer: SDP }, { account: stranger.account }));
    expect((await patient.next()).json["problem"]).toMatchObject({ code: "not_found", path: "account" });
    patient.send(says({ offer: SDP }));
    const { json: ring } = await doctor.next();
    eve.send(says({ answer: SDP }, { to: ring["from"] }));
    expect((await eve.next()).json["problem"]).toMatchObject({ code: "not_found" });
    expect(await calls(eve)).toEqual([]);
    expect(await calls(patient)).toEqual([]);
  });

  it.each([
    ["an offer without end", { offer: "x".repeat(16_385) }],
    ["a candidate that is too long", { candidate: "x".repeat(1_025) }],
    ["a signal there is not", { shout: "hello" }],
    ["two at once", { offer: SDP, answer: SDP }],
    ["a reason of its own", { bye: "because" }],
  ])("with %s is refused, and reaches nobody", async (_what, signal) => {
    const [patient, doctor] = [await openLine(server, wanjiru.token), await openLine(server, achieng.token)];
    patient.send(says(signal));
    expect((await patient.next()).json["problem"]).toMatchObject({ status: 400 });
    expect(await calls(doctor)).toEqual([]);
  });

  it("that says too much at once is told so, and the line stays", async () => {
    const [patient, doctor] = [await openLine(server, wanjiru.token), await openLine(server, achieng.token)];
    // As many as come at once where an end has many ways, and then more than are let through: 60, and 10 a second.
    for (let second = 0; second < 6; second += 1) {
      for (let at = 0; at < 19; at += 1) patient.send(says({ candidate: "" }));
      await patient.sync();
      patient.frames.length = 0;
      await time.pass(1_000);
    }
    const passed = (await calls(doctor)).length;
    expect(passed).toBeGreaterThanOrEqual(60);
    expect(passed).toBeLessThanOrEqual(60 + 10 * 5);
    patient.send(says({ bye: "over" }));
    for (let at = 0; at < 12; at += 1) patient.send(says({ candidate: "" }));
    const refused = (await patient.heard()).map(({ problem }) => problem.code);
    expect(new Set(refused)).toEqual(new Set(["rate_limited"]));
    expect(patient.ws.readyState).toBe(patient.ws.OPEN);
  });
});

describe("relays", () => {
  it("are told to whoever is signed in, with a password that the relay can check and that runs out", async () => {
    const { status, text } = await server.send("POST", "/v1/realtime/relays", { token: wanjiru.token });
    expect(status).toBe(200);
    const { iceServers, expiresIn } = JSON.parse(text);
    expect(expiresIn).toBe(21_600);
    const [{ urls, username, credential }] = iceServers;
    expect(urls).toEqual(["turns:turn.example:5349", "turn:turn.example:3478"]);
    const [until = "", name] = String(username).split(":");
    expect(Number(until)).toBeGreaterThan(Date.now() / 1000 + 21_000);
    expect(name).toMatch(/^[\w-]{12}$/);
    expect(username).not.toContain(wanjiru.account);
    expect(credential).toBe(createHmac("sha1", SECRET).update(String(username)).digest("base64"));
  });

  it("are told to nobody else, and the secret to nobody at all", async () => {
    expect((await server.send("POST", "/v1/realtime/relays")).status).toBe(401);
    const { text } = await server.send("POST", "/v1/realtime/relays", { token: wanjiru.token });
    expect(text + server.log.join("")).not.toContain(SECRET);
  });
});
