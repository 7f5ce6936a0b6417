import { isProblemCode, OPERATIONS } from "@healthbridge/schema";
import type { AttachmentEvents } from "../attachments/events.ts";
import type { DatabasePool } from "../database/pool.ts";
import type { DatabaseRoom } from "../database/room.ts";
import type { Decided, Executor } from "../operations/submission.ts";
import type { Bus } from "../bus/bus.ts";
import { CountsElsewhere, Counter, Gauge, Histogram, type Metric, NO_LABELS } from "./metrics.ts";

/** A request that was answered. */
export interface Answered {
  readonly method: string;
  /** the pattern, never the path */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** What is looked at when somebody asks. */
export interface Watched {
  readonly pool: Pick<DatabasePool, "stats">;
  readonly room: Pick<DatabaseRoom, "isThere">;
  readonly executor: Pick<Executor, "waiting">;
  /** memory of the process */
  readonly residentBytes: () => number;
  /** how other nodes are told at once, where there is such a thing */
  readonly bus?: Pick<Bus, "isUp" | "counts"> | undefined;
}

const MS = 1_000;
/** From an answer out of memory to one that was nearly given up. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From what nobody notices to what everybody does. */
const DELAY_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const OTHER = "(other)";
/** A client can close with any code. */
const CLOSE_CODES: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1006, 1007, 1008, 1009, 1011, 1012, 4401, 4408, 4508,
]);

/** Kinds of what is sent over sockets without being asked for. */
export type SocketPush = "moved" | "page" | "typing" | "presence" | "call";

