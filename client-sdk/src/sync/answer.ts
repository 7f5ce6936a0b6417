import type { SyncHead, SyncLine } from "@healthbridge/schema/client";
import type { Device } from "../device.ts";
import type { Events } from "../events.ts";
import type { Writer } from "../keeper.ts";
import type { Outcome } from "../outbox/operation.ts";
import { type Move, rehome, reoffer } from "../outbox/rehome.ts";
import { putStream, type StreamRow } from "../outbox/rows.ts";
import { settle } from "../outbox/settle.ts";
import { applyEnd, applyFeeds, applyPage, readAnew } from "../replica/feeds.ts";
import { type Batch, inDoubt } from "./batch.ts";

/** What a group of an answer's parts came to. */
export interface Applied {
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly moved?: readonly Move[] | undefined;
  readonly restored?: Events["restored"] | undefined;
  readonly pulled: number;
  /** whether anything was written: an answer that nothing is to be kept of costs no write, for a phone's storage wears out */
  readonly kept: boolean;
}

/** What became of a stream. */
interface Settled extends Pick<Applied, "outcomes" | "moved"> {
  readonly fork?: boolean | undefined;
  /** operations a restored server is offered again */
  readonly offered?: number;
}

/** ms by which the server's clock may seem to move before it is noted: a note is a write. */
const DRIFT_MS = 5_000;

/** Takes one answer in, group by group, each in one transaction of the store. */
export class AnswerReader {
  readonly #device: Device;
  readonly #batch: Batch;
  #pages = true;
  pace: number | undefined;
  more = false;
  /** 1 where something has to be read anew */
  anew = 0;

  constructor(device: Device, batch: Batch) {
    this.#device = device;
    this.#batch = batch;
  }

  take(group: readonly SyncLine[]): Promise<Applied> {
    return this.#device.keeper.write(async (writer) => {
      let head: Omit<Applied, "pulled" | "kept"> = {};
      let pulled = 0;
      // Whoever signed out meanwhile keeps the outcomes; what her account may see is not written to the next one's replica.
      const mine = writer.mirror.owner === this.#batch.stream.owner;
      for (const part of group) {
        if (part.line === "head") head = await this.#head(writer, part, mine);
        else if (!this.#pages || !mine) this.more = true;
        else if (part.line === "page") pulled += applyPage(writer, part);
        else {
          this.more = part.more === true;
          applyEnd(writer, part);
        }
      }
      return { ...head, pulled, kept: writer.changes.length > 0 };
    });
  }

  async #head(writer: Writer, head: SyncHead, mine: boolean): Promise<Omit<Applied, "pulled" | "kept">> {
    const { streams } = writer.mirror;
    const { epoch, serverTime } = head;
    const before = writer.mirror.meta.get("sync");
    const restored = !!before?.epoch && before.epoch !== epoch;
    const ahead = serverTime - Math.round(this.#device.runtime.now());
    const steady = before && Math.abs(before.ahead - ahead) < DRIFT_MS;
    writer.put("meta", "sync", { ...before, epoch, ahead: steady ? before.ahead : ahead });
    const { id } = this.#batch.stream;
    // A server restored from a backup may know less of every stream: ask for each before sending more.
    if (restored)
      for (const other of streams.values())
        if (other.id !== id && other.next > 1) putStream(writer, { ...other, verify: true });
    const stream = streams.get(id);
    const found: Settled = stream ? await this.#settle(writer, stream, head, restored) : {};
    const { outcomes, moved, fork, offered = 0 } = found;
    this.pace = head.pace;
    if (mine) {
      // Whoever reads anew already begins once more: what she has read so far may be newer than what was just put over it.
      const again = restored || fork || head.anew;
      this.anew = again || !applyFeeds(writer, head) ? 1 : 0;
      this.#pages = !this.anew && !inDoubt(writer.mirror);
      if (again) readAnew(writer, restored);
    }
    return { outcomes, moved, restored: restored || offered > 0 ? { operations: offered } : undefined };
  }

  async #settle(writer: Writer, stream: StreamRow, head: SyncHead, restored: boolean): Promise<Settled> {
    // Below nothing no server stands; counting up from there would never end.
    const settled = Math.max(0, head.settled);
    const { stream: asked, rows } = this.#batch;
    const through = asked.settled + rows.length;
    const told = head.fork || settled >= stream.next;
    const reused = head.outcomes?.some(({ problem }) => problem?.code === "key_reused");
    const forgotten = settled < stream.settled;
    const lost = restored || stream.verify || forgotten ? await reoffer(writer, stream, settled) : 0;
    const outcomes = lost === 0 ? await settle(writer, stream, head, through) : [];
    // What the server has settled and was not offered yet may be what this device holds: it is offered under its own number first. Only what turns out to be
    // another's goes on elsewhere, else it would be done twice. A stream that has forgotten this device altogether became somebody else's after a restore.
    // (What was queued after a request without operations left, too.)
    const held = stream.next - 1;
    const recognisable = through < (rows.length === 0 ? held : Math.min(settled, held));
    const fork =
      lost === undefined || (told && forgotten) || (lost === 0 && (reused || (told && !recognisable)));
    const moved = fork
      ? rehome(writer, this.#device.runtime, writer.mirror.streams.get(stream.id) ?? stream)
      : [];
    return { outcomes, moved, fork, offered: lost ?? moved.length };
  }
}
