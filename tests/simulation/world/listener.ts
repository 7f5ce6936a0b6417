import type { Device } from "./device.ts";
import type { World } from "./world.ts";

const MOST_OVERHEARD = 60;
/** A server may go on believing what it looked up so long ago, ms. */
export const REVOKED_WITHIN_MS = 5_000;

/**
 * Reads along on the line between a device and a server, and checks what can be seen of every single answer: that it is one of ours, that nobody is shown
 * another organisation's words, that cursors only go forward.
 */
export class Listener {
  readonly #world: World;
  readonly #device: Device;
  readonly #server: string;
  #path = "";
  #asked: Sync | undefined;
  #document: string | undefined;
  #update: Uint8Array | undefined;
  #token = "";
  #began = 0;

  constructor(world: World, device: Device, server: string) {
    this.#world = world;
    this.#device = device;
    this.#server = server;
  }

  asked(request: Request, body: string): void {
    const { overheard, trace } = this.#world;
    this.#path = request.url.slice(request.url.indexOf("/", 8));
    this.#asked = this.#path === "/v1/sync" ? JSON.parse(body) : undefined;
    this.#document = DOCUMENT.exec(this.#path)?.groups?.["name"];
    this.#began = this.#world.time.elapsed();
    const token = (request.headers.get("authorization") ?? "").slice("Bearer ".length);
    this.#token = token;
    if (token !== "") this.#device.token = token;
    if (overheard.length < MOST_OVERHEARD) overheard.push({ path: this.#path, body, token });
    if (this.#asked !== undefined) this.#noteOperations(this.#asked, token);
    if (this.#document !== undefined) this.#noteUpdate(this.#document, body, token);
    trace.note(`${this.#device.name} → ${this.#server} ${this.#path} ${body}`);
  }

  answered(response: Response, text: string): void {
    const { status } = response;
    const { trace } = this.#world;
    trace.note(`${this.#device.name} ← ${this.#server} ${status} ${text}`);
    if (status === 500) this.#world.violated("crash", `${this.#path} was answered 500: ${text}`);
    if (status >= 400 && !/^\{.*"code":"[a-z_]+"/s.test(text))
      this.#world.violated("crash", `${this.#path} was answered ${status} without a code: ${text}`);
    this.#checkCanaries(text);
    this.#checkRevoked(status);
    if (this.#asked !== undefined && status === 200) this.#checkCursors(this.#asked, text);
    if (this.#document !== undefined && status === 200) this.#checkDocument(this.#document, text);
  }

  #noteOperations({ stream, from, operations = [] }: Sync, token: string): void {
    const [account = "", device = ""] = token.split("~");
    for (const [at, operation] of operations.entries()) {
      const id = `${stream}.${from + at}`;
      const sent = this.#world.sent.get(id) ?? {
        account,
        contents: new Set<string>(),
        devices: new Set<string>(),
      };
      this.#world.sent.set(id, sent);
      sent.devices.add(device);
      sent.contents.add(JSON.stringify(operation));
    }
  }

  #noteUpdate(document: string, body: string, token: string): void {
    const { update }: { readonly update?: string } = JSON.parse(body);
    const [account = ""] = token.split("~");
    if (update === undefined) return;
    this.#update = Buffer.from(update, "base64");
    this.#world.documents?.arrived(document, account, this.#update);
  }

  #checkDocument(document: string, text: string): void {
    const { stored, ...answer }: { stored: boolean; vector: string; update: string } = JSON.parse(text);
    const vector = Buffer.from(answer.vector, "base64");
    const update = Buffer.from(answer.update, "base64");
    this.#world.documents?.answered(document, this.#update, { stored, vector, update }, this.#device.name);
  }

  #checkCanaries(text: string): void {
    for (const canary of this.#world.foreignCanaries(this.#device.person.tenant)) {
      if (text.includes(canary))
        this.#world.violated("I13", `${this.#device.name} was shown ${canary} in ${this.#path}`);
    }
  }

  /** A device that was taken off the list a while ago is not served any more, and writes nothing from that moment on. */
  #checkRevoked(status: number): void {
    const { revoked, time, database, sent } = this.#world;
    const since = revoked.get(this.#token.split("~")[1] ?? "");
    if (since === undefined) return;
    if (status === 200 && this.#began - since > REVOKED_WITHIN_MS)
      this.#world.violated("I13", `${this.#device.name} was served ${this.#path} though it was revoked`);
    const { operations = [], from = 1, stream = "" } = this.#asked ?? {};
    if (operations.length === 0) return;
    const began = time.now() - time.elapsed();
    for (const row of database.rows("operation")) {
      const { stream_id: written, number, decided_at: at, account_id: by } = row;
      const place = Number(number) - from;
      if (written !== stream || place < 0 || place >= operations.length) continue;
      const asked = sent.get(`${stream}.${Number(number)}`);
      // Somebody who listened on the line sent it in her own name before the device could: then the stream is hers.
      if (by !== asked?.account) continue;
      const devices = [...(asked?.devices ?? [])];
      // The database counts in whole milliseconds.
      if (devices.every((each) => Number(at) > began + 1 + (revoked.get(each) ?? Infinity)))
        this.#world.violated(
          "I13",
          `${this.#device.name} wrote ${stream}.${Number(number)} though it was revoked`,
        );
    }
  }

  /** A page ends behind where the request stood, unless the feed was to be read anew. */
  #checkCursors(sync: Sync, text: string): void {
    if (!text.includes('"cursor":')) return;
    const asked = cursorsOf(sync);
    const lines = text.split("\n").filter((line) => line !== "");
    const parts = lines.map((line): Record<string, unknown> => JSON.parse(line));
    const reset = new Set(parts.flatMap(({ reset: list }) => (Array.isArray(list) ? list.map(Number) : [])));
    const last = new Map(asked);
    for (const part of parts) {
      const pages = part["line"] === "page" ? [part] : [];
      for (const { feed, cursor } of [...pages, ...changesOf(part)]) {
        const before = last.get(Number(feed)) ?? 0;
        const now = Number.parseInt(String(cursor), 10);
        if (now < before && !reset.has(Number(feed)))
          this.#world.violated("I12", `feed ${String(feed)} went back from ${before} to ${now}`);
        last.set(Number(feed), now);
      }
    }
  }
}

const DOCUMENT = /^\/v1\/documents\/(?<name>[^/]+)\/sync$/;

interface Sync {
  readonly stream: string;
  readonly from: number;
  readonly operations?: readonly unknown[];
  readonly cursors?: string;
}

function changesOf({ changes }: Record<string, unknown>): readonly Record<string, unknown>[] {
  return Array.isArray(changes) ? changes : [];
}

/** `1:20,2:35:80` */
function cursorsOf({ cursors }: Sync): Map<number, number> {
  const pairs = (cursors ?? "").split(",").map((pair) => pair.split(":").map(Number));
  return new Map(pairs.map(([feed = 0, number = 0]) => [feed, number]));
}
