import { drawStreamId, operationId } from "@healthbridge/schema";
import { randomBytes, randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { systemRandomness } from "../server/src/adapters/randomness.ts";
import { read } from "../server/src/database/read.ts";
import { endPendingJob } from "../server/src/jobs/end-pending.ts";
import { createExecutor } from "../server/src/operations/executor.ts";
import { openFixedStreams } from "../server/src/operations/fixed-streams.ts";
import { type Login, openDoctors, openPatients, type SignedIn, signedIn, type Stage } from "./stage.ts";

/** What `bench contention` finds. */
export interface ContentionResult {
  readonly attempts: number;
  readonly clients: number;
  readonly sheets: number;
  readonly perSecond: number;
  readonly applied: number;
  /** how often each code was the answer */
  readonly refused: Readonly<Record<string, number>>;
  /** answers a client should never see: a deadlock, a server error, an operation that was set aside */
  readonly errors: number;
  /** pairs of appointments that share a doctor's or a patient's time */
  readonly overlaps: number;
  /** slots whose sheet says otherwise than the appointments do */
  readonly sheetsWrong: number;
}

const DOCTORS = 100;
const DAYS = 10;
const CLIENTS = 32;
const BATCH = 100;
const PATIENTS = 2_000;
/** Every second request is for one of so many starts, that everybody wants. */
const WANTED_BY_ALL = 400;
const MOST_TRIES = 20;
const ERRORS: ReadonlySet<string> = new Set(["parked", "internal", "unavailable"]);

/**
 * Clients that book, hold, confirm, move, cancel, lease, give back and send what they have confirmed by themselves, over the same sheets at once, while what
 * nobody answered is ended. All through the sync endpoint.
 */
export async function measureContention(stage: Stage, attempts: number): Promise<ContentionResult> {
  stage.say("Setting the scene: a thousand day sheets, patients, 32 clients …");
  const starts = await openDoctors(stage, DOCTORS, DAYS);
  const patients = await openPatients(stage, PATIENTS);
  const counts = { applied: 0, errors: 0, refused: new Map<string, number>() };
  let left = attempts;
  const take = (): number => {
    const size = Math.min(BATCH, left);
    left -= size;
    return size;
  };
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const login = await stage.staff(stage.clinic);
      return new Client(stage, login, await signedIn(stage, login), starts, patients);
    }),
  );
  const done = new AbortController();
  const cleaning = cleanUp(stage, done.signal);
  const began = performance.now();
  const shown = setInterval(() => {
    stage.say(`${(attempts - left).toLocaleString("en")} of ${attempts.toLocaleString("en")} attempts`);
  }, 10_000);
  try {
    await Promise.all(
      clients.map(async (client) => {
        for (let size = take(); size > 0; size = take()) await client.send(size, counts);
      }),
    );
  } finally {
    clearInterval(shown);
    done.abort();
  }
  const seconds = (performance.now() - began) / 1000;
  await cleaning;
  return {
    attempts,
    clients: CLIENTS,
    sheets: DOCTORS * DAYS,
    perSecond: Math.round(attempts / seconds),
    applied: counts.applied,
    refused: Object.fromEntries([...counts.refused].toSorted(([, a], [, b]) => b - a)),
    errors: counts.errors,
    overlaps: await overlaps(stage),
    sheetsWrong: await sheetsWrong(stage),
  };
}

interface Counts {
  applied: number;
  errors: number;
  readonly refused: Map<string, number>;
}

/** One device: a stream, a token, and the appointments it has made. */
class Client {
  readonly #stage: Stage;
  readonly #login: Login;
  #session: SignedIn;
  readonly #starts: readonly { readonly doctor: string; readonly start: string }[];
  readonly #patients: readonly string[];
  readonly #stream = drawStreamId((count) => randomBytes(count));
  readonly #own: string[] = [];
  /** days of doctors of which it has leased times */
  readonly #leased: Day[] = [];
  #next = 1;

