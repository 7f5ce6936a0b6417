import { createECDH, createHmac, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openWorld, startIn } from "../../../tests/setup/world.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { runningServer } from "../http/running-server.ts";
import { PLAN } from "./support.ts";
import { receiver } from "./receiver.ts";

const SECRET = randomBytes(32);

describe("a patient with a telephone", () => {
  test("is told by the operator's gateway as soon as somebody has booked for her", async () => {
    const arrived = Promise.withResolvers<void>();
    const gateway = await receiver(() => {
      arrived.resolve();
      return { status: 200 };
    });
    const secret = encodeURIComponent(SECRET.toString("base64"));
    const server = await runningServer({
      HEALTHBRIDGE_NOTICES: "sms",
      HEALTHBRIDGE_SMS: gateway.url.replace("://", `://whsec_${secret}@`),
      HEALTHBRIDGE_QUIET_HOURS: "off",
    });
    await using world = await openWorld(server.databaseUrl, {}, "demo");
    await server.open("grace", "staff", { clinics: [world.clinic] });
    const { accessToken: token } = await server.signIn("grace");
    const keyed = (json: object) => ({
      json,
      token,
      headers: { "idempotency-key": randomBytes(9).toString("hex") },
    });
    const registered = await server.send(
      "POST",
      "/v1/patients",
      keyed({ name: "Wanjiru", clinic: world.clinic, phone: "+254700000001", language: "sw" }),
    );
    const start = startIn(9, "09:20");
    const booking = { doctor: world.doctor, patient: registered.body.id, start, reason: "canary" };
    expect((await server.send("POST", "/v1/appointments", keyed(booking))).status).toBe(201);
    await arrived.promise;
    const [{ headers, body } = expect.unreachable()] = gateway.received;
    const signed = [headers["webhook-id"], headers["webhook-timestamp"], body].join(".");
    expect(headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", SECRET).update(signed).digest("base64")}`,
    );
    expect(JSON.parse(body.toString())).toMatchObject({
      to: "+254700000001",
      language: "sw",
      kind: "confirmation",
    });
    expect(body.toString()).toMatch(/Miadi yako imethibitishwa: \w+, \d+ \w+, 09:20/);
    expect(body.toString()).not.toMatch(/canary|Wanjiru|general/);
    expect(server.log.join("")).not.toMatch(/254700000001|Miadi/);
  });

  test("that is called hears the text when the gateway comes back for it, and nobody else does", async () => {
    const server = await runningServer({
      HEALTHBRIDGE_NOTICES: "voice",
      HEALTHBRIDGE_VOICE: "africastalking://u:k@127.0.0.1:1?from=+254711",
      HEALTHBRIDGE_QUIET_HOURS: "off",
    });
    const notices = { plan: { ...PLAN, quiet: undefined, reminderMinutes: [] }, onDue: () => undefined };
    await using world = await openWorld(server.databaseUrl, { notices });
    const [patient] = await world.asSystem([
      { type: "patient.register", input: { name: "Wanjiru", clinic: world.clinic, phone: "+254700000001" } },
    ]);
    const [appointment] = await world.asSystem([
      { type: "appointment.book", input: { doctor: world.doctor, patient, start: startIn(9, "09:20") } },
    ]);
    const [{ id } = expect.unreachable()] = await inTransaction(world.pool, async (tx) => {
      await tx.write(
        "UPDATE notice SET status = 'sent', sent_by = 'voice', next_at = NULL, ended_at = ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000)",
      );
      return tx.query<{ id: string }>("SELECT id FROM notice");
    });
    const asked = (key: string, type = "application/x-www-form-urlencoded") =>
      server.send("POST", "/v1/notices/spoken", {
        body: `isActive=1&clientRequestId=${key}`,
        headers: { "content-type": type },
      });
    const said = await asked(id);
    expect(said.status).toBe(200);
    expect(said.text).toMatch(
      /^<Response>(<Say>Your appointment is agreed: [^<]+, 09:20\.<\/Say>){2}<\/Response>$/,
    );
    expect(await asked("x".repeat(43))).toMatchObject({
      status: 404,
      text: "<Response><Reject/></Response>",
    });
    for (const type of ["multipart/form-data; boundary=x", "multipart/form-data"])
      expect((await asked("no-form", type)).status).toBe(404);
    expect((await asked("%F0%9F%98%80%00%ff")).status).toBe(404);
    await world.asSystem([{ type: "appointment.cancel", input: { appointment } }]);
    expect((await asked(id)).status).toBe(404);
  });
});

