import type { MemoryDisk } from "../../../client-sdk/src/index.ts";
import {
  type ReadAnswer,
  type SeededRandom,
  seededRandom,
  SimulatedNetwork,
  VirtualTime,
} from "../../../client-sdk/src/testing/index.ts";
import type { ModelDatabase } from "../database/model-database.ts";
import type { FaultName } from "../faults.ts";
import type { Plan } from "../plan.ts";
import type { Trace } from "../trace.ts";
import { watchScreen } from "../invariants/screen.ts";
import { ConversationLedger } from "../invariants/conversation-ledger.ts";
import { DocumentLedger } from "../invariants/document-ledger.ts";
import { type Base, CANARIES, emptyDatabase, POISON } from "./base.ts";
import { Device } from "./device.ts";
import { Listener } from "./listener.ts";
import { Operator } from "./operator.ts";
import type { Person } from "./people.ts";
import { HintLine } from "./server-documents.ts";
import { ServerProcess } from "./server-process.ts";
import { drawYjsIdsFrom } from "./yjs-ids.ts";

/** A rule that was broken, and how that was seen. */
export interface Violation {
  /** `I3`, or `crash` */
  readonly invariant: string;
  readonly what: string;
}

/** Seconds an access token lives; short where tokens shall run out within a run. */
const ACCESS_SECONDS = 900;

/** Runs in which people write to each other as well; the others are spared the time. */
const CHAT_PERCENT = 40;

/** Devices whose app shows chat then. */
const CHAT_SHOWN_PERCENT = 60;

/** Some ten times as many as a run has; then somebody asks again and again without any time passing. */
const MOST_REQUESTS = 3_000;

const decoder = new TextDecoder();

/** What was sent under an id: every content, and which devices of whose account sent it. */
interface Sent {
  readonly account: string;
  readonly contents: Set<string>;
  readonly devices: Set<string>;
}

/** Everything there is in one run. */
export class World {
  readonly plan: Plan;
  readonly base: Base;
  readonly trace: Trace;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly database: ModelDatabase;
  readonly servers: readonly ServerProcess[];
  readonly devices: Device[] = [];
  readonly operator: Operator;
  readonly conversations: ConversationLedger;
  /** people write to each other in this run */
  readonly chats: boolean;
  /** what is in documents; `undefined`: nobody writes into any in this run */
  readonly documents: DocumentLedger | undefined;
  readonly violations: Violation[] = [];
  /** asked before each statement that reaches the database */
  onStatement: NonNullable<Parameters<typeof emptyDatabase>[0]["onStatement"]> = () => undefined;
  /** every request body that a device sent, for somebody who listened on the line */
  readonly overheard: { readonly path: string; readonly body: string; readonly token: string }[] = [];
  /** the operations that devices sent, by id, as they stood on the wire; a copy of a device may have sent something else under the same id */
  readonly sent = new Map<string, Sent>();
  /** when patients were told each thing, ms on the clock that never jumps */
  readonly told = new Map<string, number[]>();
  /** words of operations that break whatever transaction they are in */
  readonly poisoned = new Set<string>();
  /** patients whose cards somebody wanted to go to another clinic */
  readonly movedCards = new Set<string>();
  /** streams in whose name the adversary was heard: until a server is set back they may be hers */
  readonly taken = new Set<string>();
  /** devices that were taken off the list, and when, ms on the clock that never jumps */
  readonly revoked = new Map<string, number>();
  readonly #faults: ReadonlySet<FaultName>;
  readonly #disksTaken = new Map<string, number>();
  readonly #hints: HintLine;
  #requests = 0;
  /** requests with operations that were answered */
  pushes = 0;

