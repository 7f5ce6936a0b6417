import { addDays } from "@healthbridge/schema";
import { afterAll, expect, test } from "vitest";
import { freshDatabase } from "../../../tests/setup/fresh-database.ts";
import { openPool } from "../../src/database/pool.ts";
import type { Authenticated } from "../../src/http/context.ts";
import { dateAt } from "../../src/http/rest/reads/parameters.ts";
import { OPERATION_ROUTES } from "../../src/http/rest/writes/operation-route.ts";
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

const { administrator, staff, patientAccount, doctor, patient, ownPatient, clinic } = world;
const date = addDays(dateAt(Date.now()), 3);
const start = `${date}T09:00+03:00`;

/** A request that each route says yes to which names nothing in its path, and who may make it. */
const ASKED: Readonly<Record<string, readonly [who: Authenticated, body: object]>> = {
  "/v1/clinics": [administrator, { name: "Bandari", zone: "Africa/Nairobi" }],
  "/v1/doctors": [administrator, { name: "Dr Otieno", clinic, specialities: ["surgery"], languages: ["en"] }],
  "/v1/patients": [staff, { name: "Atieno", clinic }],
  "/v1/appointments": [staff, { doctor, patient, start }],
  "/v1/appointments/hold": [
    patientAccount,
    { doctor, patient: ownPatient, start: `${date}T10:00+03:00`, minutes: 10 },
  ],
  "/v1/appointments/walk-in": [staff, { doctor, patient }],
  "/v1/calendar-links": [patientAccount, { of: { patient: ownPatient }, digest: "a".repeat(42) + "A" }],
  "/v1/leases": [staff, { doctor, dates: [date], until: `${date}T08:00+03:00`, most: 1 }],
  "/v1/leases/give-back": [staff, { doctor, starts: [`${date}T11:00+03:00`] }],
};
/** To these no address leads, and the second creates nothing. */
const WITHOUT = ["/v1/leases", "/v1/leases/give-back"];

const routes = OPERATION_ROUTES.filter(({ method, params }) => method === "post" && params.length === 0);

test.each(routes)(
  "what $method $path created is where its answer says, for whoever asked",
  async ({ path }) => {
    const [who, body] = ASKED[path] ?? [];
    if (who === undefined) throw new Error(`nobody asks ${path} here`);
    const applied = await ask<{ id: string }>(who, "POST", path, { key: `locations-${path}`, body });
    const { id } = applied.json;
    const location = applied.headers.get("location");
    const found = location === null ? undefined : await ask<{ id: string }>(who, "GET", location);
    expect([applied.status, location === null, found?.json.id]).toEqual(
      WITHOUT.includes(path) ? [200, true, undefined] : [201, false, id],
    );
  },
);
