import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPasswordHasher } from "../../../../server/src/accounts/password-hash.ts";
import { systemRandomness } from "../../../../server/src/adapters/randomness.ts";
import { readConfig } from "../../../../server/src/config/config.ts";
import { read } from "../../../../server/src/database/read.ts";
import { startServer } from "../../../../server/src/server.ts";
import { createDatabase } from "../../../../tests/setup/fresh-database.ts";
import { newStream, openWorld, startIn } from "../../../../tests/setup/world.ts";

const TENANT = "demo";

/** A line as the database keeps it. */
export interface KeptLine {
  readonly number: number;
  readonly text: string | null;
  readonly login: string;
}

/** The real server with a desk, a doctor with an appointment between them, and a doctor elsewhere. */
export interface ClinicServer extends AsyncDisposable {
  readonly url: string;
  /** all lines there are, in their order */
  lines(): Promise<readonly KeptLine[]>;
  /** what it has logged and what it holds of the talk: for whoever has to find out why a terminal was not told */
  report(): Promise<string>;
}

export async function clinicServer(password: string): Promise<ClinicServer> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createDatabase());
  const folder = await mkdtemp(join(tmpdir(), "chat-server-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const config = readConfig({
    DATABASE_URL: database.url,
    HEALTHBRIDGE_DATA: folder,
    HEALTHBRIDGE_KEYS: `1:${randomBytes(32).toString("base64url")}`,
    HEALTHBRIDGE_TENANT: TENANT,
    HEALTHBRIDGE_LOG: "warn",
    PORT: "0",
  });
  const logged: string[] = [];
  const server = await startServer(config, {
    say: () => undefined,
    write: (line) => {
      logged.push(line);
    },
  });
  stack.defer(() => server.close());
  const world = stack.use(await openWorld(database.url, {}, TENANT));
  const { clinic, doctor } = world;
  const [patient = ""] = await world.asSystem([
    { type: "patient.register", input: { name: "Wanjiru Kamau", clinic } },
  ]);
  await world.asSystem([
    { type: "appointment.book", input: { doctor, patient, start: startIn(2, "10:00") } },
  ]);
  const [elsewhere = ""] = await world.asSystem([
    { type: "clinic.register", input: { name: "Machakos", zone: "Africa/Nairobi" } },
  ]);
  const [second = ""] = await world.asSystem([
    {
      type: "doctor.register",
      input: {
        name: "Dr Mary Otieno",
        clinic: elsewhere,
        specialities: ["general-practice"],
        languages: ["en"],
      },
    },
  ]);
  const passwordHash = await createPasswordHasher(systemRandomness).hash(password);
  for (const input of [
    { login: "desk", name: "Amina", role: "staff", clinics: [clinic] },
    { login: "doctor", name: "Dr Achieng", role: "doctor", doctor },
    { login: "second", name: "Dr Mary Otieno", role: "doctor", doctor: second },
  ]) {
    await world.executor.submit({
      submitter: { tenant: TENANT, account: undefined, device: undefined, system: true },
      stream: newStream(),
      from: 1,
      heard: 0,
      operations: [{ type: "account.register", input, madeAt: 0, secrets: { passwordHash } }],
      carrier: "server",
    });
  }
  return {
    url: server.url,
    lines: () =>
      read(world.pool, (reader) =>
        reader.query<KeptLine>(
          "SELECT m.line_number AS number, m.text, a.login FROM message m JOIN account a ON a.id = m.account_id ORDER BY m.conversation_id, m.line_number",
        ),
      ),
    async report() {
      const rows = await read(world.pool, async (reader) => [
        ...(await reader.query<object>("SELECT * FROM conversation")),
        ...(await reader.query<object>("SELECT handle, name, number FROM feed")),
        ...(await reader.query<object>(
          "SELECT stream_id, number, type, input, applied, decided_at FROM operation ORDER BY decided_at DESC LIMIT 8",
        )),
      ]);
      return [...logged, ...rows.map((row) => JSON.stringify(row))].join("\n");
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
