import { describe, expect, it } from "vitest";
import { PASSWORD, runningServer } from "../http/running-server.ts";

const server = await runningServer();
const { send } = server;
await server.open("taken", "patient");
await server.open("boss", "administrator");
await server.open("wanjiku", "patient");
const register = (more: object, token?: string, headers = {}) =>
  send("POST", "/v1/accounts", {
    json: { login: "newcomer", password: PASSWORD, name: "New Comer", ...more },
    headers,
    ...(token === undefined ? {} : { token }),
  });

describe("opening an account without signing in", () => {
  it("answers the same, and as fast, whether or not the name was free", async () => {
    const timed = async (login: string) => {
      const started = performance.now();
      const answer = await register({ login });
      return { answer, ms: performance.now() - started };
    };
    const [free, taken] = [await timed("newcomer"), await timed("taken")];
    expect(free.answer.status).toBe(202);
    expect(taken.answer.status).toBe(202);
    expect(taken.answer.text).toBe(free.answer.text);
    expect(free.answer.text).toContain("If the name was free it is yours: sign in.");
    expect(Math.abs(free.ms - taken.ms)).toBeLessThan(150);
    expect((await server.signIn("newcomer")).account.role).toBe("patient");
  });

  it("leaves the password of an account that was there alone", async () => {
    await register({ login: "taken", password: "somebody else's sentence" });
    expect((await server.signIn("taken")).account.login).toBe("taken");
  });

  it.each([
    ["a role", { role: "administrator" }, "forbidden"],
    ["a clinic", { clinics: ["AAAAAAAAAAAAAAAA.1"] }, "forbidden"],
    ["another tenant", { tenant: "other" }, "not_found"],
    ["a weak password", { password: "password12345678" }, "password_weak"],
    ["its own id", { id: "AAAAAAAAAAAAAAAA.1" }, "unknown_field"],
    ["its own status", { status: "active" }, "unknown_field"],
  ])("cannot choose %s", async (_what, more, code) => {
    expect((await register({ login: "chooser", ...more })).body.code).toBe(code);
  });
});

describe("opening an account for somebody", () => {
  it("is an administrator's, for every role, and says when the name is taken", async () => {
    const { accessToken } = await server.signIn("boss");
    const made = await register({ login: "second-boss", role: "administrator" }, accessToken);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ login: "second-boss", role: "administrator", status: "active" });
    expect(made.text).not.toContain("argon2");
    expect((await register({ login: "second-boss" }, accessToken)).body).toMatchObject({
      status: 409,
      code: "login_taken",
    });
  });

  it("gives an administrator no clinic, with which she would read what its patients write", async () => {
    const { accessToken } = await server.signIn("boss");
    const asked = { login: "third-boss", role: "administrator", clinics: ["AAAAAAAAAAAAAAAA.1"] };
    expect((await register(asked, accessToken)).body).toMatchObject({
      code: "malformed",
      path: expect.stringMatching(/clinics$/),
    });
  });

  it("with an Idempotency-Key answers the same account again", async () => {
    const { accessToken } = await server.signIn("boss");
    const headers = { "idempotency-key": "registration-0001" };
    const first = await register({ login: "once" }, accessToken, headers);
    const again = await register({ login: "once" }, accessToken, headers);
    expect(again.status).toBe(201);
    expect(again.body.id).toBe(first.body.id);
    expect((await register({ login: "other" }, accessToken, headers)).body.code).toBe("key_reused");
  });

  it("is not a patient's, who would learn which names are taken; staff open patients' accounts", async () => {
    const patient = { login: "asks-around", password: PASSWORD, name: "Asks Around" };
    await server.send("POST", "/v1/accounts", { json: patient });
    const { accessToken } = await server.signIn(patient.login);
    for (const login of ["boss", "nobody-yet"])
      expect((await register({ login }, accessToken)).body).toMatchObject({ status: 403, code: "forbidden" });
    const boss = await server.signIn("boss");
    await register({ login: "desk", role: "staff" }, boss.accessToken);
    const staff = await server.signIn("desk");
    expect((await register({ login: "by-staff" }, staff.accessToken)).status).toBe(201);
  });

  it("of another role is nobody else's", async () => {
    const { accessToken } = await server.signIn("wanjiku");
    expect((await register({ login: "climber", role: "administrator" }, accessToken)).body).toMatchObject({
      status: 403,
      code: "forbidden",
    });
  });

  it("with a bad token is refused, not taken for nobody's", async () => {
    expect((await register({ login: "climber" }, "x.y.z")).body.code).toBe("token_invalid");
  });
});

it("registration that is closed is closed", async () => {
  const closed = await runningServer({ HEALTHBRIDGE_OPEN_REGISTRATION: "off" });
  const json = { login: "newcomer", password: PASSWORD, name: "New Comer" };
  expect((await closed.send("POST", "/v1/accounts", { json })).body.code).toBe("forbidden");
});
