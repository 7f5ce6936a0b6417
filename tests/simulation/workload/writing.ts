import { type DocumentAddress, documentName, parseDocumentName } from "@healthbridge/schema";
import type { Documents, SharedDocument } from "../../../client-sdk/src/documents/index.ts";
import type { HealthBridge } from "../../../client-sdk/src/index.ts";
import type { SeededRandom } from "../../../client-sdk/src/testing/index.ts";
import type { DocumentLedger } from "../invariants/document-ledger.ts";
import { contentOf, marksOf, reaches, vectorOf } from "../invariants/document-marks.ts";
import type { Device } from "../world/device.ts";
import type { Written } from "../world/history.ts";
import type { World } from "../world/world.ts";

/** After what somebody does on a device something is written so often. */
const TIMES = [0, 1, 1, 2, 3] as const;
/** Marks that are written at once. */
const MARKS = [1, 1, 2, 4] as const;

/** A device with an app, and whose documents are open in it. */
interface Desk {
  readonly device: Device;
  readonly app: HealthBridge;
  readonly documents: Documents;
  readonly account: string;
}

/**
 * What people write into the documents of their conversations: marks, each a word of its own, at any place of a list; and they strike some out. Chance of its own: a run in which
 * nobody writes is as it would be without. Whoever sees an appointment tries, whether she may or not.
 */
export class Writing {
  readonly #world: World;
  readonly #ledger: DocumentLedger;
  readonly #random: SeededRandom;
  /** documents as they were opened, each looked at once: what other tabs write comes to one that is open a moment later */
  readonly #seen = new WeakSet<SharedDocument>();
  #last: DocumentAddress | undefined;
  #marks = 0;

  constructor(world: World, ledger: DocumentLedger) {
    this.#world = world;
    this.#ledger = ledger;
    this.#random = world.random.fork("writing");
  }

  /** Perhaps something somebody writes, strikes out or sends. */
  act(): void {
    for (let time = this.#random.pick(TIMES); time > 0; time -= 1) this.#actOnce();
  }

  #actOnce(): void {
    const desk = this.#deskOf(this.#random.pick(this.#world.devices));
    const address = desk && this.#addressOf(desk);
    if (desk === undefined || address === undefined) return;
    const roll = this.#random.between(1, 100);
    if (roll <= 45) this.#write(desk, address);
    else if (roll <= 60) this.#together(address);
    else if (roll <= 70) this.#strike(desk, address);
    else if (roll <= 92) this.#send(desk, address);
    else this.#begun(desk, address, (document) => document.close());
  }

  #deskOf(device: Device): Desk | undefined {
    const app = device.anyApp(this.#random);
    const documents = app && device.documentsOf(app);
    const account = app?.status.get().account?.id;
    if (app === undefined || documents === undefined || account === undefined) return undefined;
    return { device, app, documents, account };
  }

  /** Often the one somebody wrote in last: so people meet. */
  #addressOf({ app, device }: Desk): DocumentAddress | undefined {
    const known = new Set([...app.list("appointment"), ...app.list("conversation")].map(({ id }) => id));
    if (this.#last !== undefined && known.has(this.#last.conversation) && this.#random.percent(80))
      return this.#last;
    const ids = [...known].filter((id) => parseDocumentName(`${id}.intake`) !== undefined);
    if (ids.length === 0) return undefined;
    const notes = this.#random.percent(device.person.role === "doctor" ? 50 : 12);
    this.#last = { conversation: this.#random.pick(ids), kind: notes ? "notes" : "intake" };
    return this.#last;
  }

