import {
  drawStreamId,
  type EntityId,
  formatCursors,
  operationId,
  parseCursors,
  type SyncResponse,
} from "@healthbridge/schema";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { WebSocket } from "ws";
import { accessToken, type Login, openDoctors, type Stage } from "../stage.ts";
import type { End } from "./pairs.ts";
import { textOf } from "./text-of.ts";

/** Opens so many consultations at the server, each between a patient's phone and a doctor's, over the realtime socket. */
export async function openDurable(
  stage: Stage,
  count: number,
  stack: AsyncDisposableStack,
): Promise<readonly (readonly [End, End])[]> {
  const free = new Map<EntityId, string>();
  for (const { doctor, start } of await openDoctors(stage, count, 1)) free.set(doctor, start);
  const pairs: (readonly [End, End])[] = [];
  for (const [doctor, start] of free) {
    const patient = await Phone.open(stage, await stage.account("patient"), stack);
    const [registered] = await patient.ask("patient.register", { name: "Wanjiru" });
    const [conversation = ""] = await patient.ask("appointment.book", { doctor, patient: registered, start });
    const other = await Phone.open(stage, await stage.account("doctor", { doctor }), stack);
    pairs.push([patient.in(conversation), other.in(conversation)]);
    if (pairs.length % 50 === 0) stage.say(`  ${pairs.length} of ${count} consultations …`);
  }
  return pairs;
}

/** A phone on the realtime socket, with no more of the SDK in it than it takes to talk: what is measured is the server. */
class Phone {
  readonly #socket: WebSocket;
  readonly #stream = drawStreamId((bytes) => randomBytes(bytes));
  readonly #waiting = new Map<number, (answer: SyncResponse) => void>();
  readonly #cursors = parseCursors("");
  /** what was asked and not answered: asked again where the server is busy */
  readonly #sent = new Map<number, string>();
  #number = 0;
  #frame = 0;
  #onLine: (text: string) => void = () => undefined;
  #account = "";
  /** one request after another, as the SDK asks */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      this.#read(JSON.parse(textOf(data)) as Frame);
    });
  }

  static async open(stage: Stage, login: Login, stack: AsyncDisposableStack): Promise<Phone> {
    const token = await accessToken(stage, login);
    const answer = await fetch(`${stage.url}/v1/realtime/ticket`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: "{}",
    });
    const { ticket } = (await answer.json()) as { readonly ticket: string };
    const socket = new WebSocket(
      `${stage.url.replace("http", "ws")}/v1/realtime`,
      ["healthbridge.1", `ticket.${ticket}`],
      { perMessageDeflate: false },
    );
    stack.defer(() => {
      socket.terminate();
    });
    await once(socket, "open");
    const phone = new Phone(socket);
    phone.#account = login.account;
    await phone.#sync([], ["me"]);
    return phone;
  }

  /** Asks for something, and waits for what became of it; answers its id. */
  async ask(type: string, input: object): Promise<readonly EntityId[]> {
    const { outcomes = [] } = await this.#sync([{ type, input, madeAt: 0 }]);
    const bad = outcomes.find(({ problem }) => problem !== undefined);
    if (bad !== undefined) throw new Error(`${type}: ${JSON.stringify(bad)}`);
    return [operationId(this.#stream, this.#number)];
  }

  /** Its end of a conversation. */
  in(conversation: EntityId): End {
    const end: End = {
      say: (text) => {
        void this.#sync([{ type: "message.send", input: { conversation, text }, madeAt: 0 }]);
      },
      onLine: () => undefined,
    };
    this.#onLine = (text) => {
      end.onLine(text);
    };
    return end;
  }

  #sync(operations: readonly object[], follow?: readonly string[]): Promise<SyncResponse> {
    const answer = this.#turn.then(() => this.#exchange(operations, follow));
    this.#turn = answer;
    return answer;
  }

  #exchange(operations: readonly object[], follow?: readonly string[]): Promise<SyncResponse> {
    const { promise, resolve } = Promise.withResolvers<SyncResponse>();
    const id = (this.#frame += 1);
    this.#waiting.set(id, resolve);
    const from = this.#number + 1;
    this.#number += operations.length;
    const cursors = formatCursors(this.#cursors);
    const sync = { protocol: 1, stream: this.#stream, from, operations, cursors, follow };
    const frame = JSON.stringify({ id, sync, push: true });
    this.#sent.set(id, frame);
    this.#socket.send(frame);
    return promise;
  }

  #read({ id, answer, page, moved, problem, retryAfter }: Frame): void {
    if (problem !== undefined) {
      const again = id === undefined ? undefined : this.#sent.get(id);
      if (again === undefined || retryAfter === undefined)
        throw new Error(`the server refused: ${JSON.stringify(problem)}`);
      setTimeout(() => {
        this.#socket.send(again);
      }, retryAfter);
      return;
    }
    const said = answer ?? page;
    if (said !== undefined) this.#take(said);
    // Where there is more it asks again, as the SDK does.
    if (moved === true || said?.more === true) void this.#sync([]);
    if (id === undefined || answer === undefined) return;
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
    this.#sent.delete(id);
  }

  #take({ feeds = [], changes = [], cursors = "" }: SyncResponse): void {
    for (const { handle } of feeds) this.#cursors.set(handle, { cursor: 0 });
    for (const { feed, items, cursor, begun } of changes) {
      const known = this.#cursors.get(feed)?.cursor ?? 0;
      if (cursor <= known) continue;
      for (const { kind, entity } of items)
        if (kind === "message" && entity?.["account"] !== this.#account)
          this.#onLine(String(entity?.["text"]));
      this.#cursors.set(feed, { cursor, begun });
    }
    for (const [handle, cursor] of parseCursors(cursors))
      if (cursor.cursor > (this.#cursors.get(handle)?.cursor ?? 0)) this.#cursors.set(handle, cursor);
  }
}

interface Frame {
  readonly id?: number;
  readonly answer?: SyncResponse;
  readonly page?: SyncResponse;
  readonly moved?: boolean;
  readonly problem?: unknown;
  /** ms */
  readonly retryAfter?: number;
}
