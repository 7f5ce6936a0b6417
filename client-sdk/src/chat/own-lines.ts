import type { EntityId } from "@healthbridge/schema/client";
import type { Outcome, Waiting } from "../outbox/operation.ts";
import type { ChatDevice } from "./chat-device.ts";

type Device = Pick<ChatDevice["hb"], "get" | "outcomes" | "status" | "waiting">;

/**
 * What the account that is here has written on this device and the server has not shown again: what waits, what was settled a moment ago, what was refused. Another
 * tab may have sent it, and whoever was signed in before may have written some: so what counts is the queue, and the outcomes that are this account's.
 */
export class OwnLines {
  readonly #hb: Device;
  readonly #changed: () => void;
  #account: EntityId | undefined;
  readonly #settled = new Map<EntityId, Outcome>();
  /** lines that waited when this looked last */
  #waited: ReadonlyMap<EntityId, Waiting> = new Map();
  /** lines that wait no longer, and whose outcome is being read */
  readonly #open = new Map<EntityId, Waiting>();

  /** @param changed called when something came that was read */
  constructor(hb: Device, changed: () => void) {
    this.#hb = hb;
    this.#changed = changed;
    this.#account = accountOf(hb);
    this.#waited = this.#queued();
  }

  /** All lines: of what waits now, and with an outcome. */
  all(waiting: readonly Waiting[]): ReadonlyArray<Waiting | Outcome> {
    const rest = this.#isHers() ? [...this.#open.values(), ...this.#settled.values()] : [];
    // A restored server is offered again what it had settled: then it waits.
    return [...new Map([...rest, ...waiting.filter(isLine)].map((each) => [each.id, each])).values()];
  }

  /** Lines that the server has, and may have shown by now. */
  applied(): readonly Outcome[] {
    return [...this.#settled.values()].filter(({ status }) => status === "applied");
  }

  forget(id: EntityId): void {
    this.#settled.delete(id);
  }

  /** An outcome was told. One of a line that did not wait here may be of whoever has just left. */
  told(outcome: Outcome): void {
    const mine = this.#waited.has(outcome.id) || this.#open.delete(outcome.id);
    if (mine && this.#isHers()) this.#settled.set(outcome.id, outcome);
    else void this.read().catch(() => undefined); // read again at the next change
  }

  /** Looks what has left the queue. Answers whether another account is here than before. */
  look(): boolean {
    const another = !this.#isHers();
    if (another) {
      this.#account = accountOf(this.#hb);
      this.#settled.clear();
      this.#open.clear();
      this.#waited = new Map();
    }
    const queued = this.#queued();
    for (const [id, line] of this.#waited) {
      if (queued.has(id) || this.#settled.has(id)) continue;
      if (this.#hb.get("message", id) === undefined) this.#open.set(id, line);
    }
    this.#waited = queued;
    if (another || this.#open.size > 0) void this.read().catch(() => undefined); // read again at the next change
    return another;
  }

  /** Reads outcomes that nobody has dealt with. */
  async read(): Promise<void> {
    const account = this.#account;
    const known = [...this.#settled.keys()];
    const open = [...this.#open.keys()];
    const outcomes = (await this.#hb.outcomes()).filter(isLine);
    if (account !== this.#account || !this.#isHers()) return;
    // What another tab has dismissed is not there any more; nor is a line that goes on under another id, or was thrown away.
    for (const id of known) this.#settled.delete(id);
    for (const id of open) this.#open.delete(id);
    for (const outcome of outcomes) this.#settled.set(outcome.id, outcome);
    this.#changed();
  }

  /** Whether these are the lines of an account. */
  isOf(account: EntityId | undefined): boolean {
    return account === this.#account;
  }

  /** Whether the account is here whose lines these are. */
  #isHers(): boolean {
    return this.isOf(accountOf(this.#hb));
  }

  #queued(): ReadonlyMap<EntityId, Waiting> {
    return new Map(
      this.#hb
        .waiting()
        .filter(isLine)
        .map((each) => [each.id, each]),
    );
  }
}

function isLine({ type }: Waiting | Outcome): boolean {
  return type === "message.send";
}

function accountOf({ status }: Pick<ChatDevice["hb"], "status">): EntityId | undefined {
  return status.get().account?.id;
}
