import { type EnqueueItem, HealthBridge, type Outcome } from "@healthbridge/client-sdk";
import { sqliteStore } from "@healthbridge/client-sdk/node";
import { type Line, openLine } from "@healthbridge/client-sdk/realtime";
import type { SeededRandom } from "@healthbridge/client-sdk/testing";
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type DeviceLine, type DeviceView, type Glimpse, type HeardOutcome, Journal } from "../history.ts";
import type { AccountToSignIn } from "../scene.ts";
import { DocumentWork } from "./document-work.ts";
import { ObservedLine } from "./observed-line.ts";
import { counterAfter, type Memory, remember } from "./memory.ts";
import { COUNTER_VILLAGE, planBatch, type PlannedItem, type Sight, type Work } from "./workload.ts";

/** A device as the rig plans it. */
export interface DevicePlan {
  readonly name: string;
  readonly tenant: string;
  readonly canary: string;
  /** words that only other organisations' rows hold */
  readonly foreign: readonly string[];
  readonly account: AccountToSignIn;
  /** addresses of the servers; each life of the device uses the next */
  readonly urls: readonly string[];
  /** how far its clock is off, ms */
  readonly clock: number;
  readonly work: Work;
  /** whether it has a socket beside HTTP */
  readonly socket: boolean;
}

const KINDS = [
  "account",
  "clinic",
  "doctor",
  "patient",
  "availability",
  "sheet",
  "appointment",
  "conversation",
  "message",
] as const;
/** More waiting than this, and people at the device stop for a moment. */
const MOST_WAITING: Readonly<Record<Work, number>> = { all: 90, chat: 250 };
const LOOK_MS = 400;
const GLIMPSE_COUNTERS_MS = 3_000;

/** An app on a device: works, listens, and writes down everything it did and heard. */
export class Device {
  readonly plan: DevicePlan;
  readonly #hb: HealthBridge;
  readonly #journal: Journal<DeviceLine>;
  readonly #random: SeededRandom;
  readonly #line: ObservedLine;
  readonly #socket: Line | undefined;
  readonly #documents: DocumentWork;
  readonly #heard: HeardOutcome[] = [];
  /** bookings that were confirmed and are still to be looked for on the screen */
  readonly #toShow: string[] = [];
  readonly #earlier: string[];
  readonly #url: string;
  #counter: Memory["counter"];
  #batch: number;
  #refs: number;
  #ending = false;
  #settled = 0;

  private constructor(parts: {
    readonly plan: DevicePlan;
    readonly hb: HealthBridge;
    readonly journal: Journal<DeviceLine>;
    readonly random: SeededRandom;
    readonly line: ObservedLine;
    readonly socket: Line | undefined;
    readonly documents: DocumentWork;
    readonly memory: Memory;
    readonly url: string;
  }) {
    const { plan, hb, journal, random, line, socket, documents, memory, url } = parts;
    this.plan = plan;
    this.#hb = hb;
    this.#journal = journal;
    this.#random = random;
    this.#line = line;
    this.#socket = socket;
    this.#documents = documents;
    this.#url = url;
    this.#counter = memory.counter;
    this.#batch = memory.batches;
    this.#refs = memory.refs;
    this.#earlier = [...memory.earlier];
  }

  /** Outcomes heard in this life. */
  get settled(): number {
    return this.#settled;
  }

  get waiting(): number {
    return this.#hb.status.get().waiting.total;
  }

  /** Opens the store, tells what is in it, and does again what may or may not have been queued when the process was killed. */
  static async open(plan: DevicePlan, folder: string, random: SeededRandom): Promise<Device> {
    const path = `${folder}/${plan.name}.jsonl`;
    const memory = remember(path);
    const journal = new Journal<DeviceLine>(path);
    const line = new ObservedLine(plan);
    const url = plan.urls[(Number(plan.name.slice(1)) + memory.lives) % plan.urls.length] ?? "";
    const store = sqliteStore(`${folder}/${plan.name}.db`);
    const { runtime: plain, openSocket } = line;
    const socket = plan.socket ? openLine({ url, store, runtime: plain, openSocket }) : undefined;
    const hb = await HealthBridge.open({
      url,
      store,
      tenant: plan.tenant,
      deviceName: plan.name,
      runtime: line.noting(socket?.runtime ?? plain),
      autoSync: false,
    });
    const draws = random.fork(`${plan.name} ${memory.lives}`);
    const parts = { plan, hb, journal, line, memory, url };
    const documents = new DocumentWork({
      ...parts,
      store,
      random: draws.fork("documents"),
      memory: memory.documents,
    });
    const device = new Device({ ...parts, random: draws, socket, documents });
    await device.#begin(memory);
    return device;
  }