  constructor(
    stage: Stage,
    login: Login,
    session: SignedIn,
    starts: readonly { readonly doctor: string; readonly start: string }[],
    patients: readonly string[],
  ) {
    this.#stage = stage;
    this.#login = login;
    this.#session = session;
    this.#starts = starts;
    this.#patients = patients;
  }

  async send(size: number, counts: Counts): Promise<void> {
    const from = this.#next;
    const operations = Array.from({ length: size }, (_, at) => this.#operation(from + at));
    const sent = operations.map(({ day: _day, ...operation }) => operation);
    const body = JSON.stringify({
      protocol: 1,
      stream: this.#stream,
      from,
      heard: from - 1,
      operations: sent,
    });
    const text = await this.#post(body);
    if (text === undefined) {
      counts.errors += 1;
      return;
    }
    const { settled, outcomes = [] } = JSON.parse(text) as Answer;
    this.#next = settled + 1;
    const refused = new Map(
      outcomes.flatMap(({ number, problem }) => (problem ? [[number, problem.code]] : [])),
    );
    for (let number = from; number <= settled; number += 1) {
      const code = refused.get(number);
      if (code === undefined) counts.applied += 1;
      else counts.refused.set(code, (counts.refused.get(code) ?? 0) + 1);
      if (code !== undefined && ERRORS.has(code)) counts.errors += 1;
      if (code === undefined) this.#remember(operations[number - from], number);
    }
  }

  /** Sends until there is an answer, as every device does: the same again is the same. A token runs out within the hour. */
  async #post(body: string): Promise<string | undefined> {
    for (let tries = 1; ; tries += 1) {
      try {
        const headers = {
          authorization: `Bearer ${this.#session.accessToken}`,
          "content-type": "application/json",
        };
        const answer = await fetch(`${this.#stage.url}/v1/sync`, { method: "POST", headers, body });
        const text = await answer.text();
        if (answer.status !== 401) return answer.ok ? text : undefined;
        this.#session = await signedIn(this.#stage, this.#login);
      } catch (error) {
        if (!(error instanceof TypeError) || tries === MOST_TRIES) throw error;
        await pause(500);
      }
    }
  }

  #remember(operation: Operation | undefined, number: number): void {
    if (operation?.day !== undefined) this.#leased.push(operation.day);
    else if (/^appointment\.(book|hold)$/.test(operation?.type ?? ""))
      this.#own.push(operationId(this.#stream, number));
  }

  #operation(number: number): Operation {
    const dice = randomInt(100);
    if (dice >= 90) return { ...this.#withLease(dice), madeAt: number };
    const appointment = this.#own[randomInt(Math.max(this.#own.length, 1))];
    const { doctor = "", start = "" } =
      this.#starts[randomInt(dice % 2 === 0 ? WANTED_BY_ALL : this.#starts.length)] ?? {};
    const patient = this.#patients[randomInt(this.#patients.length)] ?? "";
    const madeAt = number;
    if (dice < 60 || appointment === undefined) {
      const ifTaken =
        dice < 20
          ? [{ wish: "sameDay" }, { wish: "sameDoctor", days: 2 }]
          : dice < 25
            ? [{ wish: "waitingList" }]
            : [];
      return { type: "appointment.book", input: { doctor, patient, start, ifTaken }, madeAt };
    }
    if (dice < 70) return { type: "appointment.hold", input: { doctor, patient, start, minutes: 1 }, madeAt };
    if (dice < 76) return { type: "appointment.confirm", input: { appointment }, madeAt };
    if (dice < 85) return { type: "appointment.reschedule", input: { appointment, start }, madeAt };
    return { type: "appointment.cancel", input: { appointment }, madeAt };
  }

  /** Takes times for itself, uses them as if it had been away, and gives some back. */
  #withLease(dice: number): Omit<Operation, "madeAt"> {
    const day = this.#leased[randomInt(Math.max(this.#leased.length, 1))];
    if (day === undefined || dice < 93) {
      const { doctor = "", start = "" } = this.#starts[randomInt(this.#starts.length)] ?? {};
      const date = start.slice(0, 10);
      const input = { doctor, dates: [date], until: `${date}T23:00+03:00`, most: 6 };
      return { type: "lease.take", input, day: { doctor, date } };
    }
    const { doctor, date } = day;
    // Leased are the last free ones of a day.
    const start = `${date}T${20 + randomInt(2)}:${["00", "20", "40"][randomInt(3)] ?? "00"}+03:00`;
    if (dice < 95) return { type: "lease.giveBack", input: { doctor, starts: [start] } };
    const patient = this.#patients[randomInt(this.#patients.length)] ?? "";
    const leased = { device: this.#session.device, minutes: 20 };
    return { type: "appointment.book", input: { doctor, patient, start, leased } };
  }
}

