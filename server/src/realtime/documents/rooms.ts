import type { Timers } from "../../adapters/timers.ts";
import type { DocumentHint } from "./hints.ts";
import { ROOM_LIMITS, WATCH } from "./limits.ts";
import { PresenceBoard } from "./presence-board.ts";
import { Room, type RoomParts } from "./room.ts";

/** A document that is open here: what is written, and who is looking. */
export interface OpenRoom {
  readonly room: Room;
  readonly board: PresenceBoard;
}

interface Kept extends OpenRoom {
  users: number;
  callOff: (() => void) | undefined;
}

/** Documents asked about in one statement. */
const DOCUMENTS_AT_ONCE = 500;

/** The documents that are open on this server. */
export class Rooms {
  readonly #parts: RoomParts;
  readonly #timers: Timers;
  readonly #rooms = new Map<string, Kept>();
  readonly #closing = new AbortController();
  readonly #sweeping: Promise<void>;
  readonly #stopListening: () => void;

  constructor(parts: RoomParts, timers: Timers) {
    this.#parts = parts;
    this.#timers = timers;
    this.#stopListening = parts.hints.listen((hint) => {
      this.#hear(hint);
    });
    this.#sweeping = this.#sweep();
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Sockets that have a document open. */
  get members(): number {
    return this.#rooms.values().reduce((sum, { room }) => sum + room.members.size, 0);
  }

  /** Opens a document for one more user of it; each says `leave` once. */
  enter(document: string, tenant: string): OpenRoom {
    const kept = this.#rooms.get(document) ?? this.#open(document, tenant);
    kept.callOff?.();
    kept.callOff = undefined;
    kept.users += 1;
    return kept;
  }

  /** The last one leaves a room that is closed after a while: she, or somebody else, may come back. */
  leave(document: string): void {
    const kept = this.#rooms.get(document);
    if (kept === undefined) return;
    kept.users -= 1;
    if (kept.users > 0) return;
    kept.callOff = this.#timers.after(ROOM_LIMITS.idleMs, () => {
      kept.callOff = undefined;
      void this.#end(document, kept);
    });
  }

  /** Finishes what is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopListening();
    await this.#sweeping;
    for (const { room, callOff } of this.#rooms.values()) {
      callOff?.();
      await room.idle();
    }
    this.#rooms.clear();
    await this.#parts.writer.idle();
  }

  #open(document: string, tenant: string): Kept {
    const room = new Room(document, tenant, this.#parts);
    const board = new PresenceBoard((presence) => {
      this.#parts.hints.tell({ type: "present", document, presence });
    }, this.#parts.clock);
    const kept: Kept = { room, board, users: 0, callOff: undefined };
    this.#rooms.set(document, kept);
    return kept;
  }

  /** It stays in its place until it is closed: two rooms of one document would take each other's changes for stored. */
  async #end(document: string, kept: Kept): Promise<void> {
    await kept.room.close().catch(() => undefined); // the next one to open it takes the snapshot
    // Meanwhile somebody may have come and gone: then it has another while to wait.
    if (kept.users === 0 && kept.callOff === undefined && this.#rooms.get(document) === kept)
      this.#rooms.delete(document);
  }

  #hear(hint: DocumentHint): void {
    const kept = this.#rooms.get(hint.document);
    if (hint.type === "updated") kept?.room.catchUp(hint.seq);
    else kept?.board.hear(hint.presence);
  }

  /** Looks what other servers wrote: without hints that is how servers converge, with them it is what finds a hint that was lost. */
  async #sweep(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#timers.sleep(WATCH.sweepMs, signal).catch(() => undefined); // ended by `close`
      if (!signal.aborted) await this.#look().catch(() => undefined); // the database is away: looked again
      for (const { board } of this.#rooms.values()) board.clear();
    }
  }

  async #look(): Promise<void> {
    const watched = [...this.#rooms.values()].filter(({ room }) => room.members.size > 0);
    for (let at = 0; at < watched.length; at += DOCUMENTS_AT_ONCE) {
      const some = watched.slice(at, at + DOCUMENTS_AT_ONCE);
      const heads = await this.#parts.log.heads(some.map(({ room }) => room.document));
      for (const { room } of some) room.catchUp(heads.get(room.document) ?? 0);
    }
  }
}
