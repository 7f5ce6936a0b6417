import {
  HealthBridge,
  type MemoryDisk,
  memoryDisk,
  memoryStore,
  type Outcome,
} from "../../../client-sdk/src/index.ts";
import { type Chat, openChat } from "../../../client-sdk/src/chat/index.ts";
import { type Documents, openDocuments } from "../../../client-sdk/src/documents/index.ts";
import type { SeededRandom, SimulatedNetwork, VirtualTime } from "../../../client-sdk/src/testing/index.ts";
import type { Trace } from "../trace.ts";
import { type DeviceRuntime, deviceRuntime, Platform } from "./device-runtime.ts";
import { History } from "./history.ts";
import { Life } from "./life.ts";
import type { Person } from "./people.ts";

export const URL = "http://health.example";

export interface DeviceParts {
  readonly name: string;
  readonly person: Person;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  /** told of what an app must never see */
  readonly onBroken: (what: string) => void;
  /** whether the app shows chat */
  readonly chats: boolean;
  /** whether people write into documents with it */
  readonly documents: boolean;
  /** told of every instance of the app that is opened */
  readonly onOpened: (app: HealthBridge) => void;
}

/** One instance of the app on a device. */
interface Tab {
  readonly life: Life;
  readonly runtime: DeviceRuntime;
  readonly app: HealthBridge;
  /** where the app shows chat, once that is open */
  chat: Chat | undefined;
  /** where people write into documents, once those can be opened */
  documents: Documents | undefined;
}