interface Day {
  readonly doctor: string;
  readonly date: string;
}

interface Operation {
  readonly type: string;
  readonly input: object;
  readonly madeAt: number;
  /** whose times it leases */
  readonly day?: Day;
}

interface Answer {
  readonly settled: number;
  readonly outcomes?: readonly { readonly number: number; readonly problem?: { readonly code: string } }[];
}

/** The server's own clean-up, all the time, as a second process would. */
async function cleanUp({ pool }: Stage, signal: AbortSignal): Promise<void> {
  const executor = createExecutor({ pool });
  const job = endPendingJob({ pool, executor, streams: await openFixedStreams(pool, systemRandomness) });
  while (!signal.aborted) {
    await job.run(signal);
    await pause(1_000);
  }
  await executor.close();
}

const HOLDS = "('pending','booked','arrived','fulfilled','noshow')";

/** Pairs of appointments that share a doctor's or a patient's time. */
export async function overlaps({ pool }: Pick<Stage, "pool">): Promise<number> {
  let pairs = 0;
  for (const [who, keeps] of [
    ["doctor_id", "overbooked IS NULL"],
    ["patient_id", "patient_busy IS NULL"],
  ] as const) {
    const rows = await read(pool, (reader) =>
      reader.query<{ who: string; start: number; end: number }>(
        `SELECT ${who} AS who, start_at AS start, start_at + minutes * 60000 AS end FROM appointment WHERE status IN ${HOLDS} AND ${keeps} ORDER BY ${who}, start_at`,
      ),
    );
    for (const [at, row] of rows.entries()) {
      const before = rows[at - 1];
      if (before?.who === row.who && before.end > row.start) pairs += 1;
    }
  }
  return pairs;
}

/** Slots that a sheet shows as taken and nobody has, and the other way round. */
export async function sheetsWrong({ pool }: Pick<Stage, "pool">): Promise<number> {
  const taken = await read(pool, (reader) =>
    reader.query<{ doctor: string; start: number }>(
      `SELECT doctor_id AS doctor, start_at AS start FROM appointment WHERE status IN ${HOLDS}`,
    ),
  );
  const sheets = await read(pool, (reader) =>
    reader.query<{ doctor: string; runs: string; leased: string | null }>(
      "SELECT doctor_id AS doctor, runs, leased FROM day_sheet",
    ),
  );
  const shown = new Set<string>();
  let doubled = 0;
  for (const { doctor, runs, leased } of sheets) {
    for (const [first, , , step, letters] of JSON.parse(runs) as readonly [
      number,
      number,
      number,
      number,
      string,
    ][])
      for (const [at, letter] of Array.from(letters).entries())
        if (letter === "b" || letter === "h") shown.add(`${doctor} ${(first + at * step) * 60_000}`);
    // What a device has to itself is shown as held, and nobody has it.
    for (const [, , starts] of JSON.parse(leased ?? "[]") as readonly [string, number, number[]][])
      for (const start of starts) if (!shown.delete(`${doctor} ${start * 60_000}`)) doubled += 1;
  }
  const wrong = taken.filter(({ doctor, start }) => !shown.delete(`${doctor} ${start}`)).length;
  return wrong + doubled + shown.size;
}
