import { drawStreamId, type EntityId, operationId } from "@healthbridge/schema";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { accessToken, type Login, type Stage } from "./stage.ts";

/** A booking that is still to be made. */
export interface Wanted {
  readonly doctor: EntityId;
  readonly patient: EntityId;
  readonly start: string;
}

/** What a stretch of bookings came to. */
export interface Stretch {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly samples: number;
}

const CLIENTS = 8;
const PER_SECOND = 32;
const GAP_MS = 1000 / PER_SECOND;

/** Clients that each send one booking after another, each in a request of its own, at a pace that does not wait for the answers. */
export class PacedBookings {
  readonly #wanted: Iterator<Wanted>;
  readonly #clients: readonly Client[];
  /** the appointments that the server said it made */
  readonly made: EntityId[] = [];
  /** codes of what it did not make */
  readonly refused: string[] = [];

  static async open(
    stage: Stage,
    clinics: readonly EntityId[],
    wanted: readonly Wanted[],
  ): Promise<PacedBookings> {
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, async () => Client.open(stage, await stage.staff(...clinics))),
    );
    return new PacedBookings(wanted[Symbol.iterator](), clients);
  }

  private constructor(wanted: Iterator<Wanted>, clients: readonly Client[]) {
    this.#wanted = wanted;
    this.#clients = clients;
  }

  /** Books so often. */
  async some(count: number): Promise<readonly number[]> {
    return this.until(() => count-- <= 0);
  }

  /**
   * Books until it is over; answers the milliseconds of each booking. They count from when it was due, not from when it could be sent: whoever waits behind a slow
   * one waits too.
   */
  async until(isOver: () => boolean): Promise<readonly number[]> {
    const times: number[] = [];
    const began = performance.now() + GAP_MS;
    await Promise.all(
      this.#clients.map(async (client, at) => {
        for (let due = began + at * GAP_MS; !isOver(); due += CLIENTS * GAP_MS) {
          await sleep(Math.max(0, due - performance.now()));
          const { value: wanted } = this.#wanted.next();
          if (wanted === undefined) throw new Error("there are no starts left to book");
          const came = await client.book(wanted);
          times.push(performance.now() - due);
          if ("made" in came) this.made.push(came.made);
          else this.refused.push(came.refused);
        }
      }),
    );
    return times;
  }
}

/** One device with its stream. */
class Client {
  readonly #stage: Stage;
  readonly #login: Login;
  #token: string;
  readonly #stream = drawStreamId((count) => randomBytes(count));
  #next = 1;

  static async open(stage: Stage, login: Login): Promise<Client> {
    return new Client(stage, login, await accessToken(stage, login));
  }

  private constructor(stage: Stage, login: Login, token: string) {
    this.#stage = stage;
    this.#login = login;
    this.#token = token;
  }

  async book(input: Wanted): Promise<{ readonly made: EntityId } | { readonly refused: string }> {
    const number = this.#next;
    const operations = [{ type: "appointment.book", input, madeAt: number }];
    const answer = await fetch(`${this.#stage.url}/v1/sync`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      body: JSON.stringify({
        protocol: 1,
        stream: this.#stream,
        from: number,
        heard: number - 1,
        operations,
      }),
    });
    const text = await answer.text();
    if (answer.status === 401) {
      // A token lives for an hour; a million takes longer.
      this.#token = await accessToken(this.#stage, this.#login);
      return this.book(input);
    }
    if (!answer.ok) return { refused: String(answer.status) };
    const { settled, outcomes = [] } = JSON.parse(text) as Answer;
    if (settled < number) return { refused: "unsettled" };
    this.#next = settled + 1;
    const code = outcomes.find((each) => each.number === number)?.problem?.code;
    return code === undefined ? { made: operationId(this.#stream, number) } : { refused: code };
  }
}

interface Answer {
  readonly settled: number;
  readonly outcomes?: readonly { readonly number: number; readonly problem?: { readonly code: string } }[];
}

/** The middle one, and the one that 99 of 100 do not exceed. */
export function stretchOf(times: readonly number[]): Stretch {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): number =>
    Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), samples: sorted.length };
}
