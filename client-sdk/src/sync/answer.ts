import type { SyncHead, SyncLine } from "@healthbridge/schema/client";
import type { Runtime } from "../adapters/runtime.ts";
import type { Events } from "../events.ts";
import type { Keeper, Writer } from "../keeper.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Outcome } from "../outbox/operation.ts";
import { type Move, rehome, reoffer } from "../outbox/rehome.ts";
import type { StreamRow } from "../outbox/rows.ts";
import { settle } from "../outbox/settle.ts";
import { applyEnd, applyFeeds, applyPage, readAnew } from "../replica/feeds.ts";
import { type Batch, inDoubt } from "./batch.ts";
import { syncRow } from "./clock.ts";

/** What a group of an answer's parts came to. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly moved: readonly Move[];
  readonly restored: Events["restored"] | undefined;
  readonly pulled: number;
}

interface SettledStream {
  readonly outcomes: readonly Outcome[];
  readonly moved: readonly Move[];
  readonly fork: boolean;
  /** operations a restored server is offered again */
  readonly offered: number;
}

const NOTHING: SettledStream = { outcomes: [], moved: [], fork: false, offered: 0 };

/** ms by which the server's clock may seem to move before it is noted: a note is a write. */
const DRIFT_MS = 5_000;

/** Takes one answer in, group by group, each in one transaction of the store. */
export class AnswerReader {
  readonly #keeper: Keeper;
  readonly #outbox: Outbox;
  readonly #runtime: Runtime;
  readonly #stream: StreamRow["id"];
  readonly #owner: string;
  /** number of the last operation that the request carried */
  readonly #through: number;
  #pages = true;
  settled: number | undefined;
  pace: number | undefined;
  more: boolean | undefined;

  constructor(keeper: Keeper, outbox: Outbox, runtime: Runtime, { stream, rows }: Batch) {
    this.#keeper = keeper;
    this.#outbox = outbox;
    this.#runtime = runtime;
    this.#stream = stream.id;
    this.#owner = stream.owner;
    this.#through = stream.settled + rows.length;
  }

  async take(group: readonly SyncLine[]): Promise<Applied | undefined> {
    for (const part of group) {
      if (part.line === "head") [this.settled, this.pace] = [part.settled, part.pace];
      if (part.line === "end") this.more = part.more === true;
    }
    if (this.#saysNothing(group)) return undefined;
    return this.#keeper.write(async (writer) => {
      const outcomes: Outcome[] = [];
      const moved: Move[] = [];
      let restored: Applied["restored"];
      let pulled = 0;
      for (const part of group) {
        // Whoever signed out meanwhile keeps the outcomes; what her account may see is not written to the next one's replica.
        const mine = this.#keeper.mirror.owner === this.#owner;
        if (part.line === "head") {
          const head = await this.#head(writer, part, mine);
          outcomes.push(...head.outcomes);
          moved.push(...head.moved);
          restored = head.restored;
        } else if (!this.#pages || !mine) this.more = true;
        else if (part.line === "page") pulled += applyPage(writer, this.#keeper.mirror, part);
        else applyEnd(writer, this.#keeper.mirror, part);
      }
      return { outcomes, moved, restored, pulled };
    });
  }

  async #head(writer: Writer, head: SyncHead, mine: boolean): Promise<Omit<Applied, "pulled">> {
    const { mirror } = this.#keeper;
    const before = syncRow(mirror);
    const stream = mirror.streams.get(this.#stream);
    const restoredServer = before !== undefined && before.epoch !== 0 && before.epoch !== head.epoch;
    this.#noteServer(writer, head);
    if (restoredServer) this.#startOver(writer);
    const settled = stream === undefined ? NOTHING : await this.#settle(writer, stream, head);
    if (mine) {
      if (restoredServer || settled.fork) {
        readAnew(writer, mirror, restoredServer);
        this.#pages = false;
      } else this.#pages = applyFeeds(writer, mirror, head) && !inDoubt(mirror);
    }
    const { outcomes, moved, offered } = settled;
    return { outcomes, moved, restored: restoredServer || offered > 0 ? { operations: offered } : undefined };
  }

  async #settle(writer: Writer, stream: StreamRow, head: SyncHead): Promise<SettledStream> {
    const { mirror } = this.#keeper;
    const told = head.fork === true || head.settled >= stream.next;
    const reused = head.outcomes?.some(({ problem }) => problem?.code === "key_reused") === true;
    const lost = !told && head.settled < stream.settled ? await reoffer(writer, stream, head.settled) : 0;
    const outcomes = lost === 0 ? await settle(writer, mirror, stream, head, this.#through) : [];
    // What the server has settled and was not offered yet may be what this device holds: it is offered under its own number first. Only what turns out to be
    // another's goes on elsewhere, else it would be done twice.
    const recognisable = this.#through < Math.min(head.settled, stream.next - 1);
    const fork = (told && !recognisable) || reused || lost === undefined;
    const moved = fork ? rehome(writer, mirror, this.#outbox, mirror.streams.get(stream.id) ?? stream) : [];
    return { outcomes, moved, fork, offered: lost ?? moved.length };
  }

  /** A server restored from a backup may know less of every stream: ask for each before sending more. */
  #startOver(writer: Writer): void {
    for (const stream of this.#keeper.mirror.streams.values()) {
      if (stream.id !== this.#stream && stream.next > 1)
        writer.put("meta", `stream:${stream.id}`, { ...stream, verify: true });
    }
  }

  #noteServer(writer: Writer, { epoch, serverTime }: SyncHead): void {
    const before = syncRow(this.#keeper.mirror);
    const ahead = serverTime - Math.round(this.#runtime.now());
    if (before?.epoch === epoch && Math.abs(before.ahead - ahead) < DRIFT_MS) return;
    writer.put("meta", "sync", { ...before, epoch, ahead });
  }

  /** An answer that nothing is to be kept of costs no write: a phone's storage wears out. */
  #saysNothing(group: readonly SyncLine[]): boolean {
    const { mirror } = this.#keeper;
    const stream = mirror.streams.get(this.#stream);
    const server = syncRow(mirror);
    if (server === undefined || server.refreshing === true || stream?.verify === true) return false;
    return group.every((part) => {
      if (part.line === "page") return false;
      if (part.line === "end") {
        const quiet = [...mirror.feeds].every(([, { complete }]) => complete === true);
        return quiet && (part.cursors === undefined || part.cursors === "" || !this.#pages);
      }
      const { outcomes, feeds, refused, dropped, reset, fork, settled, epoch, serverTime } = part;
      const plainHead =
        outcomes === undefined &&
        feeds === undefined &&
        refused === undefined &&
        dropped === undefined &&
        reset === undefined &&
        fork === undefined;
      const sameClock = Math.abs(server.ahead - (serverTime - this.#runtime.now())) < DRIFT_MS;
      return (
        plainHead &&
        (stream === undefined || settled === stream.settled) &&
        epoch === server.epoch &&
        sameClock &&
        (part.durableThrough ?? stream?.durable) === stream?.durable
      );
    });
  }
}
