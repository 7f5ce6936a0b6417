/* oxlint-disable typescript/no-explicit-any, typescript/no-non-null-assertion -- the fake reads and writes JSON of every shape */
import {
  type Account,
  canonicalText,
  type Change,
  type Clinic,
  type Doctor,
  foreseenSum,
  holdsTime,
  judge,
  type Patient,
  parseCursors,
  type Readable,
  type ReadableKind,
  type Sheet,
  type State,
} from "@healthbridge/schema";
import { http, HttpResponse } from "msw";
import { gunzipSync } from "node:zlib";

interface Stream {
  readonly contents: string[];
  readonly outcomes: Array<{ problem?: object; output?: unknown }>;
  readonly account: string;
}
interface Entry {
  readonly number: number;
  readonly gone: boolean;
  readonly origin: string | undefined;
  /** number of the newest change that came from elsewhere */
  readonly other: number;
}
interface Feed {
  readonly handle: number;
  number: number;
  readonly entries: Map<string, Entry>;
}
export interface SeenRequest {
  readonly path: string;
  readonly body: Record<string, any>;
  readonly bytes: number;
  readonly packed: boolean;
  readonly token: string | undefined;
}
type Fault = (request: Request, go: () => Promise<Response>) => Promise<Response> | Response;

/** A small honest server: the same decisions over its own entities, streams, feeds and sums; what a network does to it is up to the test. */
export class FakeServer implements State {
  readonly entities = new Map<string, any>();
  readonly streams = new Map<string, Stream>();
  readonly feeds = new Map<string, Feed>();
  readonly seen: SeenRequest[] = [];
  /** one per request, first come first served */
  readonly faults: Fault[] = [];
  readonly accounts = new Map<string, { account: Account; password: string }>();
  readonly tokens = new Map<string, string>();
  epoch = 7;
  now = Date.UTC(2026, 10, 20, 6, 0);
  durableThrough = 0;
  lineItems = 2;
  expired = new Set<string>();
  refreshes = new Map<string, { nonce: string; next: string; account: string }>();
  #count = 0;

  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  handlers = () => [http.all(`${this.url}/*`, ({ request }) => this.#serve(request))];

  /** Something from elsewhere: another device, an import. */
  put(
    feed: string,
    kind: string,
    entity: { readonly id: string; readonly [field: string]: unknown },
    origin?: string,
  ): void {
    this.entities.set(`${kind}:${entity.id}`, entity);
    this.#note(feed, `${kind}:${entity.id}`, false, origin);
  }

  remove(feed: string, kind: string, id: string): void {
    this.#note(feed, `${kind}:${id}`, true, undefined);
  }

  #note(name: string, key: string, gone: boolean, origin: string | undefined): void {
    const feed = this.feedOf(name);
    const before = feed.entries.get(key);
    const other = before === undefined ? 0 : before.origin === origin ? before.other : before.number;
    feed.entries.set(key, { number: (feed.number += 1), gone, origin, other });
  }

  feedOf(name: string): Feed {
    const feed = this.feeds.get(name) ?? { handle: this.feeds.size + 11, number: 0, entries: new Map() };
    this.feeds.set(name, feed);
    return feed;
  }

  get syncs(): SeenRequest[] {
    return this.seen.filter(({ path }) => path === "/v1/sync");
  }

  get<K extends ReadableKind>(kind: K, id: string): Readable[K] | undefined;
  get(kind: string, id: string): unknown {
    if (kind === "agenda")
      return [...this.entities]
        .filter(
          ([key, each]) => key.startsWith("appointment:") && each.patient === id && holdsTime(each.status),
        )
        .map(([, each]) => each);
    return this.entities.get(`${kind}:${id}`);
  }

  async #serve(request: Request): Promise<Response> {
    const raw = Buffer.from(await request.clone().arrayBuffer());
    const packed = request.headers.get("content-encoding") === "gzip";
    const text = (packed ? gunzipSync(raw) : raw).toString();
    const { pathname: path } = new URL(request.url);
    const token = request.headers.get("authorization")?.slice("Bearer ".length);
    this.seen.push({ path, body: text === "" ? {} : JSON.parse(text), bytes: raw.length, packed, token });
    const go = async () => this.#answer(path, text === "" ? {} : JSON.parse(text), token, request);
    const fault = this.faults.shift();
    return fault === undefined ? go() : fault(request, go);
  }

