import { describe, expect, it } from "vitest";
import { openPool } from "../../server/src/database/pool.ts";
import { read } from "../../server/src/database/read.ts";
import { inTransaction } from "../../server/src/database/transaction.ts";
import type { Carrier } from "../../server/src/notices/carriers/carrier.ts";
import { sendNoticesJob } from "../../server/src/notices/send-notices.ts";
import { openWorld, startIn } from "../setup/world.ts";
import { scratchDatabase, servers } from "./support/servers.ts";

/** Senders of several servers at once, against each other and against people who cancel what is being told of. */

const SENDERS = 3;
const APPOINTMENTS = 24;
const REMINDERS_EACH = 125;
const PLAN = { channels: ["sms"], mode: "first", reminderMinutes: [], quiet: undefined } as const;

const COLUMNS =
  "id, tenant_id, appointment_id, patient_id, kind, channel, start_at, occasion, status, next_at, claim, attempts";

describe.each(servers)("3,000 due notices on $flavour $version", (server) => {
  it("go out once each by three senders, while every second appointment is cancelled under them", async () => {
    await using database = await scratchDatabase(server, { migrated: true });
    await using world = await openWorld(database.url, { notices: { plan: PLAN, onDue: () => undefined } });
    const appointments = await bookAll(world);
    await remindOften(world.pool, world.tenant);
    const told: string[] = [];
    const carrier: Carrier = {
      channel: "sms",
      reaches: () => true,
      send({ key, kind }) {
        if (kind === "reminder") told.push(key);
        return Promise.resolve({ status: "sent" });
      },
    };
    const senders = Array.from({ length: SENDERS }, async () => {
      const pool = openPool({ url: database.url, size: 4 });
      const style = { language: "en", names: new Set<never>() } as const;
      const parts = { carriers: [carrier], quiet: undefined, style, idleMs: 60 * 86_400_000, log: silent };
      const job = sendNoticesJob({ pool, ...parts });
      const counts = await job.run(new AbortController().signal);
      await pool.close();
      return counts;
    });
    const cancelling = (async () => {
      for (const appointment of appointments.filter((_, at) => at % 2 === 0))
        await world.asSystem([{ type: "appointment.cancel", input: { appointment } }]);
    })();
    const counts = await Promise.all(senders);
    await cancelling;
    expect(new Set(told).size).toBe(told.length);
    for (const { late, failed } of counts) expect({ late, failed }).toEqual({ late: 0, failed: 0 });
    const left = await read(world.pool, (reader) =>
      reader.query<{ id: string; status: string }>("SELECT id, status FROM notice WHERE kind = 'reminder'"),
    );
    const sent = left.filter(({ status }) => status === "sent").map(({ id }) => id);
    expect(sent.toSorted()).toEqual(told.toSorted());
    expect(sent.length).toBeGreaterThanOrEqual((APPOINTMENTS / 2) * REMINDERS_EACH);
    expect(left.every(({ status }) => status === "sent" || status === "dropped")).toBe(true);
  });
});

type World = Awaited<ReturnType<typeof openWorld>>;

async function bookAll(world: World): Promise<readonly string[]> {
  const { clinic, doctor } = world;
  const patients = await world.asSystem(
    Array.from({ length: APPOINTMENTS }, (_, at) => ({
      type: "patient.register",
      input: { name: `P ${at}`, clinic },
    })),
  );
  return world.asSystem(
    patients.map((patient, at) => ({
      type: "appointment.book",
      input: { doctor, patient, start: startIn(12, slot(at)) },
    })),
  );
}

/** Every twenty minutes from eight o'clock on. */
function slot(at: number): string {
  const minutes = 8 * 60 + at * 20;
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** As if each patient had asked for very many reminders, and all were due, in the order of nobody. */
async function remindOften(pool: World["pool"], tenant: string): Promise<void> {
  const booked = await read(pool, (reader) =>
    reader.query<{ id: string; patient: string; start: number }>(
      "SELECT id, patient_id AS patient, start_at AS start FROM appointment WHERE tenant_id = ?",
      [tenant],
    ),
  );
  const rows = booked.flatMap(({ id, patient, start }, one) =>
    Array.from({ length: REMINDERS_EACH }, (_, at) => {
      const due = 1_000 + at * APPOINTMENTS + one;
      return [`${id}/${at}`, tenant, id, patient, "reminder", "first", start, at, "waiting", due, 0, 0];
    }),
  );
  await inTransaction(pool, (tx) => tx.write(`INSERT INTO notice (${COLUMNS}) VALUES ?`, [rows]));
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
