import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import { createExecutor } from "../../src/operations/executor.ts";
import { makeTenant } from "./clinic-world.ts";
import { restApp } from "./rest-app.ts";

const database = await freshDatabase();
const pool = openPool({ url: database.url, size: 2 });
const executor = createExecutor({ pool });
afterAll(async () => {
  await executor.close();
  await pool.close();
});
const world = await makeTenant(executor, "demo");
const ask = restApp({ pool, executor, now: () => Date.now() });

test.each([
  [`/v1/doctors/${world.doctor}/sheets?from=9999-12-31`],
  [`/v1/doctors/${world.doctor}/sheets?from=9999-12-25`],
  [`/v1/doctors/${world.doctor}/sheets?from=0000-01-01&to=0000-01-02`],
  ["/v1/doctors?freeOn=9999-12-31"],
  ["/v1/doctors?freeFrom=9999-12-30&freeTo=9999-12-31&near=-0.5,34.5&sort=nextFree"],
  ["/v1/doctors?freeOn=0000-01-01"],
  ["/v1/appointments?from=9999-12-31&to=9999-12-31"],
  ["/v1/appointments?to=9999-12-31"],
  ["/v1/appointments?from=0000-01-01&to=0000-01-01"],
])("a date at an end of the calendar is one like others: %s", async (path) => {
  const { status } = await ask(world.staff, "GET", path);
  expect(status).toBe(200);
});

test.each([
  [{ wish: "sameDoctor", days: 3 }],
  [{ wish: "anyDoctor", km: 50, days: 3 }],
  [{ wish: "waitingList", days: 3 }],
])("a time on the last day there is is not offered, nor is one after it: %s", async (wish) => {
  const { status, json } = await ask(world.staff, "POST", "/v1/appointments", {
    key: `last-dates-${wish.wish}`,
    body: {
      doctor: world.doctor,
      patient: world.patient,
      start: "9999-12-31T23:40Z",
      ifTaken: [wish],
    },
  });
  expect([status, json.code]).toEqual([422, "slot_not_offered"]);
});
