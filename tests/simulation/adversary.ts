import { drawStreamId } from "@healthbridge/schema";
import type { SeededRandom } from "../../client-sdk/src/testing/index.ts";
import { URL } from "./world/device.ts";
import type { World } from "./world/world.ts";

/** Stands in the rows of whatever the adversary asks for and must not get. */
export const FORGED = "forged";

/**
 * Somebody with an account of her own, a copy of what others sent, and no good intentions: sends it again, sends it as her own, asks for what is not hers, and
 * uses keys a second time with other content.
 */
export class Adversary {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #stream: string;
  #token: string | undefined;
  #next = 1;
  /** what she was told about each number of her stream */
  readonly #told = new Map<number, string>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork("adversary");
    this.#stream = drawStreamId((count) => this.#random.bytes(count));
  }

  /** Begins one attack; whether it is answered is up to the network and the servers. */
  act(): void {
    const attack = this.#random.pick([
      () => this.#replay(),
      () => this.#replayAsHerOwn(),
      () => this.#meddle(),
      () => this.#reuseKey(),
      () => this.#nonsense(),
      () => this.#peek(),
      () => this.#listenIn(),
      ...(this.#world.documents === undefined ? [] : [() => this.#readAndWriteIn()]),
    ]);
    const token = this.#token === undefined ? this.#signIn() : Promise.resolve();
    token.then(attack).catch(() => undefined); // a server that is away is no defence to be counted
  }

  async #signIn(): Promise<void> {
    const body = {
      tenant: "kitui",
      login: "mallory",
      password: "the password of mallory",
      device: "phone",
      nonce: Buffer.from(this.#random.bytes(32)).toString("base64url"),
    };
    const { json } = await this.#send("/v1/sessions", body, undefined);
    if (typeof json["accessToken"] === "string") this.#token = json["accessToken"];
  }

  /** What a device sent, once more, with its own token: nothing may come of it that has not come already. */
  async #replay(): Promise<void> {
    const heard = this.#overheard();
    if (heard !== undefined) await this.#send(heard.path, JSON.parse(heard.body), heard.token);
  }

  /** What a device sent, in her own name: the stream is not hers. */
  async #replayAsHerOwn(): Promise<void> {
    const heard = this.#overheard();
    if (heard === undefined) return;
    const body: { readonly stream: string } = JSON.parse(heard.body);
    const { json, status } = await this.#send(heard.path, body, this.#token);
    if (status === 200 && json["fork"] !== true) this.#world.taken.add(body.stream);
    if (
      status === 200 &&
      !this.#isHers(body.stream) &&
      Array.isArray(json["outcomes"]) &&
      json["outcomes"].some((each) => "output" in each)
    )
      this.#world.violated(
        "I13",
        `mallory was told outcomes of somebody else's stream: ${JSON.stringify(json)}`,
      );
  }

  /** Other people's appointments and patients. */
  async #meddle(): Promise<void> {
    const { database } = this.#world;
    const own = this.#world.base.people.find(({ login }) => login === "mallory")?.account;
    const patients = database.rows("patient").filter((row) => row["account_id"] !== own);
    const others = new Set(patients.map(({ id }) => id));
    const appointments = database.rows("appointment").filter((row) => others.has(row["patient_id"]));
    const appointment = appointments.length === 0 ? undefined : this.#random.pick(appointments);
    const patient = patients.length === 0 ? undefined : this.#random.pick(patients);
    const operations = [
      ...(appointment === undefined
        ? []
        : [
            { type: "appointment.cancel", input: { appointment: appointment["id"], reason: FORGED } },
            { type: "appointment.checkIn", input: { appointment: appointment["id"] } },
          ]),
      ...(patient === undefined
        ? []
        : [{ type: "patient.update", input: { patient: patient["id"], village: FORGED } }]),
      ...this.#intrude(own),
    ];
    await this.#ask(operations);
  }

  /** Other people's conversations: by their own numbers, and by those of what is said in them. */
  #intrude(own: string | undefined): readonly { readonly type: string; readonly input: object }[] {
    const lines = this.#world.database.rows("message").filter((row) => row["account_id"] !== own);
    if (lines.length === 0) return [];
    const { id: message, conversation_id: conversation } = this.#random.pick(lines);
    return [
      { type: "message.send", input: { conversation, text: FORGED, replyTo: message } },
      { type: "message.retract", input: { message } },
      { type: "conversation.close", input: { conversation } },
      { type: "conversation.markRead", input: { conversation, through: 1 } },
    ];
  }

  /** A number of hers again, with other content. */
  async #reuseKey(): Promise<void> {
    // A server that was set back may not know the key any more.
    if (this.#told.size === 0 || this.#world.on("restore")) {
      await this.#ask([{ type: "patient.register", input: { name: "Okapi Mallory" } }]);
      return;
    }
    const number = this.#random.pick([...this.#told.keys()]);
    const operation = { type: "patient.register", input: { name: `Okapi ${FORGED}` }, madeAt: 0 };
    await this.#sync(number, [operation]);
  }

  /** What no server knows, among what it does. */
  async #nonsense(): Promise<void> {
    await this.#ask([
      { type: "appointment.teleport", input: { reason: FORGED } },
      { type: "patient.register", input: { name: "" } },
      { type: "patient.register", input: { name: "Okapi Mallory", surprise: FORGED } },
      {
        type: "account.setStatus",
        input: { account: this.#world.base.people[0]?.account, status: "disabled" },
      },
      { type: "patient.register", input: { name: "Okapi Mallory" } },
    ]);
  }

  /** Feeds that are not hers, by name and by number. */
  async #peek(): Promise<void> {
    const { database, base } = this.#world;
    const feeds = database.rows("feed");
    const clinics = base.doctors.map(({ clinic }) => `clinic:${clinic}`);
    const { json } = await this.#sync(this.#next, [], {
      follow: [...new Set(clinics)],
      cursors: feeds.map(({ handle }) => `${Number(handle)}:0`).join(","),
    });
    const own = `account:${base.people.find(({ login }) => login === "mallory")?.account ?? ""}`;
    const hers = feeds.filter(
      ({ tenant_id: tenant, name }) =>
        tenant === "kitui" && (name === own || name === "directory" || String(name).startsWith("calendar:")),
    );
    const handles = new Set(hers.map(({ handle }) => Number(handle)));
    const shown: unknown[] = [json["changes"], json["feeds"]].flatMap((list) =>
      Array.isArray(list) ? list : [],
    );
    for (const each of shown) {
      const { feed, handle = feed } = each as { feed?: number; handle?: number };
      if (!handles.has(handle ?? 0))
        this.#world.violated("I13", `mallory was shown feed ${handle ?? 0}, which is not hers`);
    }
  }

  /** What became of somebody else's operations. */
  async #listenIn(): Promise<void> {
    const heard = this.#overheard();
    if (heard === undefined) return;
    const { stream }: { stream: string } = JSON.parse(heard.body);
    const { json } = await this.#send(
      "/v1/sync",
      { protocol: 1, stream, from: 1_000, heard: 0 },
      this.#token,
    );
    if (!this.#isHers(stream) && (json["outcomes"] !== undefined || Number(json["settled"] ?? 0) > 0))
      this.#world.violated("I13", `mallory was told what became of ${stream}: ${JSON.stringify(json)}`);
  }

  /** Other people's documents: what a device sent, in her own name. */
  async #readAndWriteIn(): Promise<void> {
    const sent = this.#world.overheard.filter(({ path }) => path.startsWith("/v1/documents/"));
    if (sent.length === 0) return;
    const { path, body } = this.#random.pick(sent);
    const { status } = await this.#send(path, JSON.parse(body), this.#token);
    if (status === 200) this.#world.violated("I13", `mallory was answered ${path}, which is not hers`);
  }

  /** After a restore she may have been the first to write there. */
  #isHers(stream: string): boolean {
    const { database, base } = this.#world;
    const owner = database.rows("stream").find(({ id }) => id === stream)?.["account_id"];
    return base.people.some(({ login, account }) => login === "mallory" && account === owner);
  }

  async #ask(operations: readonly { readonly type: string; readonly input: object }[]): Promise<void> {
    const from = this.#next;
    const { json } = await this.#sync(
      from,
      operations.map((each) => ({ ...each, madeAt: 0 })),
    );
    const settled = Number(json["settled"] ?? 0);
    for (let number = from; number <= settled && number < from + operations.length; number += 1)
      this.#told.set(number, JSON.stringify(json));
    this.#next = Math.max(this.#next, settled + 1);
  }

  #sync(from: number, operations: readonly object[], more: object = {}) {
    const body = {
      protocol: 1,
      stream: this.#stream,
      from,
      ...(operations.length === 0 ? {} : { operations }),
      ...more,
    };
    return this.#send("/v1/sync", body, this.#token);
  }

  async #send(path: string, body: unknown, token: string | undefined) {
    const server = this.#random.pick(this.#world.servers);
    const headers = {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const request = new Request(URL + path, { method: "POST", headers, body: JSON.stringify(body) });
    const response = await server.serve(request);
    const text = await response.text();
    this.#world.trace.note(`mallory ${path} ${JSON.stringify(body)} ${response.status} ${text}`);
    if (response.status === 500) this.#world.violated("crash", `mallory was answered 500: ${text}`);
    if (response.status === 401) this.#token = undefined;
    const json = (response.headers.get("content-type") ?? "").includes("json")
      ? (JSON.parse(text) as Record<string, unknown>)
      : {};
    return { text, json, status: response.status };
  }

  #overheard() {
    const sent = this.#world.overheard.filter(({ path }) => path === "/v1/sync");
    return sent.length === 0 ? undefined : this.#random.pick(sent);
  }
}
