import { addDays } from "@healthbridge/schema";
import { beforeAll, describe, expect, test } from "vitest";
import { openPool } from "../../src/database/pool.ts";
import { inTransaction } from "../../src/database/transaction.ts";
import { runningServer } from "../http/running-server.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567890";
const first = await runningServer();
const server = await runningServer({
  DATABASE_URL: first.databaseUrl,
  HEALTHBRIDGE_METRICS_TOKEN: TOKEN,
});
const { send } = server;
const CANARY = "Zawadi Canary";
let keys = 0;

beforeAll(async () => {
  await first.open("canary.admin", "administrator");
});

async function metrics(of = server): Promise<string> {
  const { status, text } = await of.send("GET", "/metrics", { token: TOKEN });
  expect(status).toBe(200);
  return text;
}

/** The value of a line, 0 where there is none. */
function valueOf(text: string, name: string, ...labels: readonly string[]): number {
  const line = text
    .split("\n")
    .find((each) => each.startsWith(name) && labels.every((label) => each.includes(label)));
  return Number(line?.split(" ").at(-1) ?? 0);
}

/** A clinic with a doctor and a patient, and a time of hers that is held. */
async function holdATime(): Promise<string> {
  const { accessToken: token } = await server.signIn("canary.admin");
  const write = async (method: string, path: string, json: object): Promise<string> => {
    const headers = { "idempotency-key": `metrics-test-${String((keys += 1))}` };
    const answer = await send(method, `/v1/${path}`, { token, json, headers });
    expect([path, answer.status < 300, answer.text]).toEqual([path, true, answer.text]);
    return answer.body.id;
  };
  const clinic = await write("POST", "clinics", { name: "Kijani", zone: "Africa/Nairobi" });
  const doctor = await write("POST", "doctors", {
    name: "Dr Achieng",
    clinic,
    specialities: ["surgery"],
    languages: ["en"],
  });
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [{ from: "09:00", to: "12:00" }] }));
  const week = { zone: "Africa/Nairobi", slotMinutes: 20, bufferMinutes: 0, weekly };
  await write("PUT", `doctors/${doctor}/availability`, week);
  const patient = await write("POST", "patients", { name: CANARY, clinic });
  const date = addDays(new Date().toISOString().slice(0, 10), 3);
  return write("POST", "appointments/hold", { doctor, patient, start: `${date}T09:20+03:00` });
}

