import { randomBytes } from "node:crypto";
import { canonicalText } from "@healthbridge/schema";

/** Whatever answers requests: the real server over a socket, or a fake one. */
export type Answers = (request: Request) => Promise<Response>;

export const PASSWORD = "a walk along the wide river";
/** Fresh characters. */
export const random = (bytes: number): string => randomBytes(bytes).toString("base64url");

/** One answer, without what differs from run to run. */
export interface Told {
  readonly what: string;
  readonly status: number;
  /** where what was created is read */
  readonly location?: string;
  readonly body: unknown;
}

/** What goes with a request. */
export interface Sending {
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly key?: string;
  readonly headers?: Record<string, string>;
  readonly raw?: string;
}

/** What is looked at in a body. Each answer has some of it. */
interface Body {
  readonly id: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly device: string;
  readonly settled: number;
  readonly feeds?: readonly { readonly name: string; readonly handle: number }[];
  readonly changes?: readonly { readonly feed: number; readonly cursor: number }[];
  readonly cursors?: string;
  readonly dropped?: readonly number[];
}

/** Asks for one thing after another and writes down what was answered. */
export class Story {
  readonly told: Told[] = [];
  readonly #answers: Answers;
  /** ids in the order in which they were met: the same thing has the same name in both stories */
  readonly #ids = new Map<string, string>();
  /** names of feeds by handle */
  readonly #feeds = new Map<number, string>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  async ask(what: string, method: string, path: string, sending: Sending = {}): Promise<Body> {
    const headers = new Headers(sending.headers);
    const body = sending.raw ?? (sending.body === undefined ? undefined : JSON.stringify(sending.body));
    if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
    if (sending.token !== undefined) headers.set("authorization", `Bearer ${sending.token}`);
    if (sending.key !== undefined) headers.set("idempotency-key", sending.key);
    const request = new Request(`http://server.test${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const answer = await this.#answers(request);
    const text = await answer.text();
    const parsed: unknown = text === "" ? null : inLines(text);
    for (const { name, handle } of named(parsed)) this.#feeds.set(handle, name);
    const location = answer.headers.get("location");
    this.told.push({
      what,
      status: answer.status,
      ...(location === null ? {} : { location: this.#withNames(location) }),
      body: inOrder(JSON.parse(this.#withNames(JSON.stringify(this.#plain(parsed))))),
    });
    return parsed as Body;
  }

  write(
    what: string,
    method: string,
    path: string,
    token: string,
    body: unknown,
    key = random(12),
  ): Promise<Body> {
    return this.ask(what, method, path, { body, token, key });
  }

  signIn(what: string, login: string, nonce = random(32), password = PASSWORD): Promise<Body> {
    const body = { login, password, device: "Tablet", nonce };
    return this.ask(what, "POST", "/v1/sessions", { body });
  }

  #withNames(text: string): string {
    return text.replaceAll(/(?<![\w-])[\w-]{16}(?=\.[1-9])/g, (id) => {
      const name = this.#ids.get(id) ?? `stream ${this.#ids.size + 1} `;
      this.#ids.set(id, name);
      return name;
    });
  }

  /** Handles, cursors, clocks and tokens are each server's own affair; feeds go by their names. */
  #plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#plain(each));
    if (typeof value === "number" && value > MS_IN_2001) return "a clock";
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
        if (FLEETING.has(key)) return [];
        if (key === "feed" || key === "handle") return [[key, this.#feeds.get(Number(item))]];
        if (key === "dropped" || key === "reset")
          return [
            [key, Array.isArray(item) ? item.map((each) => this.#feeds.get(Number(each)) ?? each) : item],
          ];
        if (key === "cursors")
          return [
            [
              key,
              String(item).replaceAll(/(\d+):\d+/g, (_, handle) => String(this.#feeds.get(Number(handle)))),
            ],
          ];
        return [[key, this.#plain(item)]];
      }),
    );
  }
}

/** Larger numbers are clocks, in ms since 1970. */
const MS_IN_2001 = 1e12;

const FLEETING = new Set([
  "serverTime",
  "decidedAt",
  "lastSeenAt",
  "accessToken",
  "refreshToken",
  "refreshExpiresIn",
  "correlation",
  "cursor",
  "begun",
  "detail",
]);

function byText(left: unknown, right: unknown): number {
  return canonicalText(left) < canonicalText(right) ? -1 : 1;
}

/** What was committed together stands in a feed in any order, and so do an account's clinics. */
const UNORDERED = new Set(["items", "clinics"]);

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      const inner = inOrder(item);
      return [key, UNORDERED.has(key) && Array.isArray(inner) ? inner.toSorted(byText) : inner];
    }),
  );
}

function inLines(text: string): unknown {
  const lines = text.trim().split("\n");
  return lines.length === 1 ? JSON.parse(text) : lines.map((line) => JSON.parse(line) as unknown);
}

function named(value: unknown): readonly { readonly name: string; readonly handle: number }[] {
  const parts = Array.isArray(value) ? value : [value];
  return parts.flatMap((part: Partial<Body> | null) => part?.feeds ?? []);
}

/** A device that speaks the protocol by hand. */
export class Device {
  readonly stream = random(12);
  readonly #story: Story;
  readonly token: string;
  readonly cursors = new Map<number, number>();
  next = 1;

  constructor(story: Story, token: string) {
    this.#story = story;
    this.token = token;
  }

  id(number: number): string {
    return `${this.stream}.${number}`;
  }

  /** Sends operations and takes in where the feeds stand. */
  async sync(
    what: string,
    operations: readonly object[] = [],
    more: object = {},
    headers: Record<string, string> = {},
  ): Promise<Body> {
    const cursors = [...this.cursors].map(([handle, number]) => `${handle}:${number}`).join(",");
    const body = {
      protocol: 1,
      stream: this.stream,
      from: this.next,
      ...(operations.length === 0 ? {} : { operations: operations.map((each) => ({ madeAt: 0, ...each })) }),
      ...(cursors === "" ? {} : { cursors }),
      ...more,
    };
    const answer = await this.#story.ask(what, "POST", "/v1/sync", { body, token: this.token, headers });
    const parts: readonly Partial<Body & { feed: number; cursor: number }>[] = Array.isArray(answer)
      ? answer
      : [answer];
    for (const part of parts) {
      for (const handle of part.dropped ?? []) this.cursors.delete(handle);
      for (const { handle } of part.feeds ?? []) if (!this.cursors.has(handle)) this.cursors.set(handle, 0);
      for (const { feed, cursor } of part.changes ?? []) this.cursors.set(feed, cursor);
      if (part.feed !== undefined) this.cursors.set(part.feed, part.cursor ?? 0);
      for (const pair of (part.cursors ?? "").split(",").filter(Boolean)) {
        const [handle, number] = pair.split(":").map(Number);
        this.cursors.set(handle ?? 0, number ?? 0);
      }
      if (part.settled !== undefined && !("from" in more)) this.next = Math.max(this.next, part.settled + 1);
    }
    return answer;
  }
}