/** A device: a disk, a line to the server, and one or two instances of the SDK that are killed and opened again. */
export class Device {
  readonly name: string;
  readonly network: SimulatedNetwork;
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  history = new History();
  /** who holds the device now */
  person: Person;
  /** everybody who ever queued something on it, by login */
  readonly people = new Map<string, Person>();
  /** doctors whose calendars she follows besides those there were at the beginning */
  follows: ReadonlySet<string> = new Set();
  /** the access token it used last */
  token: string | undefined;
  /** ms by which its clock is wrong */
  skew = 0;
  disk: MemoryDisk = memoryDisk();
  readonly #parts: DeviceParts;
  readonly #platform = new Platform();
  #tabs: Tab[] = [];
  #off = false;
  #showsChat: boolean;
  #hasDocuments: boolean;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.network = parts.network;
    this.time = parts.time;
    this.random = parts.random;
    this.person = parts.person;
    this.#showsChat = parts.chats;
    this.#hasDocuments = parts.documents;
    this.people.set(parts.person.login, parts.person);
  }

  /** The instance somebody looks at; `undefined` while the app is not open. */
  get app(): HealthBridge | undefined {
    return this.#tabs[0]?.app;
  }

  /** What an instance shows of conversations. */
  chatOf(app: HealthBridge): Chat | undefined {
    return this.#tabs.find((tab) => tab.app === app)?.chat;
  }

  /** The documents of an instance; `undefined` also once it is gone. */
  documentsOf(app: HealthBridge): Documents | undefined {
    return this.#tabs.find((tab) => tab.app === app)?.documents;
  }

  /** Has documents no longer, also where an app is opened later: they look by themselves what is new, without end. */
  async endDocuments(): Promise<void> {
    this.#hasDocuments = false;
    await this.closeDocuments();
  }

  async closeDocuments(): Promise<void> {
    const open = this.#tabs.map(({ documents }) => documents);
    for (const tab of this.#tabs) tab.documents = undefined;
    for (const documents of open) await documents?.close();
  }

  /** Opens documents in the instance that somebody looks at. */
  async openDocuments(): Promise<Documents | undefined> {
    const [tab] = this.#tabs;
    if (tab !== undefined) await this.#openDocuments(tab);
    return tab?.documents;
  }

  /** Shows chat no longer, also where an app is opened later: it says by itself what has reached the device, without end. */
  endChat(): void {
    this.#showsChat = false;
    for (const tab of this.#tabs) {
      tab.chat?.end();
      tab.chat = undefined;
    }
  }

  /** Whichever instance she happens to use. */
  anyApp(random: SeededRandom): HealthBridge | undefined {
    return this.#tabs.length === 0 ? undefined : random.pick(this.#tabs).app;
  }

  /** The device as the server knows it. */
  get knownAs(): string | undefined {
    return this.token?.split("~")[1];
  }

  get tabs(): number {
    return this.#tabs.length;
  }

  /**
   * Opens an instance of the app.
   * @param still it sends nothing by itself until it is started
   */
  async open(still = false): Promise<HealthBridge | undefined> {
    if (this.#off) return undefined;
    const { time, random, network, trace, name } = this.#parts;
    const life = new Life(time);
    const runtime = deviceRuntime({
      life,
      time,
      random,
      network,
      platform: this.#platform,
      skew: () => this.skew,
    });
    try {
      const app = await HealthBridge.open({
        url: URL,
        store: memoryStore(this.disk),
        tenant: this.person.tenant,
        deviceName: name,
        autoSync: !still,
        runtime,
      });
      this.#listen(app);
      this.#parts.onOpened(app);
      const tab: Tab = { life, runtime, app, chat: undefined, documents: undefined };
      this.#tabs.push(tab);
      if (this.#showsChat) this.#showChat(tab).catch(() => undefined); // it was killed meanwhile
      if (this.#hasDocuments) await this.#openDocuments(tab);
      trace.note(`${name} opened`);
      return app;
    } catch (error) {
      trace.note(`${name} could not open: ${String(error)}`);
      life.end();
      this.#platform.bury(life);
      return undefined;
    }
  }

  /** Opens chat in an instance. First it is written down what became of what was asked: chat deals with outcomes by itself. */
  async #showChat(tab: Tab): Promise<void> {
    const { life, runtime, app } = tab;
    this.hear(await app.outcomes());
    const chat = await openChat({ hb: app, url: URL, store: memoryStore(this.disk), runtime });
    if (life.over || !this.#showsChat || !this.#tabs.includes(tab)) chat.end();
    else tab.chat = chat;
  }

  async #openDocuments(tab: Tab): Promise<void> {
    const { runtime, app } = tab;
    // No socket lives here.
    tab.documents = await openDocuments({
      hb: app,
      url: URL,
      store: memoryStore(this.disk),
      runtime,
      socket: false,
    });
  }

  /** Kills every instance where it stands; what they had written stays. */
  kill(): void {
    for (const { life } of this.#tabs) this.#bury(life);
    this.#tabs = [];
    this.disk.crash();
    this.network.cut();
    this.#parts.trace.note(`${this.name} killed`);
  }

  /** Off: whatever is to be opened meanwhile stays closed. */
  switchOff(): void {
    this.#off = true;
    this.kill();
  }

  switchOn(): Promise<unknown> {
    this.#off = false;
    return this.open();
  }

  /** Closes all instances but the first. */
  async closeOthers(): Promise<void> {
    const others = this.#tabs.splice(1);
    for (const { app, life, documents } of others) {
      await documents?.close();
      await app.close();
      this.#bury(life);
    }
  }

  /** Writes down outcomes that somebody read in the app's list: an app that was killed lists what it could not tell. */
  hear(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes)
      this.history.told.push({
        id: outcome.id,
        status: outcome.status,
        note: outcome.note,
        text: textOf(outcome),
      });
  }

  /** The platform says that there is a network. */
  online(): void {
    for (const { runtime } of this.#tabs) runtime.online();
  }

  /** Becomes a copy of another device: the same disk image on two devices. */
  copyFrom(other: Device): void {
    // First what people remember: the disk may hold more than that, never less.
    this.history = other.history.copy();
    this.person = other.person;
    this.follows = other.follows;
    for (const [login, person] of other.people) this.people.set(login, person);
    this.load(other.disk);
  }

  /** Begins with what another disk holds. */
  load(disk: MemoryDisk): void {
    this.disk = memoryDisk(disk);
  }

  #bury(life: Life): void {
    life.end();
    this.#platform.bury(life);
  }

  #listen(app: HealthBridge): void {
    const { trace, name, onBroken } = this.#parts;
    const here = new Set<string>();
    app.status.subscribe(({ account }) => {
      this.history.signedIn(account?.id);
    });
    app.on("outcome", (outcome) => {
      const text = textOf(outcome);
      trace.note(`${name} hears ${outcome.id} ${text}`);
      if (here.has(outcome.id) && outcome.note === undefined)
        onBroken(`I8: ${name} told the outcome of ${outcome.id} twice in one run`);
      here.add(outcome.id);
      const { id, status, note } = outcome;
      this.history.told.push({ id, status, note, text });
    });
    app.on("moved", (moves) => {
      for (const { from, to } of moves) this.history.moved.set(from, to);
      trace.note(`${name} moved ${moves.length}`);
    });
    app.on("signInNeeded", ({ code }) => {
      this.history.signInsNeeded.push(code);
      trace.note(`${name} wants a sign-in: ${code}`);
    });
    app.on("restored", () => {
      this.history.restored += 1;
    });
  }
}

/** What is said of an operation, without what differs between two readings of it. */
export function textOf({ status, output, problem }: Outcome): string {
  return JSON.stringify(status === "applied" ? { status, output } : { status, problem });
}
