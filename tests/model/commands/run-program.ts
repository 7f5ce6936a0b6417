import { operationId, type StreamId } from "@healthbridge/schema";
import { DatabaseError } from "../../../server/src/database/database-error.ts";
import type { Executor, Outcome, Settlement, Submitter } from "../../../server/src/operations/submission.ts";
import type { Chunk, Command, Phase } from "./program.ts";
import type { Servers, Tenant } from "./tenant.ts";
import { BEGINNING, of, type Sent, type Things, toOperation } from "./to-operation.ts";

/** One submission as it was made, and what was answered. */
export interface Told {
  readonly submitter: Submitter;
  readonly stream: StreamId;
  readonly from: number;
  readonly operations: readonly Sent[];
  readonly settlement: Settlement;
}

const MOST_TRIES = 20;

/** Does what a program says on real servers, everybody at once; answers everything that anybody was told. */
export async function runProgram(
  servers: Servers,
  tenant: Tenant,
  phases: readonly Phase[],
): Promise<readonly Told[]> {
  const run = new Run(servers, tenant);
  await run.prepare();
  let clock = BEGINNING;
  for (const { people, hoursLater } of phases) {
    servers.setClock(clock);
    await Promise.all(people.map((chunks, at) => run.person(at, chunks)));
    clock += hoursLater * 3_600_000;
  }
  return run.told;
}

/** A stream, with what its device has sent so far. */
interface Device {
  stream: StreamId;
  next: number;
  readonly sent: Told[];
}

class Run {
  readonly told: Told[] = [];
  readonly #servers: Servers;
  readonly #tenant: Tenant;
  readonly #devices: readonly Device[];
  /** What was asked for and answered. What is still under way nobody else can know of. */
  readonly #known: Things = { patients: [], appointments: [] };
  #copies = 0;

  constructor(servers: Servers, tenant: Tenant) {
    this.#servers = servers;
    this.#tenant = tenant;
    this.#devices = tenant.people.map(() => ({ stream: tenant.newStream(), next: 1, sent: [] }));
  }

  /** A patient of each clinic and one of her own, and hours for the doctors. */
  async prepare(): Promise<void> {
    this.#servers.setClock(BEGINNING);
    const setHours = (doctor: number) => ({ do: "setHours" as const, doctor, week: 2 * doctor });
    const firsts: readonly (readonly Command[])[] = [
      [{ do: "register", where: "own" }, setHours(0)],
      [],
      [{ do: "register", where: "own" }, setHours(1)],
      [],
      [{ do: "register", where: "own" }],
    ];
    for (const [at, commands] of firsts.entries()) {
      const plain = commands.map((command) => ({ command, needsTheOneBefore: false }));
      if (plain.length > 0) await this.#chunk(at, { commands: plain, via: 0, accident: "none" });
    }
  }

  async person(at: number, chunks: readonly Chunk[]): Promise<void> {
    for (const chunk of chunks) await this.#chunk(at, chunk);
  }

  async #chunk(at: number, { commands, via, accident }: Chunk): Promise<void> {
    const person = of(this.#tenant.people, at);
    const device = of(this.#devices, at);
    const { stream, next } = device;
    const things: Things = {
      patients: [...this.#known.patients],
      appointments: [...this.#known.appointments],
    };
    const known = { patients: things.patients.length, appointments: things.appointments.length };
    const operations = commands.map(({ command, needsTheOneBefore }, place): Sent => {
      const operation = toOperation(
        command,
        person.actor,
        operationId(stream, next + place),
        things,
        this.#tenant,
      );
      return needsTheOneBefore && next + place > 1
        ? { ...operation, after: [operationId(stream, next + place - 1)] }
        : operation;
    });
    const submission = { submitter: person.submitter, stream, from: next, operations };
    const earlier = device.sent.at(-1);
    const own = this.#submit(submission, via);
    const other = this.#accident(accident, submission, earlier, via + 1);
    const [told] = await Promise.all([own, other]);
    this.#known.patients.push(...things.patients.slice(known.patients));
    this.#known.appointments.push(...things.appointments.slice(known.appointments));
    device.sent.push(told);
    device.next = next + operations.length;
    if (told.settlement.fork) {
      // Somebody else writes this stream: the device opens a new one. What it had queued there is lost to this test.
      device.stream = this.#tenant.newStream();
      device.next = 1;
      device.sent.length = 0;
    }
  }

  async #accident(
    accident: Chunk["accident"],
    submission: Omit<Told, "settlement">,
    earlier: Told | undefined,
    via: number,
  ): Promise<void> {
    if (accident === "twice") await this.#submit(submission, via);
    if (accident === "again" && earlier !== undefined) await this.#submit(earlier, via);
    if (accident === "fork")
      await this.#submit(
        { ...submission, operations: submission.operations.map((each) => this.#copyOf(each)) },
        via,
      );
    if (accident === "reuse" && earlier !== undefined)
      await this.#submit(
        { ...earlier, operations: earlier.operations.map((each) => this.#copyOf(each)) },
        via,
      );
  }

  /** Something else under the same number. */
  #copyOf({ type, input }: Sent): Sent {
    this.#copies += 1;
    const name = `Copy ${this.#copies}`;
    if (type === "appointment.book") return { type, input: { ...input, reason: name }, madeAt: 0 };
    return { type: "patient.register", input: { name, clinic: of(this.#tenant.clinics, 0) }, madeAt: 0 };
  }

  /** As a device does: a busy server is asked again. */
  async #submit(
    { submitter, stream, from, operations }: Omit<Told, "settlement">,
    via: number,
  ): Promise<Told> {
    const executor = of<Executor>(this.#servers.executors, via % this.#servers.executors.length);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const settlement = await executor.submit({
          submitter,
          stream,
          from,
          heard: from - 1,
          operations,
          carrier: "queue",
        });
        const told = { submitter, stream, from, operations, settlement };
        this.told.push(told);
        return told;
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.retry === "never" || attempt >= MOST_TRIES)
          throw error;
      }
    }
  }
}

/** The outcome that a submission was told of one of its numbers. */
export function outcomeOf(settlement: Settlement, number: number): Outcome | undefined {
  return settlement.outcomes.find((outcome) => outcome.number === number);
}