describe("who is on call", () => {
  test("is told by the operator's gateway of an urgent message that has waited", async () => {
    const arrived = Promise.withResolvers<void>();
    const gateway = await receiver(() => {
      arrived.resolve();
      return { status: 200 };
    });
    const secret = encodeURIComponent(SECRET.toString("base64"));
    const server = await runningServer({
      HEALTHBRIDGE_NOTICES: "sms",
      HEALTHBRIDGE_SMS: gateway.url.replace("://", `://whsec_${secret}@`),
      HEALTHBRIDGE_REMINDERS: "none",
      HEALTHBRIDGE_QUIET_HOURS: "off",
      HEALTHBRIDGE_ON_CALL: "+254711000001",
      HEALTHBRIDGE_NOTICE_LANGUAGE: "sw",
    });
    await using world = await openWorld(server.databaseUrl, {}, "demo");
    await server.open("grace", "staff", { clinics: [world.clinic] });
    const { accessToken: token } = await server.signIn("grace");
    const post = (path: string, json: object) =>
      server.send("POST", path, {
        json,
        token,
        headers: { "idempotency-key": randomBytes(9).toString("hex") },
      });
    const patient = (await post("/v1/patients", { name: "Wanjiru", clinic: world.clinic })).body.id;
    const booking = { doctor: world.doctor, patient, start: startIn(9, "09:20") };
    const conversation = (await post("/v1/appointments", booking)).body.id;
    const line = { text: "canary", urgent: true };
    expect((await post(`/v1/conversations/${conversation}/messages`, line)).status).toBe(200);
    const { affectedRows } = await inTransaction(world.pool, (tx) =>
      tx.write("UPDATE notice SET next_at = 1000, start_at = start_at - 600000 WHERE kind = 'urgent'"),
    );
    expect(affectedRows).toBe(1);
    // Whatever is due goes when something is due at once.
    await post("/v1/appointments", { ...booking, start: startIn(9, "09:40") });
    await arrived.promise;
    const [{ body } = expect.unreachable()] = gateway.received;
    expect(JSON.parse(body.toString())).toMatchObject({
      to: "+254711000001",
      language: "sw",
      kind: "urgent",
      text: "Ujumbe wa dharura umesubiri dakika 10. Fungua HealthBridge.",
    });
    expect(server.log.join("")).not.toMatch(/254711000001|canary/);
  });

  test("and is called hears the text when the gateway comes back for it, until the message has arrived", async () => {
    const server = await runningServer({
      HEALTHBRIDGE_ON_CALL: "+254711000001",
      HEALTHBRIDGE_VOICE: "africastalking://u:k@127.0.0.1:1?from=+254711",
    });
    const onCall = { list: ["+254711000001"], minutes: 10 };
    const notices = { plan: { ...PLAN, channels: [], onCall }, onDue: () => undefined };
    await using world = await openWorld(server.databaseUrl, { notices });
    const doctor = await world.person("doctor", { doctor: world.doctor });
    const [patient] = await world.asSystem([
      { type: "patient.register", input: { name: "Wanjiru", clinic: world.clinic } },
    ]);
    const [conversation] = await world.asSystem([
      { type: "appointment.book", input: { doctor: world.doctor, patient, start: startIn(9, "09:20") } },
    ]);
    const line = { conversation, text: "canary", urgent: true };
    await world.submit(world.staff, 1, [{ type: "message.send", input: line }]);
    const [{ id } = expect.unreachable()] = await inTransaction(world.pool, async (tx) => {
      await tx.write("UPDATE notice SET status = 'claimed', claim = 1");
      return tx.query<{ id: string }>("SELECT id FROM notice");
    });
    const asked = () =>
      server.send("POST", "/v1/notices/spoken", {
        body: `isActive=1&clientRequestId=${id}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    expect((await asked()).text).toMatch(
      /^<Response>(<Say>An urgent message has waited 1 minute\. Open HealthBridge\.<\/Say>){2}<\/Response>$/,
    );
    await world.submit(doctor, 1, [
      { type: "conversation.markDelivered", input: { conversation, through: 1 } },
    ]);
    expect((await asked()).status).toBe(404);
  });
});

test("only the demo has a page of messages, and only who has a gateway that asks answers it", async () => {
  const server = await runningServer();
  expect((await server.send("GET", "/demo/notices")).status).toBe(404);
  expect((await server.send("POST", "/v1/notices/spoken")).status).toBe(404);
});

test("the key by which browsers subscribe is told to whoever asks, where push messages are sent", async () => {
  const ecdh = createECDH("prime256v1");
  const publicKey = ecdh.generateKeys("base64url");
  const server = await runningServer({
    HEALTHBRIDGE_NOTICES: "push",
    HEALTHBRIDGE_PUSH_KEYS: `${publicKey}:${ecdh.getPrivateKey("base64url").padStart(43, "A")}`,
    HEALTHBRIDGE_PUSH_CONTACT: "mailto:it@clinics.example",
  });
  expect(await server.send("GET", "/v1/push-key")).toMatchObject({ status: 200, body: { publicKey } });
  const without = await runningServer({});
  expect((await without.send("GET", "/v1/push-key")).status).toBe(404);
});