  constructor(plan: Plan, base: Base, trace: Trace) {
    this.plan = plan;
    this.base = base;
    this.trace = trace;
    this.random = seededRandom(`run ${plan.seed}`);
    this.#faults = new Set(plan.faults);
    const time = new VirtualTime({ start: base.start });
    this.time = time;
    this.database = emptyDatabase({
      now: () => time.now(),
      random: this.random.fork("database"),
      sleep: (ms) => time.sleep(ms),
      after: (ms, action) => time.after(ms, action),
      onStatement: (info) => this.onStatement(info),
      onCommit: (tables) => {
        this.conversations.look(tables);
        this.documents?.look(tables);
      },
    });
    this.database.restore(base.rows);
    this.conversations = new ConversationLedger(this);
    this.documents = plan.documents === true && plan.actions > 0 ? new DocumentLedger(this) : undefined;
    // Who writes into documents also hands over, closes and moves what they belong to.
    this.chats =
      this.documents !== undefined || (plan.actions > 0 && this.random.fork("chats").percent(CHAT_PERCENT));
    drawYjsIdsFrom(this.random.fork("yjs"));
    this.#hints = new HintLine(this.random.fork("hints"));
    this.operator = new Operator(time, this.random.fork("operator"), this.database, this.conversations);
    this.servers = Array.from({ length: plan.servers }, (_, at) => this.#server(`server ${at + 1}`));
    for (let at = 1; at <= plan.devices; at += 1) this.addDevice(this.#personFor(at));
  }

  on(fault: FaultName): boolean {
    return this.#faults.has(fault);
  }

  /** Starts a server, unless the database is just being set back. */
  start(server: ServerProcess): void {
    if (!this.operator.restoring) server.start();
  }

  violated(invariant: string, what: string): void {
    this.trace.note(`VIOLATION ${invariant} ${what}`);
    this.violations.push({ invariant, what });
  }

  addDevice(person: Person): Device {
    const name = `device ${this.devices.length + 1}`;
    const random = this.random.fork(name);
    const network = new SimulatedNetwork({
      time: this.time,
      random: random.fork("line"),
      serve: (request, body) => this.serve(request, decoder.decode(body), device),
    });
    const device: Device = new Device({
      name,
      person,
      network,
      random,
      time: this.time,
      trace: this.trace,
      chats: this.chats && random.fork("chats").percent(CHAT_SHOWN_PERCENT),
      documents: this.documents !== undefined,
      onBroken: (what) => {
        this.violated(what.slice(0, what.indexOf(":")), what);
      },
      onOpened: (app) => {
        watchScreen(this, device, app);
      },
    });
    this.devices.push(device);
    return device;
  }

  /** Hands a request to one of the servers, as a load balancer would, and listens to what passes. */
  async serve(request: Request, body: string, device: Device): Promise<ReadAnswer> {
    this.#requests += 1;
    if (this.#requests === MOST_REQUESTS) this.violated("I9", `${device.name} asks without end`);
    if (this.#requests >= MOST_REQUESTS) return new Promise<never>(() => undefined);
    const up = this.servers.filter((server) => server.up);
    const server = up.length === 0 ? undefined : this.random.pick(up);
    if (server === undefined) throw new TypeError("no server is up");
    const listener = new Listener(this, device, server.name);
    listener.asked(request, body);
    const response = await server.serve(request);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok && body.includes('"operations":')) this.pushes += 1;
    listener.answered(response, decoder.decode(bytes));
    return { status: response.status, headers: response.headers, bytes };
  }

  /** The words that somebody of this tenant must never see. */
  foreignCanaries(tenant: string): readonly string[] {
    return Object.entries(CANARIES).flatMap(([name, word]) => (name === tenant ? [] : [word]));
  }

  #server(name: string): ServerProcess {
    const { time } = this;
    return new ServerProcess({
      name,
      time,
      random: this.random.fork(name),
      database: this.database,
      tenant: "kitui",
      rest: this.on("revoke"),
      onCall: this.chats,
      documents: this.documents && { hints: this.#hints, threadEnds: this.on("server-kill") },
      accessSeconds: ACCESS_SECONDS,
      onBroken: (what) => {
        this.violated("crash", `${name}: ${what}`);
      },
      onTold: (key) => {
        this.told.set(key, [...(this.told.get(key) ?? []), time.elapsed()]);
      },
      onSetAside: (id, why) => {
        const contents = [...(this.sent.get(id)?.contents ?? [])];
        if (!contents.some((each) => each.includes(POISON)))
          this.violated("I14", `${name} set ${id} aside, and nothing is wrong with it: ${why}`);
      },
    });
  }

  /** Everybody but the adversary. */
  get honest(): readonly Person[] {
    return this.base.people.filter(({ login }) => login !== "mallory");
  }

  /** What the next device of a person holds from the beginning, where she is signed in on one more. */
  takeDisk({ login }: Person): MemoryDisk | undefined {
    const taken = this.#disksTaken.get(login) ?? 0;
    this.#disksTaken.set(login, taken + 1);
    return this.base.disks.get(login)?.[taken];
  }

  /** The first three are two colleagues, of whom one may work elsewhere as well, and a patient; then whoever, some twice. */
  #personFor(at: number): Person {
    const colleague = at === 2 && this.random.percent(50) ? "chebet" : "baraka";
    const named = ["amina", colleague, "wanjiru"][at - 1];
    return this.honest.find(({ login }) => login === named) ?? this.random.pick(this.honest);
  }
}
