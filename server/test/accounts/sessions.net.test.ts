import type { Session } from "@healthbridge/schema";
import { describe, expect, it } from "vitest";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { slowBody } from "../http/raw-request.ts";
import { nonce, PASSWORD, runningServer } from "../http/running-server.ts";

const server = await runningServer();
const { send, signIn } = server;
await server.open("wanjiku", "patient");
await server.open("boss", "administrator");

const refresh = (refreshToken: string, with_: string) =>
  send("POST", "/v1/sessions/refresh", { json: { refreshToken, nonce: with_ } });
const devices = async (session: Pick<Session, "accessToken">) =>
  (await send("GET", "/v1/devices", { token: session.accessToken })).body.devices;
const isIn = async (session: Pick<Session, "accessToken">): Promise<boolean> =>
  (await send("GET", "/v1/devices", { token: session.accessToken })).status === 200;
/** As an administrator. */
const setStatus = async (account: string, status: "active" | "disabled") => {
  const { accessToken: token } = await signIn("boss");
  const headers = { "idempotency-key": nonce() };
  return send("PUT", `/v1/accounts/${account}/status`, { token, json: { status }, headers });
};

describe("signing in", () => {
  it("answers a session that opens doors", async () => {
    const session = await signIn("wanjiku");
    expect(session).toMatchObject({
      expiresIn: 900,
      refreshExpiresIn: 60 * 86_400,
      account: { login: "wanjiku" },
    });
    expect(session.accessToken.length).toBeLessThanOrEqual(260);
    expect(JSON.stringify(session)).not.toContain("argon2");
    expect(await isIn(session)).toBe(true);
  });

  it("again with the same nonce, its answer lost, is the same device and session", async () => {
    const request = { login: "wanjiku", password: PASSWORD, device: "Lost answer", nonce: nonce() };
    const answers = await Promise.all([1, 2, 3].map(() => send("POST", "/v1/sessions", { json: request })));
    const [first] = answers.map(({ body }) => body);
    if (first === undefined) throw new Error("no answer");
    const { device, refreshToken } = first;
    for (const { body } of answers) expect(body).toMatchObject({ device, refreshToken });
    const named = (await devices(first)).filter(({ name }) => name === "Lost answer");
    expect(named).toHaveLength(1);
  });

  it("with a nonce whose session went on is refused: that nonce is spent", async () => {
    const request = { login: "wanjiku", password: PASSWORD, device: "Tablet", nonce: nonce() };
    const { body } = await send("POST", "/v1/sessions", { json: request });
    await refresh(body.refreshToken, nonce());
    const again = await send("POST", "/v1/sessions", { json: request });
    expect(again.body).toMatchObject({ status: 422, code: "key_reused" });
  });

  it("does not tell a wrong password from a name that does not exist", async () => {
    const attempt = (login: string) =>
      send("POST", "/v1/sessions", {
        json: { login, password: "not the password at all", device: "x", nonce: nonce() },
      });
    const [wrong, absent] = [await attempt("wanjiku"), await attempt("nobody-here")];
    expect(wrong.status).toBe(401);
    expect({ ...wrong.body, correlation: "" }).toEqual({ ...absent.body, correlation: "" });
    const names = (answer: typeof wrong): string[] => [...answer.headers.keys()].toSorted();
    expect(names(wrong)).toEqual(names(absent));
    expect(wrong.body.code).toBe("credentials_wrong");
  });

  it("to another tenant with the same name is signing in to nothing", async () => {
    const json = { tenant: "other", login: "wanjiku", password: PASSWORD, device: "x", nonce: nonce() };
    expect((await send("POST", "/v1/sessions", { json })).body.code).toBe("credentials_wrong");
  });

  it.each([
    ["a field too many", { role: "administrator" }],
    ["a short nonce", { nonce: "abc" }],
    ["no device", { device: undefined }],
    ["a password that is no text", { password: { $ne: "" } }],
  ])("with %s is refused with the field's path", async (_what, more) => {
    const json = { login: "wanjiku", password: PASSWORD, device: "x", nonce: nonce(), ...more };
    const { body } = await send("POST", "/v1/sessions", { json });
    expect(body).toMatchObject({ status: 400, path: Object.keys(more)[0] });
  });
});

