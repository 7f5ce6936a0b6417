import { expect, test } from "vitest";
import { FakeServer, seededRandom, VirtualTime } from "../../src/testing/index.ts";

const password = "seven goats cross the river";
const start = Date.UTC(2026, 10, 23, 5);
const nonce = "n".repeat(43);

function clinic(options: ConstructorParameters<typeof FakeServer>[0] = {}) {
  const time = new VirtualTime({ start });
  const server = new FakeServer({ time, random: seededRandom(7), ...options });
  const doctor = server.addDoctor({ hours: { from: "09:00", to: "10:00" }, slotMinutes: 30 });
  server.addAccount({ login: "amina", password, role: "staff", clinics: [doctor.clinic] });
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await server.fetch(
      new Request(`http://server.test${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? {} : JSON.parse(text) };
  };
  const signIn = async () => {
    const { body } = await send("POST", "/v1/sessions", {
      login: "amina",
      password,
      device: "Tablet",
      nonce,
    });
    return { authorization: `Bearer ${body.accessToken}` };
  };
  return { time, server, doctor, send, signIn };
}

test("a doctor has her day sheets of the coming weeks at once", () => {
  const { server, doctor } = clinic();
  expect(server.freeStarts(doctor.id).slice(0, 3)).toEqual([
    "2026-11-23T09:00+03:00",
    "2026-11-23T09:30+03:00",
    "2026-11-24T09:00+03:00",
  ]);
});

test("a time that is booked elsewhere is gone, and cannot be booked again", () => {
  const { server, doctor } = clinic();
  const [start = ""] = server.freeStarts(doctor.id);
  const id = server.bookElsewhere({ doctor: doctor.id, start });
  expect(server.get("appointment", id)).toMatchObject({ status: "booked", start });
  expect(server.freeStarts(doctor.id)).not.toContain(start);
  expect(() => server.bookElsewhere({ doctor: doctor.id, start })).toThrow("slot_taken");
});

test("what was done since a backup is gone after it was restored, and nothing else", async () => {
  const { server, signIn, send } = clinic();
  const headers = await signIn();
  const before = server.addPatient({ name: "Before" });
  const backup = server.backup();
  const after = server.addPatient({ name: "After" });
  server.restoreFrom(backup);
  expect([server.get("patient", before.id), server.get("patient", after.id)]).toEqual([before, undefined]);
  expect(server.epoch).toBe(2);
  expect((await send("GET", "/v1/accounts/me", undefined, headers)).status).toBe(200);
  server.addPatient({ name: "Once more" });
  server.restoreFrom(backup);
  expect(server.list("patient")).toEqual([before]);
});

test("a busy server says when to come back, and one that is not busy any more serves", async () => {
  const { server, signIn, send } = clinic();
  server.busy = { retryAfterSeconds: 30 };
  const refused = await send("GET", "/healthz");
  expect(refused).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(refused.headers.get("retry-after")).toBe("30");
  server.busy = undefined;
  const { body } = await send(
    "POST",
    "/v1/sync",
    { protocol: 1, stream: "AAAAAAAAAAAAAAAA", from: 1 },
    await signIn(),
  );
  expect(body).toEqual({ settled: 0, serverTime: start, epoch: 1 });
});

test("access tokens run out by the server's clock", async () => {
  const { time, signIn, send } = clinic({ accessTokenSeconds: 60 });
  const headers = await signIn();
  await time.advance(59_999);
  expect((await send("GET", "/v1/accounts/me", undefined, headers)).status).toBe(200);
  await time.advance(1);
  expect(await send("GET", "/v1/accounts/me", undefined, headers)).toMatchObject({
    status: 401,
    body: { code: "token_expired" },
  });
});

test("the pace and the backups that were looked at are told", async () => {
  const { server, signIn, send } = clinic();
  const headers = await signIn();
  const operations = [{ type: "patient.register", input: { name: "Wanjiru" }, madeAt: 0 }];
  const request = { protocol: 1, stream: "AAAAAAAAAAAAAAAA", from: 1, operations };
  await send("POST", "/v1/sync", request, headers);
  server.verify(server.backup());
  server.pace = 2_000;
  const { body } = await send("POST", "/v1/sync", request, headers);
  expect(body).toMatchObject({ settled: 1, durableThrough: 1, pace: 2_000 });
});

test("the same seed makes the same ids", () => {
  expect(clinic().doctor).toEqual(clinic().doctor);
  expect(clinic({ random: seededRandom(8) }).doctor).not.toEqual(clinic().doctor);
});

test("where what was created is read the server says, and serves it", async () => {
  const { server, doctor, send, signIn } = clinic();
  const asking = await signIn();
  const patient = server.addPatient().id;
  const [start = ""] = server.freeStarts(doctor.id);
  const write = (path: string, body: object) =>
    send("POST", path, body, { ...asking, "idempotency-key": `at ${path}`.replace(" ", "-") });
  for (const [path, body] of [
    ["/v1/patients", { name: "Otieno", clinic: doctor.clinic }],
    ["/v1/appointments", { doctor: doctor.id, patient, start }],
    ["/v1/appointments/walk-in", { doctor: doctor.id, patient }],
  ] as const) {
    const applied = await write(path, body);
    const location = applied.headers.get("location") ?? "";
    expect([applied.status, location]).toEqual([
      201,
      `/${path.split("/").slice(1, 3).join("/")}/${applied.body.id}`,
    ]);
    expect((await send("GET", location, undefined, asking)).body).toMatchObject({ id: applied.body.id });
  }
});

test("a list that only the real server has is not taken for one that is empty or secret", async () => {
  const { send, signIn } = clinic();
  const asking = await signIn();
  for (const path of ["/v1/appointments", "/v1/doctors?near=1,38", "/v1/patients/AAAAAAAAAAAAAAAA.1/week"])
    expect((await send("GET", path, undefined, asking)).body).toMatchObject({
      code: "not_found",
      detail: expect.stringContaining("no lists and searches"),
    });
  expect((await send("GET", "/v1/patients/AAAAAAAAAAAAAAAA.1", undefined, asking)).body).not.toHaveProperty(
    "detail",
  );
});

test("what a test sets up wrongly is refused with the field at fault", () => {
  const { server } = clinic();
  expect(() => server.addAccount({ login: "a1", password })).toThrow(/^malformed at input\.login$/);
  expect(() => server.apply("clinic.register", { name: "", zone: "Africa/Nairobi" })).toThrow(
    "malformed at input.name",
  );
});
