import { addDays } from "@healthbridge/schema";
import { expect, test } from "vitest";
import { dateAt } from "../../src/http/rest/reads/parameters.ts";
import { runningServer, type Sending } from "../http/running-server.ts";

const server = await runningServer();
await server.open("admin", "administrator");
await server.open("mary", "patient");
const administrator = (await server.signIn("admin")).accessToken;
const mary = (await server.signIn("mary")).accessToken;

async function write(token: string, method: string, path: string, key: string, sending: Sending = {}) {
  return server.send(method, path, { ...sending, token, headers: { "idempotency-key": key } });
}

test("from an empty directory to an appointment that was cancelled, over real sockets", async () => {
  const zone = "Africa/Nairobi";
  const clinic = await write(administrator, "POST", "/v1/clinics", "clinic-1-of-test", {
    json: { name: "Kijani", zone, lat: -0.5, lng: 34.5 },
  });
  expect(clinic.status).toBe(201);
  const doctor = await write(administrator, "POST", "/v1/doctors", "doctor-1-of-test", {
    json: { name: "Dr Achieng", clinic: clinic.body.id, specialities: ["surgery"], languages: ["en"] },
  });
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "08:00", to: "16:00" }] }));
  const week = await write(
    administrator,
    "PUT",
    `/v1/doctors/${doctor.body.id}/availability`,
    "week-1-of-test",
    {
      json: { zone, slotMinutes: 20, bufferMinutes: 0, weekly },
    },
  );
  expect([week.status, week.body.outcome]).toEqual([200, "applied"]);

  const day = addDays(dateAt(Date.now()), 2);
  const found = await server.send("GET", `/v1/doctors?near=-0.51,34.51&speciality=surgery&freeOn=${day}`, {
    token: mary,
  });
  expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual([doctor.body.id]);
  expect(found.headers.get("cache-control")).toBe("no-store");
  const start: string = found.body.items[0].nextFree;

  const patient = await write(mary, "POST", "/v1/patients", "patient-1-of-test", { json: { name: "Mary" } });
  const json = { doctor: doctor.body.id, patient: patient.body.id, start };
  const booked = await write(mary, "POST", "/v1/appointments", "booking-1-of-test", { json });
  expect([booked.status, booked.headers.get("location")]).toEqual([
    201,
    `/v1/appointments/${booked.body.id}`,
  ]);
  const again = await write(mary, "POST", "/v1/appointments", "booking-1-of-test", { json });
  expect([again.status, again.text]).toEqual([201, booked.text]);

  // No body at all, and one that is empty.
  const cancelled = await write(
    mary,
    "POST",
    `/v1/appointments/${booked.body.id}/cancel`,
    "cancel-1-of-test",
  );
  expect([cancelled.status, cancelled.body.outcome]).toEqual([200, "applied"]);
  const twice = await write(mary, "POST", `/v1/appointments/${booked.body.id}/cancel`, "cancel-2-of-test", {
    body: "",
  });
  expect([twice.status, twice.body.code]).toEqual([409, "conflict"]);
  const shown = await server.send("GET", booked.headers.get("location") ?? "", { token: mary });
  expect(shown.body).toMatchObject({ id: booked.body.id, status: "cancelled", start });
});

test("two hundred requests for one slot make one appointment", async () => {
  const [doctor] = (await server.send("GET", "/v1/doctors", { token: mary })).body.items;
  const [patient] = (await server.send("GET", "/v1/patients", { token: mary })).body.items;
  const json = { doctor: doctor.id, patient: patient.id, start: doctor.nextFree };
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      write(mary, "POST", "/v1/appointments", `race-${String(at)}-of-test`, { json }),
    ),
  );
  const counts = Object.groupBy(answers, ({ status, body }) => `${String(status)} ${body.code ?? ""}`);
  expect(counts["201 "]?.length).toBe(1);
  for (const { status } of answers) expect([201, 409, 429]).toContain(status);
});

test("an appointment that is held is where the answer says", async () => {
  const [doctor] = (await server.send("GET", "/v1/doctors", { token: mary })).body.items;
  const patient = await write(mary, "POST", "/v1/patients", "patient-2-of-test", { json: { name: "Joy" } });
  const json = { doctor: doctor.id, patient: patient.body.id, start: doctor.nextFree };
  const held = await write(mary, "POST", "/v1/appointments/hold", "hold-1-of-test", { json });
  const location = held.headers.get("location") ?? "";
  expect([held.status, location]).toEqual([201, `/v1/appointments/${held.body.id}`]);
  expect((await server.send("GET", location, { token: mary })).body).toMatchObject({ status: "pending" });
});

test("a body that reaches for the prototype, is too deep or too large is refused before anything is decided", async () => {
  const bodies = [
    '{"name":"x","__proto__":{"role":"administrator"}}',
    "[".repeat(40),
    `{"name":"${"x".repeat(300_000)}"}`,
  ];
  const answers = [];
  for (const [at, body] of bodies.entries()) {
    const headers = { "content-type": "application/json", "idempotency-key": `bad-body-${String(at)}` };
    answers.push(await server.send("POST", "/v1/patients", { token: mary, body, headers }));
  }
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 413]);
});

test.each([
  ['{"name":"x\\u0000y"}', "malformed", "input.name"],
  ['{"name":"\\ud83d"}', "malformed", "input.name"],
  ['{"name":""}', "malformed", "input.name"],
  ['{"name":"x","constructor":1}', "malformed", "input.constructor"],
  ['{"name":"x","none":1}', "unknown_field", "input.none"],
])("a field of an operation is named in one way, whatever is wrong with it: %s", async (body, code, path) => {
  const headers = { "content-type": "application/json", "idempotency-key": `fault-of-${path}` };
  const answer = await server.send("POST", "/v1/patients", { token: mary, body, headers });
  expect([answer.status, answer.body.code, answer.body.path]).toEqual([400, code, path]);
});

test("another method than those there are is told which there are", async () => {
  const answer = await server.send("DELETE", "/v1/doctors", { token: mary });
  expect([answer.status, answer.body.code, answer.headers.get("allow")]).toEqual([
    405,
    "method_not_allowed",
    "HEAD, GET, POST",
  ]);
});

test("the documentation keeps its own policy behind the edge", async () => {
  const page = await server.send("GET", "/docs");
  expect([page.status, page.headers.get("content-security-policy")]).toEqual([
    200,
    expect.stringContaining("script-src 'self'"),
  ]);
  expect((await server.send("GET", "/openapi.json")).body.openapi).toBe("3.1.0");
});