  #answer(path: string, body: any, token: string | undefined, request: Request): Response {
    if (path === "/v1/sessions") {
      const known = this.accounts.get(body.login);
      return known?.password === body.password
        ? this.#session(known!.account, "r1-" + body.nonce)
        : problem(401, "credentials_wrong");
    }
    if (path === "/v1/sessions/refresh") {
      const used = this.refreshes.get(body.refreshToken);
      if (used === undefined || (used.nonce !== "" && used.nonce !== body.nonce))
        return problem(401, "refresh_reused");
      used.nonce = body.nonce;
      used.next ||= `r-${(this.#count += 1)}`;
      return this.#session(this.entities.get(`account:${used.account}`), used.next);
    }
    const account = this.tokens.get(token ?? "");
    if (account === undefined) return problem(401, "token_invalid");
    if (this.expired.has(token ?? "")) return problem(401, "token_expired");
    if (path === "/v1/sessions/current") return new HttpResponse(null, { status: 204 });
    return this.#sync(body, this.entities.get(`account:${account}`), request);
  }

  #session(account: Account, refreshToken: string): Response {
    const accessToken = `access-${(this.#count += 1)}`;
    this.tokens.set(accessToken, account.id);
    if (!this.refreshes.has(refreshToken))
      this.refreshes.set(refreshToken, { nonce: "", next: "", account: account.id });
    return json({
      accessToken,
      expiresIn: 900,
      refreshToken,
      refreshExpiresIn: 9e6,
      account,
      device: "devicedevicedevi.1",
    });
  }

  #sync(body: any, account: Account, request: Request): Response {
    const stream = this.streams.get(body.stream) ?? { contents: [], outcomes: [], account: account.id };
    const head: any = { serverTime: this.now, epoch: this.epoch };
    if (this.durableThrough > 0) head.durableThrough = this.durableThrough;
    const operations: any[] = body.operations ?? [];
    const outcomes: any[] = [];
    if (operations.length > 0) this.streams.set(body.stream, stream);
    else if (body.from <= stream.contents.length) head.fork = true;
    for (const [at, operation] of operations.entries()) {
      const number = body.from + at;
      const { sum, ...content } = operation;
      const known = stream.contents[number - 1];
      if (known === undefined && number === stream.contents.length + 1) {
        stream.contents.push(canonicalText(content));
        stream.outcomes.push(this.#decide(operation, `${body.stream}.${number}`, account, body.stream, sum));
      } else if (known !== undefined && known !== canonicalText(content)) {
        // What follows may name what this one would have created: nothing of it is decided.
        head.fork = true;
        outcomes.push({ number, problem: { code: "key_reused" } });
        break;
      }
    }
    const heard = body.heard ?? body.from - 1;
    head.settled = stream.contents.length;
    // Of what was settled beyond the request nothing is told, as the real one does.
    stream.outcomes.slice(0, body.from - 1 + operations.length).forEach((outcome, at) => {
      const told = outcomes.some(({ number }) => number === at + 1);
      if (at + 1 > heard && !told && (outcome.problem ?? outcome.output) !== undefined)
        outcomes.push({ number: at + 1, ...outcome });
    });
    if (outcomes.length > 0) head.outcomes = outcomes;
    return this.#pull(body, head, request.headers.get("accept") === "application/x-ndjson");
  }

  #pull(body: any, head: any, lines: boolean): Response {
    const cursors = parseCursors(body.cursors ?? "");
    const byHandle = new Map([...this.feeds].map(([name, feed]) => [feed.handle, { name, feed }]));
    for (const name of body.follow ?? []) {
      const { handle } = this.feedOf(name);
      (head.feeds ??= []).push({ name, handle });
      cursors.set(handle, 0);
    }
    const pages: any[] = [];
    const tail: any = {};
    let room = body.budget === 0 ? 0 : (body.budget ?? 1e6);
    for (const [handle, cursor] of cursors) {
      const feed =
        byHandle.get(handle)?.feed ?? [...this.feeds.values()].find((each) => each.handle === handle);
      if (feed === undefined) {
        (head.dropped ??= []).push(handle);
        continue;
      }
      let at = cursor;
      const fresh = [...feed.entries]
        .filter(([, entry]) => entry.number > cursor)
        .toSorted(([, a], [, b]) => a.number - b.number);
      const wanted = fresh.filter(([, entry]) =>
        cursor === 0 ? !entry.gone : entry.origin !== body.stream || entry.other > cursor,
      );
      for (let from = 0; from < wanted.length && room > 0; from += this.lineItems) {
        const part = wanted.slice(from, from + this.lineItems);
        const items = part.map(([key, { gone }]) => ({
          kind: split(key)[0],
          ...(gone ? { gone: split(key)[1] } : { entity: this.entities.get(key) }),
        }));
        at = part.at(-1)![1].number;
        pages.push({ feed: handle, items, cursor: at });
        room -= JSON.stringify(items).length;
      }
      if (room <= 0 && at < feed.number) tail.more = true;
      else if (at < feed.number)
        tail.cursors = [tail.cursors, `${handle}:${feed.number}`].filter(Boolean).join(",");
    }
    if (!lines) return json({ ...head, ...tail, ...(pages.length > 0 ? { changes: pages } : {}) });
    const text = [
      { line: "head", ...head },
      ...pages.map((page) => ({ line: "page", ...page })),
      { line: "end", ...tail },
    ];
    return new HttpResponse(text.map((each) => `${JSON.stringify(each)}\n`).join(""), {
      headers: { "content-type": "application/x-ndjson" },
    });
  }

  #decide(
    operation: any,
    id: string,
    account: Account,
    stream: string,
    sum: string | undefined,
  ): { problem?: object; output?: unknown } {
    const verdict = judge(operation.type, operation.input);
    if ("problem" in verdict) return { problem: verdict.problem };
    for (const needed of operation.after ?? []) {
      const { 0: on, 1: number } = needed.split(".");
      if (this.streams.get(on)?.outcomes[Number(number) - 1]?.problem !== undefined)
        return { problem: { code: "dependency_failed" } };
    }
    const actor = {
      account: account.id,
      role: account.role,
      clinics: account.clinics,
      doctor: account.doctor,
    };
    const decision = verdict.judged.decide(this, { actor, now: this.now, id });
    if (decision.status === "rejected") return { problem: decision.problem };
    const origin = sum === foreseenSum(decision.changes) ? stream : undefined;
    for (const change of decision.changes) this.put(feedFor(change), change.kind, change.entity, origin);
    return decision.output === undefined ? {} : { output: decision.output };
  }
}