  async #begin(memory: Memory): Promise<void> {
    const hb = this.#hb;
    const outcomes = (await hb.outcomes()).map(heardOf);
    const waiting = hb.waiting().map(({ id }) => id);
    this.#journal.write({ e: "open", life: memory.lives + 1, clock: this.plan.clock, waiting, outcomes });
    hb.on("outcome", (outcome) => this.#hear(outcome));
    hb.on("moved", (moves) => this.#journal.write({ e: "moved", moves }));
    hb.on("signInNeeded", ({ code }) => {
      this.#journal.write({ e: "status", state: "needs-sign-in", waiting: this.waiting, problem: code });
      void this.#signIn();
    });
    for (const outcome of outcomes) this.#note(outcome);
    if (hb.status.get().account === undefined) {
      await this.#signIn();
      await hb.follow(...this.plan.account.follows.map((doctor) => `calendar:${doctor}`));
    }
    await this.#documents.begin();
    hb.start();
    void this.#listen();
    if (memory.unfinished !== undefined) await this.#queue(memory.batches, memory.unfinished);
  }

  async #signIn(): Promise<void> {
    const { login, password } = this.plan.account;
    while (!this.#ending) {
      try {
        await this.#hb.signIn({ login, password });
        return;
      } catch {
        await pause(300 + this.#random() * 500);
      }
    }
  }

  /** Queues one batch, unless too much waits already, and edits a document now and then. */
  async work(): Promise<void> {
    await this.#documents.turn();
    if (this.waiting > MOST_WAITING[this.plan.work]) return;
    const hb = this.#hb;
    const own = this.plan.account;
    const sight = {
      account: own,
      canary: this.plan.canary,
      patients: hb
        .list(
          "patient",
          (each) =>
            each.village !== COUNTER_VILLAGE && (own.clinic === undefined || each.clinic === own.clinic),
        )
        .map(({ id }) => id),
      appointments: hb.list("appointment"),
      conversations: hb.list("conversation"),
      messages: messagesHeld(hb),
      work: this.plan.work,
      ownTimes: hb.leasedTimes(),
      earlier: this.#earlier,
      counter: this.#counter,
    };
    const items = planBatch(this.#random, sight, () => `${this.plan.name}-${(this.#refs += 1)}`);
    if (items.length === 0) return;
    this.#batch += 1;
    this.#journal.write({ e: "try", batch: this.#batch, items });
    await this.#queue(this.#batch, items);
  }

  editByHand(): Promise<void> {
    return this.#documents.editByHand();
  }

  async #queue(batch: number, items: readonly PlannedItem[]): Promise<void> {
    const inputs: Array<Readonly<Record<string, unknown>>> = [];
    const enqueued = await this.#hb.enqueueMany(items.map((item, at) => asItem(item, at, inputs)));
    const waiting = new Map(this.#hb.waiting().map(({ id, input }) => [id, input]));
    const operations = enqueued.map(({ id, forecast }, at) => {
      const { ref = "", type = "", lane = "", after } = items[at] ?? {};
      const promised = forecast === "confirmed" ? { promised: true as const } : {};
      // The device adds its word to what it has confirmed by itself.
      const input = waiting.get(id) ?? inputs[at] ?? {};
      return { id, ref, type, lane, input, ...promised, ...(after === undefined ? {} : { after }) };
    });
    this.#journal.write({ e: "queued", batch, operations });
    for (const operation of operations) this.#counter = counterAfter(this.#counter, operation);
    this.#earlier.push(...operations.map(({ id }) => id));
    this.#earlier.splice(0, Math.max(0, this.#earlier.length - 200));
  }

  #hear(outcome: Outcome): void {
    this.#note(heardOf(outcome));
    if (outcome.id === this.#counter?.patient && outcome.status === "rejected") this.#counter = undefined;
  }

  #note(outcome: HeardOutcome): void {
    this.#journal.write({ e: "outcome", outcome });
    this.#heard.push(outcome);
    this.#settled += 1;
  }

  /** Deals with outcomes as an app does: look at the screen, then say that they were seen. */
  async #listen(): Promise<void> {
    let counters = 0;
    while (!this.#ending) {
      await pause(LOOK_MS);
      const heard = this.#heard.splice(0);
      const booked = heard.filter(({ type, status }) => type === "appointment.book" && status === "applied");
      this.#toShow.push(...booked.slice(-10).map(({ id }) => id));
      // While it fetches, what was confirmed a moment ago may still be on its way to the screen.
      if (this.#hb.status.get().state === "online")
        this.#glimpse(this.#toShow.splice(0).map((id) => this.#appointmentShown(id)));
      if (performance.now() - counters > GLIMPSE_COUNTERS_MS) {
        counters = performance.now();
        this.#glimpse(this.#countersShown());
        this.#journal.write({ e: "searched", ...this.#line.searched() });
        this.#noteStatus();
      }
      if (heard.length === 0) continue;
      const ids = heard.map(({ id }) => id);
      try {
        await this.#hb.acknowledge(ids);
        this.#journal.write({ e: "acknowledged", ids });
      } catch (error) {
        if (!this.#ending) throw error;
      }
    }
  }

  #noteStatus(): void {
    const { state, waiting, lastProblem } = this.#hb.status.get();
    const problem =
      lastProblem === undefined ? {} : { problem: `${lastProblem.code} ${lastProblem.detail ?? ""}`.trim() };
    this.#journal.write({ e: "status", state, waiting: waiting.total, ...problem });
  }

  #glimpse(glimpses: readonly Glimpse[]): void {
    if (glimpses.length > 0) this.#journal.write({ e: "glimpse", glimpses });
  }