describe("metrics", () => {
  test("are nowhere where nobody has set a token", async () => {
    const { status, body } = await first.send("GET", "/metrics", { token: TOKEN });
    expect([status, body.code]).toEqual([404, "not_found"]);
  });

  test("are shown to whoever has the token, and to nobody else", async () => {
    expect((await send("GET", "/metrics")).body.code).toBe("not_signed_in");
    for (const token of [`${TOKEN}0`, TOKEN.slice(1), "x"]) {
      const { status, body } = await send("GET", "/metrics", { token });
      expect([status, body.code]).toEqual([401, "token_invalid"]);
    }
    const { accessToken } = await server.signIn("canary.admin");
    expect((await send("GET", "/metrics", { token: accessToken })).status).toBe(401);
    const shown = await send("GET", "/metrics", { token: TOKEN });
    expect([shown.status, shown.headers.get("content-type")]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
    expect(shown.headers.get("cache-control")).toContain("no-store");
  });

  test("are lines that a collector can read", async () => {
    const lines = (await metrics()).trimEnd().split("\n");
    const sample = /^[a-z_]+(\{([a-z]+="[^"\\]*",?)+\})? [0-9.e+-]+$/;
    for (const line of lines)
      expect(line).toMatch(line.startsWith("#") ? /^# (HELP|TYPE) [a-z_]+ \S/ : sample);
    const described = new Set(lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []));
    for (const name of lines.flatMap((line) => /^([a-z_]+)[{ ]/.exec(line)?.[1] ?? []))
      expect(described.has(name) || described.has(name.replace(/_(bucket|sum|count)$/, ""))).toBe(true);
  });

  test("count what the log says: requests by route and status, and no path", async () => {
    await send("GET", "/v1/appointments/AAAAAAAAAAAAAAAA.1");
    await send("GET", "/wp-admin/setup.php");
    const text = await metrics();
    const answered = server.log
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter(({ say }) => say === "answered");
    for (const route of ["/v1/appointments/:appointment", "(none)", "/v1/sessions"]) {
      const logged = answered.filter((line) => line["route"] === route).length;
      expect(logged).toBeGreaterThan(0);
      const lines = text
        .split("\n")
        .filter((line) => line.startsWith("healthbridge_http_request_duration_seconds_count"))
        .filter((line) => line.includes(`route="${route}"`));
      expect(lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0)).toBe(logged);
    }
    expect(text).not.toMatch(/AAAAAAAA|wp-admin/);
  });

  test("count operations once, however often they are sent, and say nothing of anybody", async () => {
    const of = (text: string, ...labels: string[]) =>
      valueOf(text, "healthbridge_operations_total", ...labels);
    const before = await metrics();
    const held = await holdATime();
    const { accessToken: token } = await server.signIn("canary.admin");
    const again = { token, headers: { "idempotency-key": "metrics-test-again" } };
    for (let times = 0; times < 3; times += 1) await send("POST", `/v1/appointments/${held}/decline`, again);
    const text = await metrics();
    const added = (...labels: string[]) => of(text, ...labels) - of(before, ...labels);
    expect(added('type="appointment.hold"', 'outcome="applied"')).toBe(1);
    expect(added('type="appointment.decline"', 'outcome="rejected"', 'code="conflict"')).toBe(1);
    expect(added('type="patient.register"', 'outcome="applied"')).toBe(1);
    expect(text).not.toContain(held.split(".")[0]);
    expect(text).not.toMatch(/canary|zawadi|kijani|achieng/i);
  });

  test("count what jobs did: what ran out is ended by the next process that starts", async () => {
    // It counts nothing, and would now and then be the one that ends it.
    await first.close();
    const held = await holdATime();
    const pool = openPool({ url: first.databaseUrl, size: 1 });
    await inTransaction(pool, (tx) => tx.write("UPDATE appointment SET until_at = 1 WHERE id = ?", [held]));
    await pool.close();
    const next = await runningServer({ DATABASE_URL: first.databaseUrl, HEALTHBRIDGE_METRICS_TOKEN: TOKEN });
    const ended = async (): Promise<number> => {
      const texts = await Promise.all([metrics(server), metrics(next)]);
      const counts = texts.map((text) => valueOf(text, "healthbridge_job_items_total", 'job="end pending"'));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    await expect.poll(ended, { timeout: 10_000 }).toBeGreaterThan(0);
    const logged = [...server.log, ...next.log]
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter((line) => line["job"] === "end pending")
      .reduce((sum, line) => sum + Number(line["ended"] ?? 0), 0);
    expect(await ended()).toBe(logged);
    const text = await metrics(next);
    const runs = valueOf(text, "healthbridge_job_runs_total", 'job="end pending"', 'result="done"');
    expect(runs).toBeGreaterThan(0);
    await next.close();
  });

  test("show the database's connections, who waits, the memory and how late the event loop is", async () => {
    const text = await metrics();
    expect(valueOf(text, "healthbridge_database_connections_limit")).toBe(10);
    for (const name of [
      "healthbridge_database_connections_in_use",
      "healthbridge_database_waiting",
      "healthbridge_executor_waiting",
    ])
      expect(text).toMatch(new RegExp(`^${name} \\d+$`, "m"));
    expect(valueOf(text, "process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    await expect
      .poll(async () => valueOf(await metrics(), "healthbridge_event_loop_delay_seconds_count"), {
        timeout: 5_000,
      })
      .toBeGreaterThan(1);
    expect(valueOf(text, "healthbridge_operations_broken_total ")).toBe(0);
  });
});