describe("refreshing", () => {
  it("rotates the token, and the new one works", async () => {
    const session = await signIn("wanjiku");
    const next = await refresh(session.refreshToken, nonce());
    expect(next.status).toBe(200);
    expect(next.body.refreshToken).not.toBe(session.refreshToken);
    expect(next.body.device).toBe(session.device);
    expect((await refresh(next.body.refreshToken, nonce())).status).toBe(200);
  });

  it("again with the same nonce gets the same successor, as often as asked, also at the same time", async () => {
    const session = await signIn("wanjiku");
    const drawn = nonce();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => refresh(session.refreshToken, drawn)));
    const late = await refresh(session.refreshToken, drawn);
    const tokens = new Set([...answers, late].map(({ body }) => body.refreshToken));
    expect(tokens.size).toBe(1);
    expect((await refresh(late.body.refreshToken, nonce())).status).toBe(200);
  });

  it("with the old token after its successor was used ends the whole family", async () => {
    const session = await signIn("wanjiku");
    const drawn = nonce();
    const second = await refresh(session.refreshToken, drawn);
    const third = await refresh(second.body.refreshToken, nonce());
    expect((await refresh(session.refreshToken, drawn)).body).toMatchObject({
      status: 401,
      code: "refresh_reused",
    });
    expect((await refresh(third.body.refreshToken, nonce())).body.code).toBe("refresh_reused");
    expect(await isIn(third.body)).toBe(false);
  });

  it("after the database was put back goes on from the newest token; an older one is a thief's as before", async () => {
    const session = await signIn("wanjiku");
    await using database = await SingleConnection.open(server.databaseUrl);
    const columns = "generation, current_hash, previous_hash, nonce_hash, used_at";
    const where = "WHERE device_id = ?";
    await database.run(`CREATE TABLE backed_up AS SELECT ${columns} FROM session ${where}`, [session.device]);
    const second = await refresh(session.refreshToken, nonce());
    const third = await refresh(second.body.refreshToken, nonce());
    const set = columns.split(", ").map((column) => `s.${column} = b.${column}`);
    await database.run(`UPDATE session s JOIN backed_up b SET ${set.join(", ")} WHERE s.device_id = ?`, [
      session.device,
    ]);
    const drawn = nonce();
    const fourth = await refresh(third.body.refreshToken, drawn);
    expect(fourth.status).toBe(200);
    expect(await isIn(fourth.body)).toBe(true);
    expect((await refresh(third.body.refreshToken, drawn)).body.refreshToken).toBe(fourth.body.refreshToken);
    expect((await refresh(second.body.refreshToken, nonce())).body.code).toBe("refresh_reused");
  });

  it("with the old token and another nonce ends the whole family: a thief has no nonce", async () => {
    const session = await signIn("wanjiku");
    const own = await refresh(session.refreshToken, nonce());
    const thief = await refresh(session.refreshToken, nonce());
    expect(thief.body.code).toBe("refresh_reused");
    expect(await isIn(own.body)).toBe(false);
    expect((await refresh(own.body.refreshToken, nonce())).body.code).toBe("refresh_reused");
    const other = await signIn("wanjiku");
    const stolen = (await devices(other)).find(({ id }) => id === session.device);
    expect(stolen?.status).toBe("revoked");
  });

  it("with a made-up token ends nobody's session", async () => {
    const session = await signIn("wanjiku");
    const [family = ""] = session.refreshToken.split(".");
    const forged = `${family}.1.${"A".repeat(22)}.${"B".repeat(22)}`;
    expect((await refresh(forged, nonce())).body.code).toBe("token_invalid");
    expect((await refresh(session.refreshToken, nonce())).status).toBe(200);
  });

  it("takes no access token, and no door takes a refresh token", async () => {
    const session = await signIn("wanjiku");
    const cut = session.accessToken.slice(0, 200);
    expect((await refresh(cut, nonce())).body.code).toBe("token_invalid");
    const answer = await send("GET", "/v1/devices", { token: session.refreshToken });
    expect(answer.body.code).toBe("token_invalid");
  });
});