  #appointmentShown(id: string): Glimpse {
    const held = this.#hb.get("appointment", id);
    return { kind: "appointment", id, shows: held?.status ?? "nothing", waiting: held?.waiting === true };
  }

  #countersShown(): Glimpse[] {
    return this.#hb.list("patient", { village: COUNTER_VILLAGE }).map(({ id, cardNumber = "", waiting }) => ({
      kind: "patient",
      id,
      shows: cardNumber,
      waiting: waiting === true,
    }));
  }

  /** Sends and fetches until nothing is left, as somebody does who looks at the screen and pulls it down. */
  async drain(): Promise<boolean> {
    const began = performance.now();
    const report = await this.#hb.sync({ tryFor: 120_000 });
    const ms = Math.round(performance.now() - began);
    const problem = report.problem?.code;
    this.#journal.write({
      e: "drained",
      ms,
      done: report.done,
      ...(problem === undefined ? {} : { problem }),
    });
    await this.#documents.drain();
    return report.done;
  }

  /** Writes what this device shows into a file. */
  async view(path: string): Promise<void> {
    const documents = await this.#documents.view();
    const hb = this.#hb;
    const { account } = hb.status.get();
    if (account === undefined) throw new Error(`${this.plan.name} is signed in to no account`);
    const view: DeviceView = {
      device: this.plan.name,
      tenant: this.plan.tenant,
      account: {
        id: account.id,
        role: account.role,
        clinics: account.clinics,
        ...(account.doctor === undefined ? {} : { doctor: account.doctor }),
      },
      follows: this.plan.account.follows,
      waiting: hb.waiting().map(({ id }) => id),
      entities: Object.fromEntries(KINDS.map((kind) => [kind, hb.list(kind)])),
      documents,
    };
    writeFileSync(path, JSON.stringify(view));
  }

  /** Sends old operations again by hand, each twice, and writes down what the server said. */
  async replay(operations: ReadonlyArray<{ readonly id: string; readonly wire: object }>): Promise<void> {
    // A token runs out unnoticed where all goes over the socket: from here on all goes over HTTP.
    this.#socket?.close();
    for (const { id, wire } of operations) {
      const answers: string[] = [];
      for (let time = 0; time < 2; time += 1) answers.push(await this.#sendAgain(id, wire));
      this.#journal.write({ e: "replay", id, answers });
    }
  }

  async #sendAgain(id: string, operation: object): Promise<string> {
    const dot = id.indexOf(".");
    const number = Number(id.slice(dot + 1));
    const body = {
      protocol: 1,
      stream: id.slice(0, dot),
      from: number,
      heard: number - 1,
      operations: [operation],
      budget: 0,
    };
    const send = (): Promise<Response> =>
      fetch(`${this.#url}/v1/sync`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: this.#line.authorization },
        body: JSON.stringify(body),
      });
    let response = await send();
    if (response.status === 401) {
      // The token ran out meanwhile; the SDK draws a new one.
      await this.#hb.sync();
      response = await send();
    }
    const answer = (await response.json()) as { settled?: number; outcomes?: Array<{ number: number }> };
    if ((answer.settled ?? 0) < number) return `not settled: ${response.status} ${JSON.stringify(answer)}`;
    return JSON.stringify(answer.outcomes?.find((each) => each.number === number) ?? "applied as asked");
  }

  async close(): Promise<void> {
    this.#ending = true;
    this.#socket?.close();
    await this.#documents.close();
    await this.#hb.close();
  }
}

function heardOf({ id, ref = "", type, status, problem, output }: Outcome): HeardOutcome {
  return {
    id,
    ref,
    type,
    status,
    ...(problem === undefined ? {} : { code: problem.code }),
    ...(output === undefined ? {} : { output }),
  };
}

/** Messages of a conversation in their order; all that are held are gone through once, when one of them is asked for. */
function messagesHeld(hb: HealthBridge): Sight["messages"] {
  let held: Map<string, Array<{ readonly id: string; readonly number: number }>> | undefined;
  return (conversation) => {
    held ??= Map.groupBy(hb.list("message"), (each) => each.conversation);
    return (held.get(conversation) ?? []).toSorted((left, right) => left.number - right.number);
  };
}

/** The item as the SDK takes it; what its input came to is noted in `inputs`. */
function asItem(
  item: PlannedItem,
  at: number,
  inputs: Array<Readonly<Record<string, unknown>>>,
): EnqueueItem {
  const { type, input, lane, after, ref, patientFrom, appointmentFrom } = item;
  const made = (earlier: readonly string[]): Readonly<Record<string, unknown>> => {
    const whole = {
      ...input,
      ...(patientFrom === undefined ? {} : { patient: earlier[patientFrom] }),
      ...(appointmentFrom === undefined ? {} : { appointment: earlier[appointmentFrom] }),
    };
    inputs[at] = whole;
    return whole;
  };
  return { type, input: made, lane, ref, ...(after === undefined ? {} : { after }) } as EnqueueItem;
}