  /** Everybody who has the conversation before her writes at the same time. */
  #together(address: DocumentAddress): void {
    for (const device of this.#world.devices) {
      const desk = this.#deskOf(device);
      const { conversation: id } = address;
      if (desk?.app.get("appointment", id) !== undefined || desk?.app.get("conversation", id) !== undefined)
        this.#write(desk, address);
    }
  }

  #write(desk: Desk, address: DocumentAddress): void {
    const marks = Array.from({ length: this.#random.pick(MARKS) }, () => ({
      mark: this.#mark(),
      at: this.#random(),
    }));
    this.#begun(desk, address, async (document) => {
      const list = marksOf(document.doc);
      document.doc.transact(() => {
        for (const { mark, at } of marks) list.insert(Math.floor(at * (list.length + 1)), [mark]);
      });
      const { written } = desk.device.history;
      await this.#keep(
        desk,
        document,
        marks.map(({ mark }) => mark),
        written,
      );
    });
  }

  /** Something that is to be read is struck out, whoever wrote it. */
  #strike(desk: Desk, address: DocumentAddress): void {
    const place = this.#random();
    this.#begun(desk, address, async (document) => {
      const list = marksOf(document.doc);
      const at = Math.floor(place * list.length);
      const mark = contentOf(document.doc)[at];
      if (mark === undefined) return;
      list.delete(at);
      await this.#keep(desk, document, [mark], desk.device.history.struck);
    });
  }

  /** Writes down that these are in a document, and once the device has said so that it holds them. */
  async #keep(
    { device, account }: Desk,
    document: SharedDocument,
    marks: readonly string[],
    into: Map<string, Written>,
  ): Promise<void> {
    const name = documentName(document);
    const noted = marks.map((mark): Written => {
      const written = into.get(mark) ?? { document: name, account, kept: false };
      into.set(mark, written);
      return written;
    });
    await document.kept();
    for (const written of noted) written.kept = true;
    this.#world.trace.note(`${device.name} keeps ${marks.join()} in ${name}`);
  }

  /** I4, I12: once a device has said so, all that it kept before is at the server, and all that was there is on the device. */
  #send(desk: Desk, address: DocumentAddress): void {
    this.#begun(desk, address, async (document) => {
      const name = documentName(document);
      const { device, account } = desk;
      // What another tab has kept meanwhile this one has not read yet.
      const shown = new Set(contentOf(document.doc));
      const kept = keptIn(device, name, account).filter((mark) => shown.has(mark));
      const there = this.#ledger.vector(name);
      await document.sync();
      if (this.#ledger.wasSetBack) return;
      const missing = kept.filter((mark) => !this.#ledger.has(name, mark) && !this.#ledger.isStruck(mark));
      if (missing.length > 0)
        this.#world.violated(
          "I4",
          `${device.name} has sent all of ${name}, and ${missing.join()} is not there`,
        );
      if (!reaches(vectorOf(document.doc), there))
        this.#world.violated(
          "I12",
          `${device.name} has asked what is new in ${name}, and lacks what was there before`,
        );
    });
  }

  /** Does something in a document once it is open. Nothing is waited for: the network may be away for days. */
  #begun(desk: Desk, address: DocumentAddress, work: (document: SharedDocument) => Promise<void>): void {
    const { device, app, documents, account } = desk;
    const begin = async (): Promise<void> => {
      // What she remembers of it now: meanwhile she may write on.
      const kept = keptIn(device, documentName(address), account);
      const document = await documents.open(address);
      // Killed meanwhile: whoever is dead writes nothing.
      if (device.documentsOf(app) !== documents) return;
      this.#checkOpened(device, document, kept);
      await work(document);
    };
    begin().catch((error: unknown) => {
      this.#world.trace.note(`${device.name} does not write: ${String(error)}`);
      // It may not be written, or the app was closed, or its disk is full, or the network is away.
      if (!(error instanceof Error && "code" in error && typeof error.code === "string"))
        this.#world.violated("crash", `${device.name} could not write: ${String(error)}`);
    });
  }

  /** I2: what the device said that it holds is there when the document is opened, also after a restart, unless the server has it. */
  #checkOpened({ name }: Device, document: SharedDocument, kept: readonly string[]): void {
    if (this.#seen.has(document)) return;
    this.#seen.add(document);
    const shown = new Set(contentOf(document.doc));
    const lost = kept.filter(
      (mark) =>
        !shown.has(mark) && !this.#ledger.isStruck(mark) && !this.#ledger.has(documentName(document), mark),
    );
    if (lost.length > 0 && !this.#ledger.wasSetBack)
      this.#world.violated(
        "I2",
        `${name} held ${lost.join()} in ${documentName(document)} and does not any more`,
      );
  }

  /** A word that nobody has used yet. */
  #mark(): string {
    this.#marks += 1;
    return `m${this.#marks}`;
  }
}

/** Marks that a device has said it holds, of one account in one document. */
export function keptIn({ history }: Device, document: string, account: string): readonly string[] {
  return [...history.written].flatMap(([mark, written]) =>
    written.kept && written.document === document && written.account === account ? [mark] : [],
  );
}
