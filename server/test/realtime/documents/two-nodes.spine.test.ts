import { afterAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { WebsocketProvider as Provider30 } from "y-websocket-3-0";
import { WebsocketProvider as Provider31 } from "y-websocket-3-1";
import * as Y from "yjs";
import { until } from "../../../../tests/setup/process.ts";
import { openHouse, type ServerProcess } from "./support/house.ts";

const house = await openHouse();
afterAll(() => house[Symbol.asyncDispose]());

const KILLS = 6;
const CLIENTS = 6;
/** ms between two kills, in which everybody writes */
const BETWEEN_MS = 2_500;

describe("stock providers over two server processes that are killed again and again", () => {
  it("converge, and nothing that anybody wrote is lost or there twice", async () => {
    const { id, doctor, staff } = await house.consultation(1);
    const servers: [ServerProcess, ServerProcess] = [await house.serve(), await house.serve()];
    const tokens = {
      doctor: await house.signIn(servers[0], doctor),
      staff: await house.signIn(servers[0], staff[0] ?? ""),
    };
    const written: string[] = [];
    const clients = Array.from({ length: CLIENTS }, (_, at) => {
      const doc = new Y.Doc();
      const token = at % 2 === 0 ? tokens.doctor : tokens.staff;
      const polyfill: unknown = Silent;
      const options = {
        WebSocketPolyfill: polyfill as typeof globalThis.WebSocket,
        disableBc: true,
        connect: false,
        maxBackoffTime: 400,
      };
      const Provider = at % 3 === 0 ? Provider30 : Provider31;
      const provider = new Provider(
        "ws://127.0.0.1:1/v1/documents",
        `${id}.intake`,
        doc,
        options,
      ) as Provider31;
      let turn = at;
      const route = async (): Promise<void> => {
        const server = servers[(turn += 1) % 2] ?? servers[0];
        provider.serverUrl = `${server.url.replace("http", "ws")}/v1/documents`;
        provider.params = { ticket: await house.ticket(server, token).catch(() => "x".repeat(32)) };
      };
      provider.on("connection-close", () => void route());
      const ready = route().then(() => {
        provider.connect();
      });
      let count = 0;
      const write = (): void => {
        const word = `<${String(at)}.${String((count += 1))}>`;
        const text = doc.getText("text");
        text.insert(Math.floor((text.length * ((count * 7) % 10)) / 10), word);
        doc.getArray("list").push([word]);
        doc.getMap("form").set(`field ${String(count % 5)}`, word);
        written.push(word);
      };
      return { doc, provider, ready, write };
    });
    await Promise.all(clients.map(({ ready }) => ready));
    const typing = setInterval(() => {
      for (const { write } of clients) write();
    }, 60);
    for (let kills = 0; kills < KILLS; kills += 1) {
      const before = written.length;
      const since = performance.now();
      await until(
        "everybody writes",
        () => performance.now() - since > BETWEEN_MS && written.length > before + 50,
      );
      const which = kills % 2;
      servers[which]?.program.kill("SIGKILL");
      servers[which] = await house.serve();
    }
    clearInterval(typing);
    const list = (doc: Y.Doc): readonly string[] => doc.getArray<string>("list").toArray();
    await until(
      "everybody has everything",
      () => clients.every(({ doc, provider }) => provider.synced && list(doc).length === written.length),
      60_000,
    );
    const [first] = clients;
    if (first === undefined) throw new Error("nobody");
    expect(list(first.doc).toSorted()).toEqual(written.toSorted());
    for (const { doc } of clients) {
      expect(list(doc)).toEqual(list(first.doc));
      expect(doc.getMap("form").toJSON()).toEqual(first.doc.getMap("form").toJSON());
      expect(doc.getText("text").toJSON()).toBe(first.doc.getText("text").toJSON());
    }
    // Each word is in the list as a whole; the text, into which everybody wrote everywhere, has all letters of all words.
    expect(first.doc.getText("text").length).toBe(written.join("").length);
    for (const { provider } of clients) provider.destroy();

    // Somebody who comes now gets the same from the database alone.
    for (const { program } of servers) program.kill("SIGTERM");
    await Promise.all(servers.map(({ program }) => program.ended));
    const fresh = await house.serve();
    const late = new Y.Doc();
    const polyfill: unknown = Silent;
    const provider = new Provider31(`${fresh.url.replace("http", "ws")}/v1/documents`, `${id}.intake`, late, {
      WebSocketPolyfill: polyfill as typeof globalThis.WebSocket,
      disableBc: true,
      params: { ticket: await house.ticket(fresh, tokens.doctor) },
    });
    await until(
      "the newcomer has everything",
      () => provider.synced && list(late).length === written.length,
      20_000,
    );
    expect(list(late)).toEqual(list(first.doc));
    provider.destroy();
    console.log(
      `${String(written.length)} words of ${String(CLIENTS)} clients, ${String(KILLS)} kills: all there, once`,
    );
  });
});

/** A socket whose errors are expected: servers are killed. */
class Silent extends WebSocket {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(address, protocols);
    this.on("error", () => undefined);
  }
}