describe("access ends", () => {
  it("with signing out, at once, for this device alone", async () => {
    const [leaving, staying] = [await signIn("wanjiku"), await signIn("wanjiku")];
    expect((await send("DELETE", "/v1/sessions/current", { token: leaving.accessToken })).status).toBe(204);
    expect((await send("GET", "/v1/devices", { token: leaving.accessToken })).body).toMatchObject({
      status: 401,
      code: "device_revoked",
    });
    expect((await refresh(leaving.refreshToken, nonce())).body.code).toBe("device_revoked");
    expect(await isIn(staying)).toBe(true);
  });

  it("when another device revokes this one, within seconds, and syncing is cut at once", async () => {
    const [lost, own] = [await signIn("wanjiku"), await signIn("wanjiku")];
    expect(await isIn(lost)).toBe(true);
    const headers = { "idempotency-key": nonce() };
    const revoked = await send("DELETE", `/v1/devices/${lost.device}`, { token: own.accessToken, headers });
    expect(revoked.status).toBeLessThan(300);
    const json = {
      protocol: 1,
      stream: "S".repeat(16),
      from: 1,
      operations: [{ type: "patient.register", input: {}, madeAt: 1 }],
    };
    expect((await send("POST", "/v1/sync", { json, token: lost.accessToken })).body.code).toBe(
      "device_revoked",
    );
    await expect.poll(() => isIn(lost), { timeout: 5_000 }).toBe(false);
  });

  it("when the account is disabled, within seconds", async () => {
    const account = await server.open("leaver", "patient");
    const session = await signIn("leaver");
    expect((await setStatus(account, "disabled")).status).toBeLessThan(300);
    await expect.poll(() => isIn(session), { timeout: 5_000 }).toBe(false);
    const json = { login: "leaver", password: PASSWORD, device: "x", nonce: nonce() };
    expect((await send("POST", "/v1/sessions", { json })).body.code).toBe("credentials_wrong");
  });

  it("for good when the account is disabled: enabled again, it takes a new sign-in", async () => {
    const account = await server.open("returner", "patient");
    const [phone, tablet] = [await signIn("returner"), await signIn("returner")];
    await setStatus(account, "disabled");
    expect((await refresh(phone.refreshToken, nonce())).body.code).toBe("device_revoked");
    await setStatus(account, "active");
    expect([await isIn(phone), await isIn(tablet)]).toEqual([false, false]);
    const answers = [await refresh(phone.refreshToken, nonce()), await refresh(tablet.refreshToken, nonce())];
    expect(answers.map(({ body }) => body.code)).toEqual(["device_revoked", "device_revoked"]);
    const fresh = await signIn("returner");
    const active = (await devices(fresh)).filter(({ status }) => status === "active");
    expect(active.map(({ id }) => id)).toEqual([fresh.device]);
  });

  it("with nothing queued lost: what a disabled account's device held back goes after a new sign-in", async () => {
    const account = await server.open("queuer", "patient");
    const phone = await signIn("queuer");
    const stream = nonce().slice(0, 16);
    const sync = (from: number, token: string) => {
      const operations = [{ type: "patient.register", input: { name: `Child ${String(from)}` }, madeAt: 1 }];
      return send("POST", "/v1/sync", { json: { protocol: 1, stream, from, operations }, token });
    };
    expect((await sync(1, phone.accessToken)).status).toBe(200);
    await setStatus(account, "disabled");
    expect((await sync(2, phone.accessToken)).body.code).toBe("device_revoked");
    await setStatus(account, "active");
    expect((await sync(2, phone.accessToken)).body.code).toBe("device_revoked");
    const fresh = await signIn("queuer");
    expect((await sync(2, fresh.accessToken)).text).toContain('"settled":2');
    const { body } = await send("GET", "/v1/patients", { token: fresh.accessToken });
    expect(body.items).toHaveLength(2);
  });

  it("also for a request whose body was still on its way", async () => {
    const [account, victim] = [
      await server.open("fired", "administrator"),
      await server.open("victim", "patient"),
    ];
    const session = await signIn("fired");
    const asked = [
      ["PUT", `/v1/accounts/${victim}/password`, { password: "seven blue herons by the lake" }],
      ["POST", "/v1/messages/search", { text: "fever" }],
    ] as const;
    const slow = asked.map(([method, path, json]) => {
      const { sent, finish } = slowBody(JSON.stringify(json));
      const headers = { authorization: `Bearer ${session.accessToken}`, "content-type": "application/json" };
      return { answer: fetch(`${server.url}${path}`, { method, headers, ...sent }), finish };
    });
    expect(await isIn(session)).toBe(true);
    await setStatus(account, "disabled");
    await expect.poll(() => isIn(session), { timeout: 5_000 }).toBe(false);
    for (const { answer, finish } of slow) {
      finish();
      expect((await answer).status).toBe(401);
    }
    expect((await signIn("victim")).account.id).toBe(victim);
  });

  it("when the session is as old as it may get", async () => {
    const session = await signIn("wanjiku");
    await using connection = await SingleConnection.open(server.databaseUrl);
    await connection.run(`UPDATE session SET expires_at = 1 WHERE device_id = '${session.device}'`);
    expect((await refresh(session.refreshToken, nonce())).body.code).toBe("token_invalid");
    await expect.poll(() => isIn(session), { timeout: 5_000 }).toBe(false);
  });

  it("of every other device when the password changes", async () => {
    const account = await server.open("changer", "patient");
    const [here, there] = [await signIn("changer"), await signIn("changer")];
    const change = (json: object, token = here.accessToken) =>
      send("PUT", `/v1/accounts/${account}/password`, { token, json });
    const fresh = "seven blue herons by the lake";
    expect((await change({ password: fresh })).body.code).toBe("credentials_wrong");
    expect((await change({ current: "wrong wrong wrong", password: fresh })).body.code).toBe(
      "credentials_wrong",
    );
    expect((await change({ current: PASSWORD, password: "short" })).body.code).toBe("password_weak");
    expect((await change({ current: PASSWORD, password: fresh })).status).toBe(204);
    expect(await isIn(there)).toBe(false);
    expect(await isIn(here)).toBe(true);
    expect((await refresh(there.refreshToken, nonce())).body.code).toBe("device_revoked");
    expect((await refresh(here.refreshToken, nonce())).status).toBe(200);
    expect((await signIn("changer", fresh)).account.id).toBe(account);
  });

  it("of every device when an administrator sets the password; nobody else can, or learns whether there is an account", async () => {
    const account = await server.open("forgetful", "patient");
    const [session, boss, other] = [await signIn("forgetful"), await signIn("boss"), await signIn("wanjiku")];
    const change = (id: string, token: string) =>
      send("PUT", `/v1/accounts/${id}/password`, {
        token,
        json: { password: "seven blue herons by the lake" },
      });
    const [foreign, absent] = [
      await change(account, other.accessToken),
      await change("ZZZZZZZZZZZZZZZZ.1", other.accessToken),
    ];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, correlation: "" }).toEqual({ ...absent.body, correlation: "" });
    expect((await change(account, boss.accessToken)).status).toBe(204);
    expect(await isIn(session)).toBe(false);
  });
});
