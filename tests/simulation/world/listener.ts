import type { Device } from "./device.ts";
import type { World } from "./world.ts";

const MOST_OVERHEARD = 60;
/** A server may go on believing what it looked up so long ago, ms. */
const REVOKED_WITHIN_MS = 5_000;

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
    this.#began = this.#world.time.elapsed();
    const token = (request.headers.get("authorization") ?? "").slice("Bearer ".length);
    this.#token = token;
    this.#device.knownAs = token.split("~")[1] ?? this.#device.knownAs;
    if (overheard.length < MOST_OVERHEARD) overheard.push({ path: this.#path, body, token });
    if (this.#asked !== undefined) this.#noteOperations(this.#asked, token);
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
    this.#checkRevoked(status, text);
    if (this.#asked !== undefined && status === 200) this.#checkCursors(this.#asked, text);
  }

  #noteOperations({ stream, from, operations = [] }: Sync, token: string): void {
    const account = token.slice(0, token.indexOf("~"));
    for (const [at, operation] of operations.entries()) {
      const id = `${stream}.${from + at}`;
      const sent = this.#world.sent.get(id) ?? { account, contents: new Set<string>() };
      this.#world.sent.set(id, sent);
      sent.contents.add(JSON.stringify(operation));
    }
  }

  #checkCanaries(text: string): void {
    for (const canary of this.#world.foreignCanaries(this.#device.person.tenant)) {
      if (text.includes(canary))
        this.#world.violated("I13", `${this.#device.name} was shown ${canary} in ${this.#path}`);
    }
  }

  /** A device that was taken off the list a while ago is not served any more, and writes nothing from that moment on. */
  #checkRevoked(status: number, text: string): void {
    const since = this.#world.revoked.get(this.#token.split("~")[1] ?? "");
    if (status !== 200 || since === undefined) return;
    if (this.#began - since > REVOKED_WITHIN_MS)
      this.#world.violated("I13", `${this.#device.name} was served ${this.#path} though it was revoked`);
    const { operations = [], from = 1 } = this.#asked ?? {};
    const { settled = 0, known = 0 }: Partial<Answer> = JSON.parse(text.split("\n")[0] ?? "{}");
    if (operations.length > 0 && this.#began > since && settled >= from && known < settled)
      this.#world.violated("I13", `${this.#device.name} wrote number ${settled} though it was revoked`);
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
        if (Number(cursor) < before && !reset.has(Number(feed)))
          this.#world.violated("I12", `feed ${String(feed)} went back from ${before} to ${String(cursor)}`);
        last.set(Number(feed), Number(cursor));
      }
    }
  }
}

interface Answer {
  readonly settled: number;
  readonly known: number;
}

interface Sync {
  readonly stream: string;
  readonly from: number;
  readonly operations?: readonly unknown[];
  readonly cursors?: string;
}

function changesOf({ changes }: Record<string, unknown>): readonly Record<string, unknown>[] {
  return Array.isArray(changes) ? changes : [];
}

/** `1:20,2:35` */
function cursorsOf({ cursors }: Sync): Map<number, number> {
  const pairs = (cursors ?? "")
    .split(/[^\d]+/)
    .filter((text) => text !== "")
    .map(Number);
  return new Map(
    Array.from({ length: Math.floor(pairs.length / 2) }, (_, at) => [
      pairs[2 * at] ?? 0,
      pairs[2 * at + 1] ?? 0,
    ]),
  );
}