/** What one server process counts; the log says the same, line by line. Numbers are this process's own and begin with it. */
export class ServerMetrics implements AttachmentEvents {
  readonly #requests = new Histogram<Labelled<"method" | "route" | "status">>(
    { name: "healthbridge_http_request_duration_seconds", help: "Requests answered, and how long it took." },
    SECONDS,
  );
  readonly #operations = new Counter<Labelled<"type" | "outcome" | "code">>({
    name: "healthbridge_operations_total",
    help: "Operations decided by this process; replays are not counted.",
  });
  readonly #broken = new Counter<typeof NO_LABELS>({
    name: "healthbridge_operations_broken_total",
    help: "Operations that broke the executor and were set aside.",
  });
  readonly #jobs = new Counter<Labelled<"job" | "result">>({
    name: "healthbridge_job_runs_total",
    help: "Runs of jobs.",
  });
  readonly #jobSeconds = new Counter<Labelled<"job">>({
    name: "healthbridge_job_seconds_total",
    help: "Time that jobs took.",
  });
  readonly #done = new Counter<Labelled<"job" | "what">>({
    name: "healthbridge_job_items_total",
    help: "What jobs did: pending that ended, appointments marked missed or archived, notices sent or failed.",
  });
  readonly #attachments = new Counter<Labelled<"kind" | "what">>({
    name: "healthbridge_attachments_total",
    help: "Photos and voice notes: uploads that began, became ready, were refused or cleared away.",
  });
  readonly #attachmentBytes = new Counter<Labelled<"direction">>({
    name: "healthbridge_attachment_bytes_total",
    help: "Bytes of attachments that came in and were kept, and that went out.",
  });
  readonly #delay = new Histogram<typeof NO_LABELS>(
    {
      name: "healthbridge_event_loop_delay_seconds",
      help: "How late the event loop came, looked at ten times a second.",
    },
    DELAY_SECONDS,
  );
  readonly #frames = new Counter<Labelled<"route">>({
    name: "healthbridge_socket_messages_total",
    help: "Messages that came over sockets.",
  });
  readonly #closes = new Counter<Labelled<"route" | "code">>({
    name: "healthbridge_socket_closes_total",
    help: "Sockets that were closed, by the code that said why.",
  });
  readonly #pushes = new Counter<Labelled<"what">>({
    name: "healthbridge_socket_pushes_total",
    help: "What was sent over sockets without being asked for.",
  });
  readonly #all: Metric[] = [
    this.#frames,
    this.#closes,
    this.#pushes,
    this.#delay,
    this.#requests,
    this.#operations,
    this.#broken,
    this.#jobs,
    this.#jobSeconds,
    this.#done,
    this.#attachments,
    this.#attachmentBytes,
  ];

  constructor() {
    // Shown from the start: an alarm on what has never happened needs the nought.
    this.#broken.add(NO_LABELS, 0);
  }

  readonly requestAnswered = ({ method, route, status, ms }: Answered): void => {
    const known = METHODS.has(method) ? method : OTHER;
    this.#requests.observe({ method: known, route, status: `${Math.floor(status / 100)}xx` }, ms / MS);
  };

  readonly operationsDecided = (decided: readonly Decided[]): void => {
    for (const { type, code } of decided) {
      const outcome = code === undefined ? "applied" : "rejected";
      this.#operations.add({ type: known(type), outcome, code: knownCode(code) });
    }
  };

  readonly operationBroke = (): void => {
    this.#broken.add(NO_LABELS);
  };

  /** @param did the counts of its line in the log; none where it failed */
  readonly jobRan = (job: string, ms: number, did: Readonly<Record<string, number>> | undefined): void => {
    this.#jobs.add({ job, result: did === undefined ? "failed" : "done" });
    this.#jobSeconds.add({ job }, ms / MS);
    for (const [what, count] of Object.entries(did ?? {})) this.#done.add({ job, what }, count);
  };

  readonly onAttachment: AttachmentEvents["onAttachment"] = ({ kind, what }) => {
    this.#attachments.add({ kind, what });
  };

  readonly onBytes: AttachmentEvents["onBytes"] = (direction, count) => {
    this.#attachmentBytes.add({ direction }, count);
  };

  readonly eventLoopLate = (ms: number): void => {
    this.#delay.observe(NO_LABELS, ms / MS);
  };

  readonly socketMessage = (route: string): void => {
    this.#frames.add({ route });
  };

  readonly socketClosed = (route: string, code: number): void => {
    this.#closes.add({ route, code: CLOSE_CODES.has(code) ? String(code) : OTHER });
  };

  readonly socketPush = (what: SocketPush): void => {
    this.#pushes.add({ what });
  };

  /** Adds how many sockets are open, looked at when somebody asks. */
  watchSockets(open: () => number): void {
    this.#all.push(new Gauge({ name: "healthbridge_sockets_open", help: "Sockets open." }, open));
  }

  /** Adds what another part counts. */
  include(metrics: readonly Metric[]): void {
    this.#all.push(...metrics);
  }

  /** Adds what is looked at when somebody asks. */
  watch({ pool, room, executor, residentBytes, bus }: Watched): void {
    const gauge = (name: string, help: string, look: () => number): void => {
      this.#all.push(new Gauge({ name, help }, look));
    };
    gauge("healthbridge_database_connections_limit", "Connections at most.", () => pool.stats().size);
    gauge("healthbridge_database_connections_in_use", "Connections borrowed.", () => pool.stats().inUse);
    gauge("healthbridge_database_waiting", "Who waits for a connection.", () => pool.stats().waiting);
    gauge("healthbridge_database_room", "1 while it has room for what is written, else 0.", () =>
      room.isThere ? 1 : 0,
    );
    gauge("healthbridge_executor_waiting", "Submissions that wait for their turn.", () => executor.waiting);
    gauge("process_resident_memory_bytes", "Memory of the process.", residentBytes);
    if (bus === undefined) return;
    gauge("healthbridge_bus_up", "1 while Redis answers, else 0.", () => (bus.isUp ? 1 : 0));
    const messages = { name: "healthbridge_bus_messages_total", help: "Messages between nodes." };
    this.#all.push(new CountsElsewhere(messages, "what", () => ({ ...bus.counts() })));
  }

  /** All of it in the text format of Prometheus. */
  text(): string {
    return `${this.#all.flatMap((metric) => metric.lines()).join("\n")}\n`;
  }
}

type Labelled<L extends string> = Readonly<Record<L, string>>;

/** A device can name any type. */
function known(type: string): string {
  return Object.hasOwn(OPERATIONS, type) ? type : OTHER;
}

function knownCode(code: string | undefined): string {
  return code === undefined || isProblemCode(code) ? (code ?? "") : OTHER;
}
