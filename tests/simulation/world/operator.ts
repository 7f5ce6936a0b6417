import { drawStreamId, operationId } from "@healthbridge/schema";
import type { SeededRandom, VirtualTime } from "../../../client-sdk/src/testing/index.ts";
import { beginEpoch, markBackupVerified } from "../../../server/src/backup/marks.ts";
import type { DatabasePool } from "../../../server/src/database/pool.ts";
import { createExecutor } from "../../../server/src/operations/executor.ts";
import type { Executor } from "../../../server/src/operations/submission.ts";
import type { AppointmentRow } from "../../chaos/checker/evidence.ts";
import type { ModelDatabase } from "../database/model-database.ts";
import type { ConversationLedger } from "../invariants/conversation-ledger.ts";
import { HOURS, SLOT_MINUTES, ZONE } from "./base.ts";
import { passwordOf } from "./people.ts";

/** Runs last minutes; a margin as long as a real server's would leave no operation that a backup covers. */
const LONGEST_TRANSACTION_MS = 1_000;

/** Who runs the server: takes backups, sets the database back to one, takes lost devices off the list. */
export class Operator {
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #database: ModelDatabase;
  readonly #conversations: ConversationLedger;
  readonly #pool: DatabasePool;
  readonly #executor: Executor;
  #backup: { readonly rows: unknown; readonly pages: unknown } | undefined;
  /** appointments as a restore left them that took them away, or gave them back to another doctor */
  readonly #setBack = new Map<unknown, AppointmentRow | undefined>();
  /** the database is being set back */
  restoring = false;

  constructor(
    time: VirtualTime,
    random: SeededRandom,
    database: ModelDatabase,
    conversations: ConversationLedger,
  ) {
    this.#time = time;
    this.#random = random;
    this.#database = database;
    this.#conversations = conversations;
    this.#pool = database.openPool("operator", {
      now: () => time.elapsed(),
      random,
      sleep: (ms, signal) => time.sleep(ms, signal),
      after: (ms, action) => time.after(ms, action),
    });
    this.#executor = createExecutor({ pool: this.#pool });
  }

  async revokeDevice(tenant: string, device: string): Promise<void> {
    await this.#asSystem(tenant, "device.revoke", { device });
  }

  /** Says where somebody works from now on. */
  async setClinics(tenant: string, account: string, clinics: readonly string[]): Promise<void> {
    await this.#asSystem(tenant, "account.setClinics", { account, clinics });
  }

  /** A doctor who has no account yet is given one. */
  async openAccount(tenant: string, login: string, doctor: string, clinic: string): Promise<string> {
    const about = { login, name: login, role: "doctor", clinics: [clinic], doctor };
    return this.#asSystem(tenant, "account.register", about, `plain ${passwordOf(login)}`);
  }

  /** A patient's card goes to another clinic. */
  async moveCard(tenant: string, patient: string, clinic: string): Promise<void> {
    await this.#asSystem(tenant, "patient.update", { patient, clinic });
  }

  /** Somebody new begins to work at a clinic, the same hours every day. */
  async registerDoctor(tenant: string, clinic: string, name: string): Promise<string> {
    const id = await this.#asSystem(tenant, "doctor.register", {
      name,
      clinic,
      specialities: ["general-practice"],
      languages: ["sw"],
    });
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, hours: [HOURS] }));
    const hours = { doctor: id, zone: ZONE, slotMinutes: SLOT_MINUTES, bufferMinutes: 0, weekly };
    await this.#asSystem(tenant, "availability.set", hours);
    return id;
  }

  /** Whether a restore took an appointment away, or gave it back to another doctor; and as what. */
  setBack(appointment: string): { readonly to: AppointmentRow | undefined } | undefined {
    return this.#setBack.has(appointment) ? { to: this.#setBack.get(appointment) } : undefined;
  }

  /** Copies the database and, once the copy was looked at, says what it covers. */
  async takeBackup(): Promise<void> {
    if (!this.#database.running) return;
    const begunAt = this.#time.now();
    this.#backup = { rows: this.#database.snapshot(), pages: this.#conversations.pages };
    await markBackupVerified(this.#pool, begunAt, LONGEST_TRANSACTION_MS);
  }

  /** Sets the database back to the last backup and begins a new epoch, however long that takes; no server may run meanwhile. */
  async restore(): Promise<void> {
    if (this.#backup === undefined) return;
    this.restoring = true;
    const before = this.#database.rows<AppointmentRow>("appointment");
    this.#database.restore(this.#backup.rows);
    const rows = new Map(this.#database.rows<AppointmentRow>("appointment").map((row) => [row.id, row]));
    for (const { id, doctor_id: doctor } of before)
      if (rows.get(id)?.doctor_id !== doctor) this.#setBack.set(id, rows.get(id));
    this.#conversations.restore(this.#backup.pages);
    for (let begun = false; !begun;) {
      if (!this.#database.running) this.#database.start();
      begun = await beginEpoch(this.#pool).then(
        () => true,
        () => false,
      );
      if (!begun) await this.#time.sleep(1_000);
    }
    this.restoring = false;
  }

  async #asSystem(tenant: string, type: string, input: object, passwordHash?: string): Promise<string> {
    const stream = drawStreamId((count) => this.#random.bytes(count));
    await this.#executor.submit({
      submitter: { tenant, account: undefined, device: undefined, system: true },
      stream,
      from: 1,
      heard: 0,
      operations: [
        { type, input, madeAt: 0, ...(passwordHash === undefined ? {} : { secrets: { passwordHash } }) },
      ],
      carrier: "server",
    });
    return operationId(stream, 1);
  }
}
