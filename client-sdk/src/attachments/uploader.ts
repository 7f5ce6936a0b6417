import type { EntityId, Problem } from "@healthbridge/schema/client";
import { ENOUGH, type Runtime } from "../adapters/runtime.ts";
import { isOver, noteThatOver, synced } from "../carriers/signed-call.ts";
import { Failed, HealthBridgeError, offline } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import type { Store } from "../stores/store.ts";
import type { SyncProblem } from "../sync/status.ts";
import { ChunkSize, LEAST_BYTES } from "./chunk-size.ts";
import { knownEpoch } from "./known-epoch.ts";
import type { Shelf } from "./shelf.ts";
import { freshToken } from "./token.ts";
import { Tus } from "./tus.ts";
import { type UploadRow, wholeSize } from "./upload-row.ts";

export interface UploaderParts {
  readonly hb: Pick<HealthBridge, "status" | "sync" | "waiting">;
  /** the SDK's own store: who is signed in */
  readonly store: Store;
  readonly url: string;
  readonly runtime: Runtime;
  readonly shelf: Shelf;
  /** what waits, of whoever is signed in */
  readonly waiting: () => readonly UploadRow[];
  /** a row is another by now; it is kept already */
  readonly onRow: (row: UploadRow) => void;
  /** the server has so many bytes */
  readonly onSent: (id: EntityId, bytes: number) => void;
}

/** The server told of another offset than it had: after so many times in a row it is left alone for a while. */
const MOST_CONFLICTS = 5;
/** Statuses that say what will not change by asking again. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 404, 413, 415, 422]);

/** Sends what was attached, piece by piece, in the lowest lane there is: before each piece everything that waits in the outbox goes first. */
export class Uploader {
  readonly #parts: UploaderParts;
  readonly #tus: Tus;
  readonly #chunk = new ChunkSize();
  /** how many bytes the server has, where that is known */
  readonly #offsets = new Map<EntityId, number>();
  /** what the server knew nothing of in this run, also after a sync */
  readonly #unknown = new Set<EntityId>();
  /** what was begun anew in this run */
  readonly #anew = new Set<EntityId>();
  #conflicts = 0;

  constructor(parts: UploaderParts) {
    this.#parts = parts;
    this.#tus = new Tus(parts.runtime, parts.url);
  }

  /** Sends until nothing waits. Resolves with why it ended early; never rejects. */
  async run(signal: AbortSignal): Promise<SyncProblem | undefined> {
    this.#unknown.clear();
    this.#anew.clear();
    try {
      for (let row = this.#next(); row !== undefined; row = this.#next()) {
        await this.#giveWay(signal);
        await this.#sendSome(row, signal);
      }
      return undefined;
    } catch (error) {
      if (signal.aborted) return { code: "aborted" };
      return error instanceof HealthBridgeError
        ? { code: error.code, retryAfter: error.retryAfter }
        : { code: "internal" };
    }
  }

  /** Forgets what it knows of an upload that was removed. */
  forget(id: EntityId): void {
    this.#offsets.delete(id);
  }