function feedFor({ kind, entity }: Change): string {
  if (kind === "sheet") return `calendar:${entity.id.split("/")[0]}`;
  return `clinic:${"clinic" in entity ? entity.clinic : "none"}`;
}
const split = (key: string): [string, string] => [
  key.slice(0, key.indexOf(":")),
  key.slice(key.indexOf(":") + 1),
];

export const json = (body: object): Response =>
  HttpResponse.json(body as Record<string, any>, { headers: { "content-type": "application/json" } });
export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new HttpResponse(
    JSON.stringify({ type: `urn:healthbridge:problem:${code}`, title: code, status, code }),
    { status, headers: { "content-type": "application/problem+json", ...headers } },
  );
}

/** A small clinic: one doctor with one day of slots, staff and patients. */
export const clinic: Clinic = { id: "clinicclinicclin.1", name: "Kibwezi", zone: "Africa/Nairobi" };
export const doctor: Doctor = {
  id: "doctordoctordoct.1",
  name: "Dr Achieng",
  clinic: clinic.id,
  specialities: ["general-practice"],
  languages: ["sw"],
};
export const amina: Account = {
  id: "accountaccountac.1",
  login: "amina",
  name: "Amina",
  role: "staff",
  clinics: [clinic.id],
  status: "active",
};
export const baraka: Account = { ...amina, id: "accountaccountac.2", login: "baraka", name: "Baraka" };
export const wanjiru: Patient = { id: "patientpatientpa.1", name: "Wanjiru", clinic: clinic.id };
export const otieno: Patient = { id: "patientpatientpa.2", name: "Otieno", clinic: clinic.id };
const first = Date.UTC(2026, 10, 23, 6, 0) / 60_000;
export const sheet: Sheet = {
  id: `${doctor.id}/2026-11-23`,
  zone: "Africa/Nairobi",
  runs: [[first, 180, 20, 20, "ffffffffffff"]],
};
export const slot = (at: number): string =>
  new Date((first + 180 + at * 20) * 60_000).toISOString().slice(0, 16) + "+03:00";

export function clinicServer(url: string): FakeServer {
  const server = new FakeServer(url);
  for (const account of [amina, baraka]) {
    server.accounts.set(account.login, { account, password: "a sentence that is long" });
    server.put("me", "account", account);
  }
  for (const [kind, entity] of [
    ["clinic", clinic],
    ["doctor", doctor],
    ["patient", wanjiru],
    ["patient", otieno],
  ] as const)
    server.put(`clinic:${clinic.id}`, kind, entity);
  server.put(`calendar:${doctor.id}`, "sheet", sheet);
  return server;
}
