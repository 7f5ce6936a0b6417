import { type HealthBridge, HealthBridgeError, type Store } from "@healthbridge/client-sdk";
import { type Documents, openDocuments, type SharedDocument } from "@healthbridge/client-sdk/documents";
import { seededRandom, type SeededRandom } from "@healthbridge/client-sdk/testing";
import { setTimeout as pause } from "node:timers/promises";
import * as Y from "yjs";
import { copyOf, make, marksIn } from "../document-copy.ts";
import type { DeviceLine, DocumentView, Edit, Journal } from "../history.ts";
import type { DevicePlan } from "./device.ts";
import { type DocumentMemory, without } from "./document-memory.ts";
import { DocumentReader } from "./document-reader.ts";
import { writeOnce } from "./document-visit.ts";
import type { ObservedLine } from "./observed-line.ts";

/** What documents on a device are made of. */
interface DocumentParts {
  readonly plan: DevicePlan;
  readonly hb: HealthBridge;
  readonly store: Store;
  readonly line: ObservedLine;
  readonly url: string;
  readonly journal: Journal<DeviceLine>;
  readonly random: SeededRandom;
  readonly memory: DocumentMemory;
}

/** So many of a hundred turns of a device it also edits a document. */
const TURNS_PERCENT = 25;
/** Documents that are open at a time: for another one, the one that was opened first is closed, whatever waits in it. */
const MOST_OPEN = 3;
/** Everybody edits the same few documents for so long, ms, and then others: nobody brings more ids of Yjs into one than a server takes in a day. */
const FOCUS_MS = 45_000;
const IN_FOCUS = 3;
/** So many of a hundred edits are followed by an exchange at once. */
const EXCHANGES_PERCENT = 33;
/** So many of a hundred edits strike something out. */
const STRIKES_PERCENT = 15;

/** ms after the calm in which what nobody has open may go by itself; counted anew whenever something went. */
const BY_ITSELF_MS = 10_000;
/** ms in which the last of it must have come to everybody */
const CONVERGE_MS = 20_000;

/** People at a device who edit documents of the consultations they take part in, and write down what they did and were told. */
export class DocumentWork {
  readonly #parts: DocumentParts;
  readonly #random: SeededRandom;
  readonly #reader: DocumentReader;
  readonly #open = new Map<string, SharedDocument>();
  /** kept, or about to be, and not known to be at the server */
  readonly #waiting: Map<string, readonly Edit[]>;
  /** documents that were edited here in any life */
  readonly #edited: Set<string>;
  readonly #background = new Set<Promise<unknown>>();
  #documents: Documents | undefined;
  #marks: number;

  constructor(parts: DocumentParts) {
    const { memory, random } = parts;
    this.#parts = parts;
    this.#random = random;
    this.#reader = new DocumentReader(parts);
    this.#waiting = new Map(memory.waiting);
    this.#edited = new Set(memory.edited);
    this.#marks = memory.marks;
  }

  /** Opens what was open before; somebody must be signed in. */
  async begin(): Promise<void> {
    const { hb, url, store, line, plan, memory, journal } = this.#parts;
    const socket = plan.socket ? line.openDocumentSocket : false;
    this.#documents = await openDocuments({ hb, url, store, runtime: line.runtime, socket });
    for (const name of memory.edited.slice(-MOST_OPEN)) {
      const { doc } = await this.#opened(name);
      const own = marksIn(copyOf(doc)).filter(({ mark }) => mark.startsWith(`${plan.name}~`));
      journal.write({ e: "reopened", document: name, marks: own.map(({ mark }) => mark) });
    }
  }

