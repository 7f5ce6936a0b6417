import type { EntityId } from "@healthbridge/schema/client";
import { useCallback } from "react";
import { HealthBridgeError } from "../errors.ts";
import type { HealthBridge } from "../health-bridge.ts";
import type { Outcome } from "../outbox/operation.ts";
import { useAnswer } from "./answer.ts";
import { useParts } from "./context.ts";
import { idOf, keepItems } from "./keep-same.ts";
import { devicePulse, Pulse } from "../pulse.ts";
import { useAccount } from "./status.ts";

/** What became of operations, and how to say that it was dealt with. */
export interface Outcomes {
  /** not acknowledged yet, the oldest first */
  readonly outcomes: readonly Outcome[];
  /** they were read from the store once; before that the list is empty and says nothing */
  readonly ready: boolean;
  /** why they could not be read; those that were read before are still listed */
  readonly problem: HealthBridgeError["code"] | undefined;
  /**
   * Says that the app has dealt with them: they go from the list, for good. The same function on each rendering.
   * @throws HealthBridgeError `store_full`, `store_closed`, `store_blocked`, `store_failed`
   */
  readonly acknowledge: (...ids: readonly EntityId[]) => Promise<void>;
}

type Read = Omit<Outcomes, "acknowledge">;

const NOT_READ: Read = { outcomes: [], ready: false, problem: undefined };

/**
 * What became of what this account asked for, until the app has dealt with it; also from earlier runs. What chat settles by itself is among them for a moment: where there
 * is chat, name what the screen is about.
 * @param about which outcomes the component shows; left out, all
 * @example
 * const { outcomes, acknowledge } = useOutcomes(({ type }) => type.startsWith("appointment."));
 * outcomes.map((each) => (
 *   <li key={each.id}>{describeOutcome(each, "sw")} <button onClick={() => void acknowledge(each.id)}>Understood</button></li>
 * ));
 */
export function useOutcomes(about: (outcome: Outcome) => boolean = all): Outcomes {
  const { hb } = useParts();
  const kept = hb && readerOf(hb);
  const account = useAccount()?.id; // whoever comes next must not see them, not even once
  const read = useAnswer<Read>({
    pulse: kept?.pulse,
    read: () => {
      const { outcomes, ...rest } = kept?.read ?? NOT_READ;
      return { ...rest, outcomes: outcomes.filter(about) };
    },
    empty: () => NOT_READ,
    about: [about, account],
    keep: keepOutcomes,
  });
  const acknowledge = useCallback(
    async (...ids: readonly EntityId[]): Promise<void> => {
      if (kept === undefined) throw new HealthBridgeError("store_closed");
      await kept.acknowledge(ids);
    },
    [kept],
  );
  return { ...read, acknowledge };
}

/** Outcomes lie in the store: they are read once for all who show them, and again after each change, one reading at a time. */
class OutcomeReader {
  readonly pulse: Pulse;
  readonly #hb: HealthBridge;
  #read: Read = NOT_READ;
  /** whose they are */
  #account: EntityId | undefined;
  #reading = false;
  #again = false;

  constructor(hb: HealthBridge) {
    this.#hb = hb;
    this.pulse = new Pulse(() => {
      this.#look();
      return devicePulse(hb).subscribe(this.#look);
    });
  }

  /** What was read last; nothing where it was somebody else's. */
  get read(): Read {
    return this.#account === this.#present() ? this.#read : NOT_READ;
  }

  async acknowledge(ids: readonly EntityId[]): Promise<void> {
    await this.#hb.acknowledge(ids);
    this.#note({ ...this.#read, outcomes: this.#read.outcomes.filter(({ id }) => !ids.includes(id)) });
    this.#look(); // what was being read meanwhile may still have them
  }

  readonly #look = (): void => {
    this.#again = true;
    if (!this.#reading) void this.#readAll();
  };

  async #readAll(): Promise<void> {
    this.#reading = true;
    while (this.#again) {
      this.#again = false;
      const account = this.#present();
      const read = await this.#ask();
      if (account !== this.#present()) continue; // the change was told: it is asked again
      this.#account = account;
      this.#note(read);
    }
    this.#reading = false;
  }

  async #ask(): Promise<Read> {
    try {
      return { outcomes: await this.#hb.outcomes(), ready: true, problem: undefined };
    } catch (error) {
      return { ...this.read, problem: error instanceof HealthBridgeError ? error.code : "internal" };
    }
  }

  #present(): EntityId | undefined {
    return this.#hb.status.get().account?.id;
  }

  #note(read: Read): void {
    this.#read = read;
    this.pulse.beat();
  }
}

const readers = /* @__PURE__ */ new WeakMap<HealthBridge, OutcomeReader>();

function readerOf(hb: HealthBridge): OutcomeReader {
  const reader = readers.get(hb) ?? new OutcomeReader(hb);
  readers.set(hb, reader);
  return reader;
}

function keepOutcomes(before: Read | undefined, after: Read): Read {
  const outcomes = keepItems(before?.outcomes, after.outcomes, idOf);
  const same =
    before?.outcomes === outcomes && before.ready === after.ready && before.problem === after.problem;
  return same ? before : { ...after, outcomes };
}

function all(): boolean {
  return true;
}