  /** Thumbnails first, of everything that waits; then one file after another. */
  #next(): UploadRow | undefined {
    const rows = this.#parts.waiting();
    return rows.find(({ id, thumbnailSize }) => (this.#offsets.get(id) ?? 0) < thumbnailSize) ?? rows[0];
  }

  /** Whatever waits in the outbox goes first; that brings a fresh token as well. */
  async #giveWay(signal: AbortSignal): Promise<void> {
    const { hb, runtime, url } = this.#parts;
    if (runtime.holdsBack?.(`${url}/v1/attachments`) === true) throw offline("held back here");
    if (hb.waiting().length > 0) await synced(this.#parts, { until: "settled", signal });
  }

  async #sendSome(row: UploadRow, signal: AbortSignal): Promise<void> {
    try {
      const epoch = await knownEpoch(this.#parts.store); // as it was before the last piece went
      const at = this.#offsets.get(row.id) ?? (await this.#ask(row, signal));
      if (at === undefined || at < wholeSize(row)) await this.#sendPiece(row, at, signal);
      this.#conflicts = 0;
      if (this.#offsets.get(row.id) === wholeSize(row)) await this.#end({ ...row, status: "sent", epoch });
    } catch (error) {
      this.#offsets.delete(row.id);
      if (!(error instanceof Failed)) throw error;
      await this.#failed(row, error, signal);
    }
  }

  /** Where the server is with it; `undefined`: nowhere. */
  async #ask(row: UploadRow, signal: AbortSignal): Promise<number | undefined> {
    if (!row.begun) return undefined;
    const token = await freshToken(this.#parts, signal, row.owner);
    const at = await this.#tus.offsetOf(row.id, { token, patience: this.#chunk.patience, signal });
    if (at !== undefined) this.#reached(row, at);
    return at;
  }

  async #sendPiece(row: UploadRow, at: number | undefined, signal: AbortSignal): Promise<void> {
    const { runtime, shelf, hb } = this.#parts;
    const start = at ?? 0;
    const body = await shelf.bytes(row.id, start, Math.min(wholeSize(row), start + this.#chunk.bytes));
    const token = await freshToken(this.#parts, signal, row.owner);
    // A large piece makes room at once for what is queued meanwhile; the server keeps what it has of it.
    const way = new AbortController();
    const listen = hb.status.subscribe(({ waiting }) => {
      if (waiting.total > 0 && body.length > LEAST_BYTES) way.abort(ENOUGH);
    });
    const begun = runtime.monotonic();
    const asking = {
      token,
      patience: this.#chunk.patience,
      signal: AbortSignal.any([signal, way.signal]),
    };
    try {
      const reached = await (at === undefined
        ? this.#tus.begin(row, body, asking)
        : this.#tus.go(row.id, at, body, asking));
      this.#chunk.took(body.length, runtime.monotonic() - begun);
      if (!row.begun) await this.#keep({ ...row, begun: true });
      if (at !== undefined && reached <= at) throw offline("nothing of it was kept");
      this.#reached(row, reached);
    } catch (error) {
      if (!way.signal.aborted || signal.aborted) throw error;
      this.#offsets.delete(row.id);
      if (!row.begun) await this.#keep({ ...row, begun: true });
    } finally {
      listen();
    }
  }

  async #failed(row: UploadRow, failure: Failed, signal: AbortSignal): Promise<void> {
    const { status, code, path } = failure;
    const isForgotten = status === 404 && row.begun;
    if (status === 0 || status >= 500 || isForgotten) this.#chunk.failed();
    if (status === 409 && ++this.#conflicts <= MOST_CONFLICTS) {
      await this.#keep({ ...row, begun: true });
      return;
    }
    if (status === 401) {
      if (isOver(failure)) await noteThatOver(this.#parts.store);
      // Renews the token, or says that somebody has to sign in.
      await synced(this.#parts, { until: "settled", signal });
      if (++this.#conflicts <= MOST_CONFLICTS) return;
    }
    // The server has forgotten it (it stood still for too long): it begins anew. One that forgets it at once (two servers, each with a folder of its own) is left alone for a while.
    if (isForgotten) {
      if (this.#anew.has(row.id)) throw failure;
      this.#anew.add(row.id);
      if (await this.#keep({ ...row, begun: false })) return;
    }
    // A server that was restored may have lost what it belongs to, and has it again with the next sync.
    if (status === 404 && !this.#unknown.has(row.id)) {
      await synced(this.#parts, { signal });
      this.#unknown.add(row.id);
      return;
    }
    const full = code === "attachment_limit" && path === "conversation";
    if (!FINAL.has(status) && !full) throw failure;
    await this.#end({ ...row, status: "refused", problem: problemIn(failure) });
  }

  #reached(row: UploadRow, bytes: number): void {
    if (bytes > wholeSize(row)) throw offline("the server has more than there is");
    this.#offsets.set(row.id, bytes);
    this.#parts.onSent(row.id, bytes);
  }

  async #end(row: UploadRow): Promise<void> {
    this.#offsets.delete(row.id);
    await this.#keep(row);
  }

  async #keep(row: UploadRow): Promise<boolean> {
    const kept = await this.#parts.shelf.update(row);
    if (kept) this.#parts.onRow(row);
    return kept;
  }
}

function problemIn({ code, path, detail, reasons }: Failed): Problem {
  return {
    code,
    ...(path === undefined ? {} : { path }),
    ...(detail === undefined ? {} : { detail }),
    ...(reasons.length === 0 ? {} : { reasons: [...reasons] }),
  };
}