  /** Edits a document now and then, network or not. */
  async turn(): Promise<void> {
    if (!this.#random.percent(TURNS_PERCENT)) return;
    const name = this.#pick();
    if (name === undefined) return;
    if (this.#random.percent(VISITS_PERCENT[this.#parts.plan.account.role]))
      this.#inBackground(this.#visit(name));
    if (!this.#writes(name)) this.#inBackground(this.#force(name));
    await this.#edit(name);
    await this.#lookWhatWaits();
  }

  /** Somebody edits past the SDK, and never comes back. */
  async editByHand(): Promise<void> {
    const name = this.#pick();
    if (name === undefined || !this.#writes(name)) return;
    const { journal } = this.#parts;
    const edits = [this.#newMark()];
    journal.write({ e: "editing", document: name, edits, visitor: true });
    if (await this.#sendByHand(name, edits)) journal.write({ e: "stored", document: name, edits });
  }

  /** Sends until nothing waits; what nobody has open goes by itself. */
  async drain(): Promise<void> {
    const began = performance.now();
    await Promise.all(this.#background);
    const problems = new Map<string, string | undefined>();
    const send = async (name: string): Promise<void> => {
      problems.set(name, await this.#exchange(name, await this.#opened(name)));
    };
    await Promise.all([...this.#open.keys()].map(send));
    await this.#closedGo();
    const opened = await this.#closedWaiting();
    for (const name of opened) await send(name);
    await this.#lookWhatWaits();
    const waiting = await this.#namesWaiting();
    this.#parts.journal.write({
      e: "documentsDrained",
      ms: Math.round(performance.now() - began),
      left: [...waiting].map((document) => ({ document, problem: problems.get(document) ?? "none" })),
      byHand: opened.filter((name) => !waiting.has(name)),
    });
  }

  /** What it and others have of all documents that were edited here, once they have the same, or have had time for it. */
  async view(): Promise<readonly DocumentView[]> {
    const until = performance.now() + CONVERGE_MS;
    const views: DocumentView[] = [];
    for (const name of this.#edited) views.push(await this.#viewOf(name, until));
    return views;
  }

  async close(): Promise<void> {
    await this.#documents?.close();
  }

  /** The same few for all who see them, drawn anew after a while; where there are any, of the doctor who has devices. */
  #pick(): string | undefined {
    const { hb, plan } = this.#parts;
    const [doctor] = plan.account.follows;
    const window = Math.floor(Date.now() / FOCUS_MS);
    const goingOn = hb.list("conversation", (each) => each.closed !== true);
    const hers = goingOn.filter((each) => each.doctor === doctor);
    const focus = (hers.length > 0 ? hers : goingOn)
      .map(({ id }) => [seededRandom(`${window} ${id}`)(), id] as const)
      .toSorted(([left], [right]) => left - right)
      .slice(0, IN_FOCUS);
    if (focus.length === 0) return undefined;
    const [, conversation] = this.#random.pick(focus);
    return `${conversation}.${this.#random.percent(NOTES_PERCENT[plan.account.role]) ? "notes" : "intake"}`;
  }

  async #edit(name: string): Promise<void> {
    const { journal, plan } = this.#parts;
    const document = await this.#opened(name);
    const edits = this.#plan(document.doc);
    this.#edited.add(name);
    journal.write({ e: "editing", document: name, edits });
    try {
      document.doc.transact(() => {
        for (const edit of edits) make(document.doc, edit, plan.canary, this.#random);
      });
    } catch (error) {
      if (!(error instanceof HealthBridgeError)) throw error;
      journal.write({ e: "refused", document: name, edits, code: error.code });
      return;
    }
    this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), ...edits]);
    await document.kept();
    journal.write({ e: "kept", document: name, edits });
    if (this.#random.percent(EXCHANGES_PERCENT) && this.#background.size < MOST_OPEN)
      this.#inBackground(this.#exchange(name, document));
  }

  #plan(doc: Y.Doc): readonly Edit[] {
    const random = this.#random;
    const there = marksIn(copyOf(doc)).filter(({ place }) => place !== "line");
    return Array.from({ length: random.between(1, 3) }, () =>
      there.length > 0 && random.percent(STRIKES_PERCENT)
        ? ({ does: "strikes", ...random.pick(there) } as const)
        : this.#newMark(),
    );
  }

  #newMark(): Edit {
    const place = this.#random.pick(["field", "line", "word"] as const);
    return { does: "writes", mark: `${this.#parts.plan.name}~${(this.#marks += 1)}`, place };
  }

  /** Whether people of this role may write in a document at all. */
  #writes(name: string): boolean {
    return name.endsWith(".intake") || this.#parts.plan.account.role === "doctor";
  }

  /** Answers why it failed. */
  async #exchange(name: string, document: SharedDocument): Promise<string | undefined> {
    const before = this.#waiting.get(name) ?? [];
    try {
      await document.sync();
    } catch (error) {
      if (!(error instanceof HealthBridgeError)) throw error;
      return error.code;
    }
    this.#noteStored(name, before);
    return undefined;
  }

  /** A phone that is used once and never comes back. */
  async #visit(name: string): Promise<void> {
    if (!this.#writes(name)) return;
    const { journal, plan, url } = this.#parts;
    const edits = [this.#newMark(), this.#newMark()];
    await writeOnce({ plan, url, journal, name, edits, random: this.#random });
  }

  /** Somebody who may only read, or not even that, writes past the SDK. */
  async #force(name: string): Promise<void> {
    const { journal } = this.#parts;
    const edit = this.#newMark();
    journal.write({ e: "forcing", document: name, mark: edit.mark });
    const taken = await this.#sendByHand(name, [edit]);
    journal.write({ e: "forced", document: name, mark: edit.mark, taken });
  }

  /** Answers whether the server said that it has them. */
  #sendByHand(name: string, edits: readonly Edit[]): Promise<boolean> {
    const doc = new Y.Doc();
    for (const edit of edits) make(doc, edit, this.#parts.plan.canary, this.#random);
    return this.#reader.send(name, Y.encodeStateAsUpdate(doc));
  }

  async #opened(name: string): Promise<SharedDocument> {
    const known = this.#open.get(name);
    if (known?.status.get().closed === false) return known;
    if (this.#documents === undefined) throw new Error("documents are not open yet");
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size >= MOST_OPEN) {
      this.#open.delete(oldest[0]);
      await oldest[1].close();
    }
    const dot = name.lastIndexOf(".");
    const kind = name.endsWith(".notes") ? "notes" : "intake";
    const document = await this.#documents.open({ conversation: name.slice(0, dot), kind });
    this.#open.set(name, document);
    document.status.subscribe(({ waiting }) => {
      // One that was closed meanwhile knows nothing of what is written in the next.
      if (!waiting && this.#open.get(name) === document)
        this.#noteStored(name, this.#waiting.get(name) ?? []);
    });
    return document;
  }

  /** The SDK said that the server has these. */
  #noteStored(name: string, edits: readonly Edit[]): void {
    const waiting = this.#waiting.get(name) ?? [];
    const stored = edits.filter((edit) => waiting.includes(edit));
    if (stored.length === 0) return;
    this.#waiting.set(name, without(waiting, stored));
    this.#parts.journal.write({ e: "stored", document: name, edits: stored });
  }

  /** Documents that nobody has open say in one list whether something waits in them. */
  async #lookWhatWaits(): Promise<void> {
    const before = [...this.#waiting].filter(([name, edits]) => edits.length > 0 && !this.#open.has(name));
    if (before.length === 0) return;
    const waiting = await this.#namesWaiting();
    for (const [name, edits] of before)
      if (!this.#open.has(name) && !waiting.has(name)) this.#noteStored(name, edits);
  }

  async #namesWaiting(): Promise<ReadonlySet<string>> {
    const addresses = (await this.#documents?.waiting()) ?? [];
    return new Set(addresses.map(({ conversation, kind }) => `${conversation}.${kind}`));
  }

  async #closedWaiting(): Promise<readonly string[]> {
    return [...(await this.#namesWaiting())].filter((name) => !this.#open.has(name));
  }

  /** Waits until what nobody has open has gone by itself, or goes no further. */
  async #closedGo(): Promise<void> {
    const look = async (): Promise<number> =>
      (await this.#closedWaiting()).filter((name) => this.#mayGo(name)).length;
    let left = await look();
    let changedAt = performance.now();
    while (left > 0 && performance.now() - changedAt < BY_ITSELF_MS) {
      await this.#parts.hb.sync();
      await pause(200);
      const now = await look();
      if (now < left) changedAt = performance.now();
      left = now;
    }
  }

  /** As far as the device knows: what came too late waits for ever. */
  #mayGo(name: string): boolean {
    const conversation = this.#parts.hb.get("conversation", name.slice(0, name.lastIndexOf(".")));
    return conversation !== undefined && conversation.closed !== true;
  }

  async #viewOf(name: string, until: number): Promise<DocumentView> {
    const document = this.#open.get(name);
    for (;;) {
      const fresh = await this.#reader.readAll(name);
      const shown = document === undefined ? undefined : copyOf(document.doc);
      const waiting = (await this.#namesWaiting()).has(name);
      // Who has something that came too late has more than the others.
      const all = waiting || shown === undefined ? fresh : [...fresh, shown];
      const answered = fresh.every((each) => typeof each !== "number" || NOT_FOR_HER.has(each));
      const texts = all.flatMap((each) => (typeof each === "number" ? [] : [JSON.stringify(each)]));
      if ((answered && new Set(texts).size <= 1) || performance.now() > until)
        return { document: name, fresh, ...(shown === undefined ? {} : { shown }), waiting };
      await pause(200);
      if (document !== undefined) await this.#exchange(name, document);
    }
  }

  #inBackground(work: Promise<unknown>): void {
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }
}

/** What a server answers who may not see a document. */
const NOT_FOR_HER = new Set([403, 404]);
/** So many of a hundred times somebody also edits on a phone that is used once: it has to fetch all that she may see, which for a clinic is much. */
const VISITS_PERCENT = { doctor: 3, staff: 1, patient: 15 } as const;
/** How many of a hundred edits are in the notes. */
const NOTES_PERCENT = { doctor: 50, staff: 10, patient: 5 } as const;
