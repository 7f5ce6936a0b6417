import { afterAll, expect, test } from "vitest";
import { SingleConnection } from "../../src/database/single-connection.ts";
import { nonce, PASSWORD, runningServer } from "./running-server.ts";

const METRICS = "0123456789abcdef0123456789abcdef01234567890";
const server = await runningServer({ HEALTHBRIDGE_METRICS_TOKEN: METRICS });
await server.open("admin", "administrator");
const { accessToken: token } = await server.signIn("admin");
const database = await SingleConnection.open(server.databaseUrl);
afterAll(() => database[Symbol.asyncDispose]());

const MISSING = "the database has no room: nothing can be written";
const room = async (): Promise<string | undefined> => {
  const { text } = await server.send("GET", "/metrics", { token: METRICS });
  return text.split("\n").find((line) => line.startsWith("healthbridge_database_room "));
};
const ready = async () => {
  const { status, text } = await server.send("GET", "/readyz");
  return { status, text };
};

test("while the database's disk is full the server stays ready, for reads go on, and says what is wrong: in /readyz, once in the log, in a metric", async () => {
  expect(await ready()).toEqual({ status: 200, text: '{"status":"ready"}' });
  expect(await room()).toBe("healthbridge_database_room 1");
  for (const table of ["clinic", "session"])
    await database.run(
      `CREATE TRIGGER full_disk_${table} BEFORE INSERT ON ${table} FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'full'`,
    );
  const register = { name: "Kitui", zone: "Africa/Nairobi" };
  for (const key of ["no-room-1", "no-room-2"]) {
    const headers = { "idempotency-key": key };
    const answer = await server.send("POST", "/v1/clinics", { token, json: register, headers });
    expect(answer.body).toMatchObject({ status: 503, code: "unavailable" });
  }
  const signIn = { login: "admin", password: PASSWORD, device: "Tablet", nonce: nonce() };
  expect((await server.send("POST", "/v1/sessions", { json: signIn })).status).toBe(503);
  expect(await ready()).toEqual({ status: 200, text: '{"status":"ready","degraded":["database_room"]}' });
  expect(await room()).toBe("healthbridge_database_room 0");
  expect((await server.send("GET", "/v1/clinics", { token })).status).toBe(200);
  expect(server.log.filter((line) => line.includes(MISSING))).toHaveLength(1);
});
